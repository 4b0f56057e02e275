// Runs until you press Stop (or Esc), or until the time limit.
#include <chrono>
#include <iostream>
#include <thread>

int main() {
  using namespace std::chrono_literals;
  for (unsigned long n = 1;; ++n) {
    std::cout << "tick " << n << std::endl;
    std::this_thread::sleep_for(200ms);
  }
}
