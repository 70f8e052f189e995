# SPDX-License-Identifier: Apache-2.0
# Build step of the module: the stubs of the service; the messages come with module `sandbox`.
set(stubs ${protocol_folder}/tfplugin6.grpc.pb.cc)
add_custom_command(OUTPUT ${stubs} ${protocol_folder}/tfplugin6.grpc.pb.h
  COMMAND ${protoc} -I ${CMAKE_SOURCE_DIR}/lib/sandbox --grpc_out=${protocol_folder}
    --plugin=protoc-gen-grpc=${grpc_cpp_plugin} ${protocol_source}
  DEPENDS ${protocol_source} VERBATIM)
add_library(tidegate_protocol_service STATIC ${stubs})
target_link_libraries(tidegate_protocol_service PUBLIC tidegate_protocol PkgConfig::grpc)
target_link_libraries(tidegate_sandbox_service PUBLIC tidegate_protocol_service)
add_dependencies(tidegate_sandbox_service tidegate_protocol_service)
