# SPDX-License-Identifier: Apache-2.0
# Build step of the module: tfplugin6.proto -> messages, a library of their own because generated code
# does not keep to our warnings.
set(protocol_folder ${CMAKE_BINARY_DIR}/generated/protocol)
set(protocol_source ${CMAKE_SOURCE_DIR}/lib/sandbox/tfplugin6.proto)
file(MAKE_DIRECTORY ${protocol_folder})
add_custom_command(OUTPUT ${protocol_folder}/tfplugin6.pb.cc ${protocol_folder}/tfplugin6.pb.h
  COMMAND ${protoc} -I ${CMAKE_SOURCE_DIR}/lib/sandbox --cpp_out=${protocol_folder} ${protocol_source}
  DEPENDS ${protocol_source} VERBATIM)
add_library(tidegate_protocol STATIC ${protocol_folder}/tfplugin6.pb.cc)
target_include_directories(tidegate_protocol SYSTEM PUBLIC ${protocol_folder})
target_link_libraries(tidegate_protocol PUBLIC PkgConfig::protobuf)
target_link_libraries(tidegate_sandbox PUBLIC tidegate_protocol)
add_dependencies(tidegate_sandbox tidegate_protocol)
