# Run by `cmake --install`. Installed headers live below include/leash, and say so when they include
# one another: "run/spec.h" becomes "leash/run/spec.h".
set(_target "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/include/leash")

function(leash_install_header source name)
  file(READ "${LEASH_SOURCES}/${source}" _text)
  string(REGEX REPLACE "#include \"([a-z]+/)" "#include \"leash/\\1" _text "${_text}")
  message(STATUS "Installing: ${_target}/${name}")
  file(WRITE "${_target}/${name}" "${_text}")
endfunction()

foreach(_header IN LISTS LEASH_HEADERS)
  leash_install_header(${_header} ${_header})
endforeach()
leash_install_header(run/public/executor.h executor.h)
file(WRITE "${_target}/resources.h" "#pragma once

/// Where the spawner, the languages and what is mounted into a sandbox were installed.
#define LEASH_RESOURCES \"${CMAKE_INSTALL_PREFIX}/lib/leash\"
")
