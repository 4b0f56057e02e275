#include <iostream>
#include <ranges>

int main() {
  std::cout << "Hello from C++" << __cplusplus / 100 % 100 << "!\n";
  auto squares = std::views::iota(1, 11) | std::views::transform([](int n) { return n * n; });
  for (int square : squares) std::cout << square << ' ';
  std::cout << '\n';
}
