#include "cli/bench/programs.h"

namespace leash::cli {
namespace {

constexpr std::string_view kCHello = R"(#include <stdio.h>
int main(void) { puts("hello"); }
)";
constexpr std::string_view kCSpin = R"(#include <stdio.h>
int main(void) { puts("up"); for (;;) {} }
)";
constexpr std::string_view kCppHello = R"(#include <iostream>
int main() { std::cout << "hello" << std::endl; }
)";
constexpr std::string_view kCppSpin = R"(#include <iostream>
int main() { std::cout << "up" << std::endl; for (volatile int i = 0;;) i = 1; }
)";
constexpr std::string_view kCsHello = R"(using System;
static class Hello { static void Main() { Console.WriteLine("hello"); } }
)";
constexpr std::string_view kCsSpin = R"(using System;
static class Spin { static void Main() { Console.WriteLine("up"); for (;;) {} } }
)";
constexpr std::string_view kJavaHello = R"(public class Main {
  public static void main(String[] args) { System.out.println("hello"); }
}
)";
constexpr std::string_view kJavaSpin = R"(public class Main {
  public static void main(String[] args) { System.out.println("up"); for (;;) {} }
}
)";
constexpr std::string_view kJsHello = "console.log('hello')";
constexpr std::string_view kJsSpin = "console.log('up'); for (;;) {}";
constexpr std::string_view kJsWait = "console.log('up'); setTimeout(() => {}, 600000)";

std::vector<Program> make_programs() {
  return {
      {.language = "bash",
       .hello = "echo hello",
       .spin = "echo up; while :; do :; done",
       .run = {"bash", "-c"}},
      {.language = "c",
       .hello = kCHello,
       .spin = kCSpin,
       .source = "main.c",
       .compile = {"gcc", "-O2", "-o", "program", "main.c"},
       .run = {"./program"}},
      {.language = "cpp",
       .hello = kCppHello,
       .spin = kCppSpin,
       .source = "main.cpp",
       .compile = {"g++", "-O2", "-o", "program", "main.cpp"},
       .run = {"./program"}},
      {.language = "csharp",
       .hello = kCsHello,
       .spin = kCsSpin,
       .source = "Program.cs",
       .compile = {"mcs", "-optimize+", "-out:program.exe", "Program.cs"},
       .run = {"mono", "program.exe"}},
      {.language = "java",
       .hello = kJavaHello,
       .spin = kJavaSpin,
       .source = "Main.java",
       .compile = {"javac", "Main.java"},
       .run = {"java", "Main"}},
      // Nobody has the embedded engine as a command: what people call is Node.js.
      {.language = "javascript",
       .hello = kJsHello,
       .spin = kJsSpin,
       .wait = kJsWait,
       .run = {"node", "-e"},
       .at_saturation = true},
      {.language = "node",
       .hello = kJsHello,
       .spin = kJsSpin,
       .wait = kJsWait,
       .run = {"node", "-e"}},
      {.language = "python",
       .hello = "print('hello')",
       .spin = "print('up')\nwhile True: pass",
       .wait = "import time\nprint('up', flush=True)\ntime.sleep(600)",
       .run = {"python3", "-c"},
       .at_saturation = true},
  };
}

}  // namespace

std::span<const Program> bench_programs() {
  static const std::vector<Program> kPrograms = make_programs();
  return kPrograms;
}

}  // namespace leash::cli
