# SPDX-License-Identifier: Apache-2.0
# Build step of the module: provider schemas -> generated/policy/attributes.inc, by a program of our own.
file(GLOB attribute_schemas CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/lib/catalogue/data/providers/*.json)
set(attribute_tables ${CMAKE_BINARY_DIR}/generated/policy/attributes.inc)
add_executable(attribute_tables ${CMAKE_SOURCE_DIR}/lib/policy/custom/generator/generate.cpp)
set_target_properties(attribute_tables PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
target_link_libraries(attribute_tables PRIVATE tidegate_settings tidegate_document)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/policy)
add_custom_command(OUTPUT ${attribute_tables}
  COMMAND attribute_tables ${attribute_tables} ${attribute_schemas}
  DEPENDS attribute_tables ${attribute_schemas} VERBATIM)
target_sources(tidegate_policy_custom PRIVATE ${attribute_tables})
