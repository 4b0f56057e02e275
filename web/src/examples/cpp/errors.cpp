#include <iostream>
#include <stdexcept>

int main() {
  std::cout << "This line goes to stdout,\n";
  std::cerr << "this one to stderr,\n";
  std::cout << "and what follows is an exception that nobody catches:" << std::endl;
  throw std::runtime_error("thrown on purpose");
}
