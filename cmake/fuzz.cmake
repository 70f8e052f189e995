# SPDX-License-Identifier: Apache-2.0
# test/fuzz/<name>.cpp is one libFuzzer target; its seeds and every input that ever crashed it lie in
# test/fuzz/corpus/<name>/. With TIDEGATE_FUZZ each is fuzz_<name>; with the tests replay_<name>, which
# runs over the kept corpus. Both link the modules whose headers the source includes, and what those link.
file(GLOB fuzz_sources CONFIGURE_DEPENDS test/fuzz/*.cpp)

if(TIDEGATE_TESTS)
  add_library(replay_main OBJECT test/support/replay_main.cpp)
  target_link_libraries(replay_main PRIVATE tidegate_settings tidegate_system)
endif()

function(add_fuzz_program program source)
  add_executable(${program} ${source} ${ARGN})
  target_include_directories(${program} PRIVATE ${CMAKE_SOURCE_DIR}/test)
  file(STRINGS ${source} headers REGEX "^#include \"[a-z_/]+/[a-z0-9_]+\\.hpp\"")
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "^#include \"([a-z_/]+)/[a-z0-9_]+\\.hpp\".*" "\\1" module "${header}")
    string(REPLACE "/" "_" module ${module})
    if(TARGET tidegate_${module})
      target_link_libraries(${program} PRIVATE tidegate_${module})
    endif()
  endforeach()
endfunction()

foreach(source IN LISTS fuzz_sources)
  file(STRINGS ${source} sandbox_headers REGEX "^#include \"sandbox/")
  if(sandbox_headers AND NOT TIDEGATE_SANDBOX)
    continue()
  endif()
  get_filename_component(name ${source} NAME_WE)
  if(TIDEGATE_FUZZ)
    add_fuzz_program(fuzz_${name} ${source})
    target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer,address,undefined)
  endif()
  if(TIDEGATE_TESTS)
    add_fuzz_program(replay_${name} ${source} $<TARGET_OBJECTS:replay_main>)
    target_link_libraries(replay_${name} PRIVATE tidegate_system)  # of replay_main.cpp
    add_test(NAME fuzz.${name} COMMAND replay_${name} ${CMAKE_SOURCE_DIR}/test/fuzz/corpus/${name})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS unit TIMEOUT 600)
  endif()
endforeach()
