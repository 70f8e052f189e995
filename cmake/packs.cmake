# SPDX-License-Identifier: Apache-2.0
# lib/catalogue/data/providers/NAME-VERSION.json -> share/tidegate/packs/NAME-VERSION.pack, and the
# behaviour files beside them.
if(TARGET tidegate_sandbox)
  add_executable(make_pack lib/sandbox/generator/make_pack.cpp)
  set_target_properties(make_pack PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(make_pack PRIVATE tidegate_sandbox tidegate_document tidegate_system)
  set(packs_folder ${CMAKE_BINARY_DIR}/share/tidegate/packs)
  file(MAKE_DIRECTORY ${packs_folder})
  file(GLOB provider_schemas CONFIGURE_DEPENDS lib/catalogue/data/providers/*.json)
  set(packs "")
  foreach(schema IN LISTS provider_schemas)
    get_filename_component(name ${schema} NAME)
    string(REGEX REPLACE "\\.json$" "" name ${name})
    string(REGEX REPLACE "^.*-" "" version ${name})
    add_custom_command(OUTPUT ${packs_folder}/${name}.pack
      COMMAND make_pack ${schema} ${version} ${packs_folder}/${name}.pack
      DEPENDS make_pack ${schema} VERBATIM)
    list(APPEND packs ${packs_folder}/${name}.pack)
  endforeach()
  set(behaviour_folder ${CMAKE_BINARY_DIR}/share/tidegate/behaviour)
  file(MAKE_DIRECTORY ${behaviour_folder})
  file(GLOB behaviour_files CONFIGURE_DEPENDS lib/catalogue/data/behaviour/*.json)
  foreach(file IN LISTS behaviour_files)
    get_filename_component(name ${file} NAME)
    configure_file(${file} ${behaviour_folder}/${name} COPYONLY)
  endforeach()
  add_custom_target(packs ALL DEPENDS ${packs})
endif()
