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
