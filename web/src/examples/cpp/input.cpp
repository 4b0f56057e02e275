// Type lines below the output; "End of input" finishes it.
#include <iostream>
#include <string>

int main() {
  std::cout << "What is your name?" << std::endl;
  for (std::string name; std::getline(std::cin, name);) {
    std::cout << "Nice to meet you, " << name << "! Who else?" << std::endl;
  }
  std::cout << "Goodbye.\n";
}
