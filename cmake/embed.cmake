# Puts files into the program. Two uses of one file:
#   include(embed) and leash_embed(<out.cc> NAME <function> ROOT <folder> [FILES …] [DEPENDS …])
#     makes <out.cc>, in which leash::http::<function>() gives the files below ROOT (or only FILES);
#   cmake -DOUT=… -DNAME=… -DROOT=… [-DFILES=…] -P embed.cmake   is what it runs at build time.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(_leash_embed_script ${CMAKE_CURRENT_LIST_FILE})
  function(leash_embed out)
    cmake_parse_arguments(ARG "" "NAME;ROOT" "FILES;DEPENDS" ${ARGN})
    add_custom_command(OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAME=${ARG_NAME} -DROOT=${ARG_ROOT}
        "-DFILES=${ARG_FILES}" -P ${_leash_embed_script}
      DEPENDS ${_leash_embed_script} ${ARG_DEPENDS}
      COMMENT "Embedding ${ARG_ROOT}" VERBATIM)
  endfunction()
  return()
endif()

if(FILES)
  set(files ${FILES})
else()
  file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/*)
  list(SORT files)
endif()

set(types_html "text/html; charset=utf-8")
set(types_js "text/javascript; charset=utf-8")
set(types_css "text/css; charset=utf-8")
set(types_json "application/json")
set(types_svg "image/svg+xml")
set(types_png "image/png")
set(types_ico "image/x-icon")
set(types_woff2 "font/woff2")
set(types_txt "text/plain; charset=utf-8")

set(bytes "")
set(declarations "")
set(entries "")
set(index 0)
foreach(file IN LISTS files)
  if(file MATCHES "\\.map$")
    continue()
  endif()
  string(REGEX MATCH "[^.]*$" extension "${file}")
  if(NOT DEFINED types_${extension})
    message(FATAL_ERROR "embed: the type of ${file} is not known; add it to ${CMAKE_SCRIPT_MODE_FILE}")
  endif()
  file(SHA256 ${ROOT}/${file} hash)
  file(SIZE ${ROOT}/${file} size)
  string(SUBSTRING ${hash} 0 32 tag)
  set(path "/${file}")
  if(path STREQUAL "/index.html")
    set(path "/")
  endif()
  set(symbol "leash_embedded_${NAME}_${index}")
  string(APPEND bytes "        \"${symbol}:\\n.incbin \\\"${ROOT}/${file}\\\"\\n\"\n")
  string(APPEND declarations
    "extern const char ${symbol}[] __attribute__((visibility(\"hidden\")));\n")
  string(APPEND entries
    "    {\"${path}\", \"${types_${extension}}\", \"\\\"${tag}\\\"\", {${symbol}, ${size}}},\n")
  math(EXPR index "${index} + 1")
endforeach()
if(index EQUAL 0)
  message(FATAL_ERROR "embed: there is nothing in ${ROOT}")
endif()

file(WRITE ${OUT} "// Made by cmake/embed.cmake from ${ROOT}.
#include <array>

#include \"http/static_files.h\"

__asm__(\".pushsection .rodata\\n.balign 16\\n\"
${bytes}        \".popsection\\n\");

extern \"C\" {
${declarations}}

namespace leash::http {

std::span<const StaticFile> ${NAME}() {
  static const std::array<StaticFile, ${index}> kFiles{{
${entries}  }};
  return kFiles;
}

}  // namespace leash::http
")
