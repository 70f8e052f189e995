# SPDX-License-Identifier: Apache-2.0
# Every line of lib/layers.txt is a module: its folder, and the modules it may include and link.

# A library as a program that says so links it: its archive, where the package has one (docs/decisions/0033).
function(archive_or_library variable name library)
  find_library(archive_${name} NAMES lib${name}.a)
  mark_as_advanced(archive_${name})
  if(archive_${name})
    set(library $<IF:$<BOOL:$<TARGET_PROPERTY:TIDEGATE_LINKS_ARCHIVES>>,${archive_${name}},${library}>)
  endif()
  set(${variable} ${library} PARENT_SCOPE)
endfunction()
archive_or_library(crypto crypto OpenSSL::Crypto)
archive_or_library(re2 re2 PkgConfig::re2)
archive_or_library(yaml_cpp yaml-cpp yaml-cpp)

# Third-party packages, named where they are used. Only `document` sees the document parsers,
# only `commandline` that of command lines.
set(packages_base fmt::fmt)
set(packages_commandline CLI11::CLI11)
set(packages_document nlohmann_json::nlohmann_json PkgConfig::simdjson ${yaml_cpp} PkgConfig::pugixml)
set(packages_repository PkgConfig::libgit2 ZLIB::ZLIB)
set(packages_spark PkgConfig::libarchive)
set(packages_databricks PkgConfig::libarchive)
set(packages_adf PkgConfig::utf8proc)
set(packages_artifact ZLIB::ZLIB PkgConfig::libzstd PkgConfig::utf8proc)
set(packages_system ${crypto})
set(packages_signature OpenSSL::Crypto)
set(packages_system_curl ${CMAKE_DL_LIBS})  # libcurl itself is opened when it is needed
set(packages_policy_custom ${re2})

# For the build with sanitizers, whose compilation takes longest. The optimised one goes without and
# finds the missing #include that this hides.
if(TIDEGATE_PRECOMPILED)
  file(WRITE ${CMAKE_BINARY_DIR}/generated/precompiled.cpp "")
  add_library(tidegate_precompiled OBJECT ${CMAKE_BINARY_DIR}/generated/precompiled.cpp)
  target_compile_options(tidegate_settings INTERFACE -pthread)  # some packages ask for it, and all must agree
  target_link_libraries(tidegate_precompiled PRIVATE tidegate_settings)
  target_precompile_headers(tidegate_precompiled PRIVATE <algorithm> <array> <charconv> <chrono> <functional> <map>
    <memory> <mutex> <optional> <set> <span> <string> <string_view> <utility> <variant> <vector>)
endif()

# What runs once in a program, or waits for others, is made small: all of a program counts as its memory (docs/decisions/0053).
set(small_modules commandline report rehearsal sandbox/launch signature store spark/maven)

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS lib/layers.txt)
file(STRINGS lib/layers.txt layers REGEX "^[^#]")
set(tidegate_modules "")
set(tidegate_module_folders "")  # parallel to tidegate_modules
foreach(line IN LISTS layers)
  string(REGEX MATCH "^([^:]+):(.*)$" ok "${line}")
  set(folder ${CMAKE_MATCH_1})
  separate_arguments(allowed UNIX_COMMAND "${CMAKE_MATCH_2}")
  if(folder MATCHES "^sandbox(/service)?$" AND NOT TIDEGATE_SANDBOX)
    continue()
  endif()
  string(REPLACE "/" "_" module ${folder})
  file(GLOB sources CONFIGURE_DEPENDS lib/${folder}/*.cpp lib/${folder}/data/*.cpp lib/${folder}/rules/*.cpp)
  if(NOT sources)
    continue()
  endif()
  add_library(tidegate_${module} STATIC ${sources})
  joins(tidegate_${module} all)
  target_link_libraries(tidegate_${module} PUBLIC tidegate_settings ${packages_${module}})
  if(folder IN_LIST small_modules)
    target_compile_options(tidegate_${module} PRIVATE $<$<CONFIG:Release>:-Os>)
  endif()
  if(TIDEGATE_PRECOMPILED)
    target_precompile_headers(tidegate_${module} REUSE_FROM tidegate_precompiled)
  endif()
  foreach(other IN LISTS allowed)
    string(REPLACE "/" "_" other ${other})
    if(TARGET tidegate_${other})
      target_link_libraries(tidegate_${module} PUBLIC tidegate_${other})
    endif()
  endforeach()
  include(${CMAKE_SOURCE_DIR}/lib/${folder}/module.cmake OPTIONAL)  # build steps of this module
  list(APPEND tidegate_modules ${module})
  list(APPEND tidegate_module_folders ${folder})
endforeach()
