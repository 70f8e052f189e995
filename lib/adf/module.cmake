# SPDX-License-Identifier: Apache-2.0
# Build step of the module: data/types.txt -> generated/adf/types.inc, by a program of our own.
set(adf_types ${CMAKE_BINARY_DIR}/generated/adf/types.inc)
add_executable(adf_types ${CMAKE_SOURCE_DIR}/lib/adf/generator/generate.cpp)
set_target_properties(adf_types PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
target_link_libraries(adf_types PRIVATE tidegate_settings tidegate_base)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/adf)
add_custom_command(OUTPUT ${adf_types}
  COMMAND adf_types ${CMAKE_SOURCE_DIR}/lib/adf/data/types.txt ${adf_types}
  DEPENDS adf_types ${CMAKE_SOURCE_DIR}/lib/adf/data/types.txt VERBATIM)
target_sources(tidegate_adf PRIVATE ${adf_types})
