# SPDX-License-Identifier: Apache-2.0
# test/fuzz/<name>.cpp is one libFuzzer target; its seeds and every input that ever crashed it lie in
# test/fuzz/corpus/<name>/.
list(REMOVE_ITEM tidegate_modules sandbox_service)  # none parses what gRPC parses
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
  foreach(module IN LISTS tidegate_modules)
    target_link_libraries(fuzz_${name} PRIVATE tidegate_${module})
  endforeach()
endforeach()
