# SPDX-License-Identifier: Apache-2.0
# generated/version.hpp: the version of the tool. generated/origin.hpp: what artifacts say about the tool beside it,
# the commit of its sources and the digest of its data files. Both are the same for every packaging of one release;
# a source archive brings its commit in cmake/commit.txt, which `git archive` fills in.
set(TIDEGATE_COMMIT "" CACHE STRING "commit of these sources; empty: asked of git, or read in cmake/commit.txt")
set(tool_commit "${TIDEGATE_COMMIT}")
if(NOT tool_commit)
  file(STRINGS cmake/commit.txt tool_commit REGEX "^[0-9a-f]+$")
endif()
find_package(Git QUIET)
if(NOT tool_commit AND GIT_FOUND AND EXISTS ${CMAKE_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${CMAKE_SOURCE_DIR} rev-parse HEAD
    OUTPUT_VARIABLE tool_commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${CMAKE_SOURCE_DIR} rev-parse --path-format=absolute --git-path logs/HEAD
    OUTPUT_VARIABLE log_of_head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(EXISTS "${log_of_head}")  # each commit configures anew
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${log_of_head})
  endif()
endif()
if(NOT tool_commit)
  set(tool_commit unknown)
endif()

file(GLOB_RECURSE data_files RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS
  lib/*/data/*.json lib/*/data/*.tsv lib/*/data/*.yaml)
list(SORT data_files)
set(data_lines "")
foreach(data_file IN LISTS data_files)
  file(SHA256 ${CMAKE_SOURCE_DIR}/${data_file} data_file_digest)
  string(APPEND data_lines "${data_file_digest}  ${data_file}\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${data_file})
endforeach()
string(SHA256 tool_data "${data_lines}")

# write_header(NAME TEXT): generated/NAME, written only if it changed.
function(write_header name text)
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.tmp "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n${text}\n")
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
  file(COPY_FILE ${CMAKE_BINARY_DIR}/${name}.tmp ${CMAKE_BINARY_DIR}/generated/${name} ONLY_IF_DIFFERENT)
endfunction()
write_header(version.hpp "namespace tidegate { inline constexpr char tool_version[] = \"${PROJECT_VERSION}\"; }")
write_header(origin.hpp "namespace tidegate {
inline constexpr char tool_commit[] = \"${tool_commit}\";
inline constexpr char tool_data[] = \"${tool_data}\";
}")
