# Flags and the two functions that every folder of src/ uses.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 17)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# CMake's own -O3 takes longer to compile and is no faster here.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

add_library(leash_flags INTERFACE)
# For "quoted" includes only: src/sys must not hide the system's <sys/…>.
target_compile_options(leash_flags INTERFACE "SHELL:-iquote ${CMAKE_SOURCE_DIR}/src")
target_compile_definitions(leash_flags INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  LEASH_VERSION="${PROJECT_VERSION}")
target_compile_options(leash_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
  -Wformat=2 -Wundef -Werror -Wno-missing-field-initializers -Wno-error=deprecated-declarations)
# gcc 12 sees overlaps in "text" + std::string where there are none (its bug 105651).
target_compile_options(leash_flags INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>)

# Sanitizers and hardening do not apply to what runs inside a sandbox (see leash_sandbox_flags).
add_library(leash_build_flags INTERFACE)
target_link_libraries(leash_build_flags INTERFACE leash_flags)
if(LEASH_SANITIZE)
  string(REPLACE ";" "," _sanitizers "${LEASH_SANITIZE}")
  target_compile_options(leash_build_flags INTERFACE
    -fsanitize=${_sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(leash_build_flags INTERFACE -fsanitize=${_sanitizers})
  target_compile_definitions(leash_build_flags INTERFACE _GLIBCXX_ASSERTIONS)
  if("thread" IN_LIST LEASH_SANITIZE)
    # gcc says that it does not see std::atomic_thread_fence, of which Asio has one.
    target_compile_options(leash_build_flags INTERFACE -Wno-tsan)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(leash_build_flags INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong
    -fstack-clash-protection -fcf-protection)
  target_link_options(leash_build_flags INTERFACE -Wl,-z,relro,-z,now -Wl,-z,noexecstack)
endif()

set(LEASH_RESOURCE_DIR ${CMAKE_BINARY_DIR}/lib/leash)
# All that a server starts or hands out at run time. Whatever starts a server depends on this target,
# so that `ninja leash` gives a program that works.
add_custom_target(leash_resources)

# leash_add_resources(target …): programs and libraries that are shown to sandboxes.
function(leash_add_resources)
  set_target_properties(${ARGN} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${LEASH_RESOURCE_DIR}/sandbox
    LIBRARY_OUTPUT_DIRECTORY ${LEASH_RESOURCE_DIR}/sandbox)
  install(TARGETS ${ARGN} RUNTIME DESTINATION lib/leash/sandbox LIBRARY DESTINATION lib/leash/sandbox)
  add_dependencies(leash_resources ${ARGN})
endfunction()

# leash_add_library(<folder> SOURCES a.cc … DEPS target …): the static library leash_<folder>.
function(leash_add_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(leash_${folder} STATIC ${ARG_SOURCES})
  target_link_libraries(leash_${folder} PUBLIC leash_build_flags ${ARG_DEPS})
endfunction()

# leash_add_tests(<folder> SOURCES a_test.cc … [DEPS target …] [LABELS label …]): one GoogleTest
# program for the folder, each of its cases registered with ctest.
include(GoogleTest)
function(leash_add_tests folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(leash_${folder}_test ${ARG_SOURCES})
  target_link_libraries(leash_${folder}_test PRIVATE leash_${folder} ${ARG_DEPS} GTest::gtest
    GTest::gmock GTest::gtest_main)
  gtest_discover_tests(leash_${folder}_test TEST_PREFIX "${folder}." DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 120 LABELS "${ARG_LABELS}")
endfunction()
