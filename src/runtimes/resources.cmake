# Data that the server needs at run time: runtimes/ and what is mounted into every sandbox. Copied
# again when a file changes (and, for runtimes/, when one is added or removed).
file(GLOB_RECURSE _runtime_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
  ${CMAKE_SOURCE_DIR}/runtimes/*)

set(_runtimes_stamp ${CMAKE_CURRENT_BINARY_DIR}/runtimes.stamp)
list(TRANSFORM _runtime_files PREPEND ${CMAKE_SOURCE_DIR}/ OUTPUT_VARIABLE _runtime_paths)
# The list itself is an input, so that a removed language is removed from the copy, too.
set(_runtimes_list ${CMAKE_CURRENT_BINARY_DIR}/runtimes.txt)
file(CONFIGURE OUTPUT ${_runtimes_list} CONTENT "${_runtime_files}" @ONLY)
add_custom_command(OUTPUT ${_runtimes_stamp}
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${LEASH_RESOURCE_DIR}/runtimes
  COMMAND ${CMAKE_COMMAND} -E copy_directory ${CMAKE_SOURCE_DIR}/runtimes
          ${LEASH_RESOURCE_DIR}/runtimes
  COMMAND ${CMAKE_COMMAND} -E touch ${_runtimes_stamp}
  DEPENDS ${_runtime_paths} ${_runtimes_list} VERBATIM)

set(_sitecustomize ${LEASH_RESOURCE_DIR}/sandbox/python/sitecustomize.py)
add_custom_command(OUTPUT ${_sitecustomize}
  COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/python/sitecustomize.py
          ${_sitecustomize}
  DEPENDS python/sitecustomize.py VERBATIM)

# Waits in Node for its job; see runtimes/node/runtime.toml.
set(_node_prestart ${LEASH_RESOURCE_DIR}/sandbox/node/prestart.js)
add_custom_command(OUTPUT ${_node_prestart}
  COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/node/prestart.js ${_node_prestart}
  DEPENDS node/prestart.js VERBATIM)

# Without the compiler there is no host, and then the language's self-test says so.
find_program(MCS mcs)
set(_csharp_host)
if(MCS)
  set(_csharp_host ${LEASH_RESOURCE_DIR}/sandbox/csharp/csharp-host.exe)
  add_custom_command(OUTPUT ${_csharp_host}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${LEASH_RESOURCE_DIR}/sandbox/csharp
    COMMAND ${MCS} -nologo -langversion:latest -optimize+ -warnaserror -out:${_csharp_host}
            ${CMAKE_CURRENT_SOURCE_DIR}/csharp/host.cs
            ${CMAKE_CURRENT_SOURCE_DIR}/csharp/prestart.cs
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/csharp/rehearsal.cs
            ${LEASH_RESOURCE_DIR}/sandbox/csharp/rehearsal.cs
    DEPENDS csharp/host.cs csharp/prestart.cs csharp/rehearsal.cs VERBATIM)
  install(FILES ${_csharp_host} csharp/rehearsal.cs DESTINATION lib/leash/sandbox/csharp)
endif()

# Looked at in every build, since packages that bring the compiler and its headers are not inputs of
# ours. <iostream> takes 28 MB of disk, <bits/stdc++.h> 124 MB, and with either of them as the first
# header a small program is compiled in a third of the time or less.
set(LEASH_PRECOMPILED_HEADERS "iostream;bits/stdc++.h" CACHE STRING
  "Headers of language cpp that are precompiled; may be empty")
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
add_custom_target(leash_precompiled ALL
  COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/precompiled/precompile.py
          ${CMAKE_SOURCE_DIR}/runtimes/cpp/runtime.toml ${LEASH_RESOURCE_DIR}/precompiled/cpp
          ${LEASH_PRECOMPILED_HEADERS}
  VERBATIM)
install(DIRECTORY ${LEASH_RESOURCE_DIR}/precompiled DESTINATION lib/leash OPTIONAL)

add_custom_target(leash_runtimes_data ALL
  DEPENDS ${_runtimes_stamp} ${_sitecustomize} ${_node_prestart} ${_csharp_host})
add_dependencies(leash_resources leash_runtimes_data leash_precompiled)

install(DIRECTORY ${CMAKE_SOURCE_DIR}/runtimes DESTINATION lib/leash)
install(FILES node/prestart.js DESTINATION lib/leash/sandbox/node)
install(FILES python/sitecustomize.py DESTINATION lib/leash/sandbox/python)
