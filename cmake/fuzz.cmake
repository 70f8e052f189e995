# SPDX-License-Identifier: Apache-2.0
# test/fuzz/<name>.cpp is one libFuzzer target; its seeds and every input that ever crashed it lie in
# test/fuzz/corpus/<name>/.
# It links the modules whose headers it includes, and what those link.
file(GLOB fuzz_sources CONFIGURE_DEPENDS test/fuzz/*.cpp)
foreach(source IN LISTS fuzz_sources)
  file(STRINGS ${source} sandbox_headers REGEX "^#include \"sandbox/")
  if(sandbox_headers AND NOT TIDEGATE_SANDBOX)
    continue()
  endif()
  get_filename_component(name ${source} NAME_WE)
  add_executable(fuzz_${name} ${source})
  target_include_directories(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/test)
  target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer,address,undefined)
  file(STRINGS ${source} headers REGEX "^#include \"[a-z_/]+/[a-z0-9_]+\\.hpp\"")
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "^#include \"([a-z_/]+)/[a-z0-9_]+\\.hpp\".*" "\\1" module "${header}")
    string(REPLACE "/" "_" module ${module})
    if(TARGET tidegate_${module})
      target_link_libraries(fuzz_${name} PRIVATE tidegate_${module})
    endif()
  endforeach()
endforeach()
