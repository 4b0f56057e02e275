#include "runtimes/java/machine.h"

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdio>
#include <cstdlib>

namespace leash::java {
namespace {

constexpr const char* kJava = "/usr/bin/java";
constexpr const char* kOwnClasses = "/opt/leash/java/leash-java.jar";

/// Memory that a program does not use should not count against its limit, of which Java knows
/// nothing: few threads, a small young generation, and an old one that grows as needed. How far,
/// the limit says; 16 GiB are an amount of addresses only.
constexpr std::array kOptions{"-Xshare:auto",
                              "-XX:+UseSerialGC",
                              "-XX:-UsePerfData",
                              "-XX:-UseContainerSupport",
                              "-Xms40m",
                              "-Xmx16g",
                              "-XX:NewSize=24m",
                              "-XX:MaxNewSize=64m",
                              "-XX:MinHeapFreeRatio=15",
                              "-XX:MaxHeapFreeRatio=30",
                              "-Dfile.encoding=UTF-8",
                              "-Duser.home=/work"};
/// It does not live long enough for the better code.
constexpr const char* kQuickCompilation = "-XX:TieredStopAtLevel=1";
constexpr const char* kProgramClasses = "-Djava.class.path=program.jar";
constexpr const char* kCompilerClasses = "-Djava.class.path=/opt/leash/java/leash-java.jar";
/// Written by the JDK that leash was built with. Another one does without it, silently.
constexpr const char* kCompilerArchive =
    "-XX:SharedArchiveFile=/opt/leash/precompiled/java/compiler.jsa";

using CreateJavaVm = jint (*)(JavaVM**, void**, void*);

/// Of the Java that is this machine's default.
CreateJavaVm find_java() {
  std::array<char, PATH_MAX> path{};
  if (::realpath(kJava, path.data()) == nullptr) {
    std::perror(kJava);
    return nullptr;
  }
  std::string library(path.data());
  library.erase(library.rfind("/bin/"));
  library += "/lib/server/libjvm.so";
  void* const loaded = ::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (loaded == nullptr) {
    std::fprintf(stderr, "%s\n", ::dlerror());
    return nullptr;
  }
  return reinterpret_cast<CreateJavaVm>(::dlsym(loaded, "JNI_CreateJavaVM"));
}

}  // namespace

bool Machine::create(Role role) {
  role_ = role;
  const CreateJavaVm create_vm = find_java();
  if (create_vm == nullptr) return false;
  std::vector<JavaVMOption> options;
  const auto add = [&](const char* text) {
    options.push_back({.optionString = const_cast<char*>(text), .extraInfo = nullptr});
  };
  for (const char* option : kOptions) add(option);
  if (role == Role::kCompiler) {
    add(kQuickCompilation);
    add(kCompilerArchive);
  }
  add(role == Role::kCompiler ? kCompilerClasses : kProgramClasses);
  JavaVMInitArgs arguments{.version = JNI_VERSION_10,
                           .nOptions = static_cast<jint>(options.size()),
                           .options = options.data(),
                           .ignoreUnrecognized = JNI_FALSE};
  return create_vm(&vm_, reinterpret_cast<void**>(&env_), &arguments) == JNI_OK;
}

bool Machine::rehearse() {
  if (role_ == Role::kCompiler) {
    jclass compile = env_->FindClass("Compile");
    if (compile == nullptr) return false;
    env_->CallStaticVoidMethod(compile, env_->GetStaticMethodID(compile, "rehearse", "()V"));
    return env_->ExceptionCheck() == JNI_FALSE;
  }
  jclass rehearsal = load_beside("Rehearsal");
  if (rehearsal == nullptr) return false;
  env_->CallStaticVoidMethod(rehearsal,
                             env_->GetStaticMethodID(rehearsal, "program", "(Ljava/lang/String;)V"),
                             env_->NewStringUTF(kOwnClasses));
  // Its own part in the start of a program.
  return env_->ExceptionCheck() == JNI_FALSE &&
         env_->FindClass("sun/launcher/LauncherHelper") != nullptr;
}

int Machine::run(const std::vector<std::string>& arguments) {
  jclass main_class = find_main_class();
  jmethodID main = nullptr;
  if (main_class != nullptr) {
    main = env_->GetStaticMethodID(main_class, "main", "([Ljava/lang/String;)V");
  }
  if (main != nullptr) env_->CallStaticVoidMethod(main_class, main, strings(arguments));
  // This tells of an exception that nobody has caught.
  int code = main == nullptr || env_->ExceptionCheck() == JNI_TRUE ? 1 : 0;
  if (vm_->DetachCurrentThread() != JNI_OK) code = 1;
  vm_->DestroyJavaVM();
  return code;
}

jclass Machine::find_main_class() {
  if (role_ == Role::kCompiler) return env_->FindClass("Compile");
  // As the command does it for -jar, with the same messages.
  constexpr jint kJar = 2;
  jclass helper = env_->FindClass("sun/launcher/LauncherHelper");
  if (helper == nullptr) return nullptr;
  jmethodID check = env_->GetStaticMethodID(helper, "checkAndLoadMain",
                                            "(ZILjava/lang/String;)Ljava/lang/Class;");
  if (check == nullptr) return nullptr;
  return static_cast<jclass>(env_->CallStaticObjectMethod(helper, check, JNI_TRUE, kJar,
                                                          env_->NewStringUTF("program.jar")));
}

jclass Machine::load_beside(const char* name) {
  jclass file = env_->FindClass("java/io/File");
  jclass uri = env_->FindClass("java/net/URI");
  jclass url = env_->FindClass("java/net/URL");
  jclass loader = env_->FindClass("java/net/URLClassLoader");
  if (file == nullptr || uri == nullptr || url == nullptr || loader == nullptr) return nullptr;
  jobject path = env_->NewObject(file, env_->GetMethodID(file, "<init>", "(Ljava/lang/String;)V"),
                                 env_->NewStringUTF(kOwnClasses));
  jobject as_uri =
      env_->CallObjectMethod(path, env_->GetMethodID(file, "toURI", "()Ljava/net/URI;"));
  jobject as_url =
      env_->CallObjectMethod(as_uri, env_->GetMethodID(uri, "toURL", "()Ljava/net/URL;"));
  jobjectArray urls = env_->NewObjectArray(1, url, as_url);
  // With no parent but the platform's: what it loads is not among the program's classes.
  jobject own = env_->NewObject(
      loader, env_->GetMethodID(loader, "<init>", "([Ljava/net/URL;Ljava/lang/ClassLoader;)V"),
      urls, nullptr);
  return static_cast<jclass>(env_->CallObjectMethod(
      own, env_->GetMethodID(loader, "loadClass", "(Ljava/lang/String;)Ljava/lang/Class;"),
      env_->NewStringUTF(name)));
}

jobjectArray Machine::strings(const std::vector<std::string>& texts) {
  jclass string = env_->FindClass("java/lang/String");
  jobjectArray array = env_->NewObjectArray(static_cast<jsize>(texts.size()), string, nullptr);
  // From bytes: NewStringUTF() wants an encoding of Java's own.
  jmethodID make = env_->GetMethodID(string, "<init>", "([BLjava/lang/String;)V");
  jstring utf8 = env_->NewStringUTF("UTF-8");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto size = static_cast<jsize>(texts[i].size());
    jbyteArray bytes = env_->NewByteArray(size);
    env_->SetByteArrayRegion(bytes, 0, size, reinterpret_cast<const jbyte*>(texts[i].data()));
    env_->SetObjectArrayElement(array, static_cast<jsize>(i),
                                env_->NewObject(string, make, bytes, utf8));
    env_->DeleteLocalRef(bytes);
  }
  return array;
}

}  // namespace leash::java
