#pragma once

#include <jni.h>

#include <string>
#include <vector>

namespace leash::java {

/// What this process is for.
enum class Role {
  kProgram,   ///< Runs ./program.jar.
  kCompiler,  ///< Makes it, with the classes of leash-java.jar.
};

/// A Java virtual machine in this process, made by the thread that is Java's main thread. There can
/// be one only, and none after it.
class Machine {
 public:
  /// False, after Java has said why on stderr, if there is none.
  [[nodiscard]] bool create(Role role);

  /// Does once what most programs, or compilers, do: they begin sooner then.
  [[nodiscard]] bool rehearse();

  /// Calls the main method with these arguments, as /usr/bin/java does, waits for the threads that
  /// the program has left, and returns its exit code.
  [[nodiscard]] int run(const std::vector<std::string>& arguments);

 private:
  [[nodiscard]] jclass find_main_class();
  /// A class of leash-java.jar for a process whose own classes are those of a program.
  [[nodiscard]] jclass load_beside(const char* name);
  [[nodiscard]] jobjectArray strings(const std::vector<std::string>& texts);

  Role role_ = Role::kProgram;
  JavaVM* vm_ = nullptr;
  JNIEnv* env_ = nullptr;
};

}  // namespace leash::java
