# leash as a library for other programs: libleash.a, its public headers, a CMake package (leash::leash)
# and a pkg-config file. `cmake --install` puts them beside the programs and their resources.
include(CMakePackageConfigHelpers)
find_package(tomlplusplus REQUIRED)

# All that run::Executor is made of, in one archive.
add_library(leash_library STATIC)
foreach(_folder base sys async protocol runtimes run)
  target_sources(leash_library PRIVATE $<TARGET_OBJECTS:leash_${_folder}>)
endforeach()
set_target_properties(leash_library PROPERTIES OUTPUT_NAME leash EXPORT_NAME leash
  LINKER_LANGUAGE CXX)
target_compile_features(leash_library INTERFACE cxx_std_20)
target_include_directories(leash_library INTERFACE $<INSTALL_INTERFACE:include>)
# Asio is compiled once, into the archive: its users must see it as it was then.
target_compile_definitions(leash_library INTERFACE BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(leash_library PUBLIC Threads::Threads Boost::headers
  PRIVATE fmt::fmt tomlplusplus::tomlplusplus)

install(TARGETS leash_library EXPORT leash-targets ARCHIVE DESTINATION lib)
install(EXPORT leash-targets NAMESPACE leash:: DESTINATION lib/cmake/leash)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/leash-config.cmake.in
  ${CMAKE_BINARY_DIR}/leash-config.cmake INSTALL_DESTINATION lib/cmake/leash)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/leash-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/leash-config.cmake ${CMAKE_BINARY_DIR}/leash-config-version.cmake
  DESTINATION lib/cmake/leash)
configure_file(${CMAKE_CURRENT_LIST_DIR}/leash.pc.in ${CMAKE_BINARY_DIR}/leash.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/leash.pc DESTINATION lib/pkgconfig)

# <leash/executor.h> and what it includes, and nothing else of src/.
set(_public_headers
  async/cancel.h base/clock.h base/result.h base/units.h
  run/async_execute.h run/event.h run/event_log.h run/executor.h run/input_buffer.h run/life.h run/output_text.h
  run/local_executor.h run/outcome.h run/run.h run/spec.h run/spill_file.h
  runtimes/catalog.h runtimes/descriptor.h sys/fd.h)
install(CODE "set(LEASH_SOURCES \"${CMAKE_SOURCE_DIR}/src\")
set(LEASH_HEADERS \"${_public_headers}\")")
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/install_headers.cmake)
