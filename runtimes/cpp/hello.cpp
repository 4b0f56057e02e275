#include <iostream>
#include <ranges>
#include <string>
#include <thread>
#include <vector>

int main() {
  std::vector<int> squares;
  std::thread worker([&] {
    for (int n : std::views::iota(1, 4)) squares.push_back(n * n);
  });
  worker.join();
  for (int square : squares) std::cout << square << ' ';
  std::cout << std::string("hello from ") + "cpp" << '\n';
}
