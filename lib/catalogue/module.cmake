# SPDX-License-Identifier: Apache-2.0
# Build step of the module: data/*.tsv -> generated/catalogue/tables.inc, by a program of our own.
set(catalogue_data ${CMAKE_SOURCE_DIR}/lib/catalogue/data)
set(catalogue_tables ${CMAKE_BINARY_DIR}/generated/catalogue/tables.inc)
set(catalogue_inputs ${catalogue_data}/stateful-catalogue.tsv ${catalogue_data}/stateless-types.tsv
  ${catalogue_data}/arm-aliases.tsv)
add_executable(catalogue_tables ${CMAKE_SOURCE_DIR}/lib/catalogue/generator/generate.cpp
  ${CMAKE_SOURCE_DIR}/lib/catalogue/grammar.cpp)
set_target_properties(catalogue_tables PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
target_link_libraries(catalogue_tables PRIVATE tidegate_settings tidegate_base)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/catalogue)
add_custom_command(OUTPUT ${catalogue_tables}
  COMMAND catalogue_tables ${catalogue_inputs} ${catalogue_tables}
  DEPENDS catalogue_tables ${catalogue_inputs} VERBATIM)
target_sources(tidegate_catalogue PRIVATE ${catalogue_tables})

# The digest of what the tables hold is known before they are compiled: nothing is hashed at start-up.
set(catalogue_digests "")
foreach(input IN LISTS catalogue_inputs)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${input})
  file(SHA256 ${input} digest)
  string(APPEND catalogue_digests "${digest}\n")
endforeach()
string(SHA256 catalogue_digest "${catalogue_digests}")
set_source_files_properties(lib/catalogue/types.cpp PROPERTIES
  COMPILE_DEFINITIONS TIDEGATE_CATALOGUE_DIGEST="${catalogue_digest}")

# Schemas of the providers -> tables that are linked in as they are, and read a line at a time.
set(schema_folder ${CMAKE_BINARY_DIR}/generated/schemas)
file(MAKE_DIRECTORY ${schema_folder})
set(schema_inputs ${catalogue_data}/providers/azapi-2.12.0.json ${catalogue_data}/providers/azurerm-5.2.0.json
  ${catalogue_data}/providers-4/azurerm-4.73.0.json ${catalogue_data}/providers/databricks-1.128.0.json
  ${catalogue_data}/providers/null-3.2.4.json ${catalogue_data}/providers/random-3.7.2.json
  ${catalogue_data}/providers/time-0.13.1.json)
add_executable(schema_tables ${CMAKE_SOURCE_DIR}/lib/terraform/generator/schema_tables.cpp)
set_target_properties(schema_tables PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
target_link_libraries(schema_tables PRIVATE tidegate_settings tidegate_document tidegate_system)
add_custom_command(OUTPUT ${schema_folder}/schemas.cpp
  COMMAND schema_tables ${schema_folder} ${schema_inputs}
  DEPENDS schema_tables ${schema_inputs} VERBATIM)
target_sources(tidegate_catalogue PRIVATE ${schema_folder}/schemas.cpp)
