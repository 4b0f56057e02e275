#include <string>
#include <vector>

int main() {
  std::vector<std::string> names = {"Ada", 1815};
  return names.length();
}
