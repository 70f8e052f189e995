# SPDX-License-Identifier: Apache-2.0
file(GLOB tidegate_sources CONFIGURE_DEPENDS buildpack/cli/*.cpp detect/*.cpp build/*.cpp)
if(tidegate_sources AND TARGET tidegate_flavours_adf_databricks AND TARGET tidegate_artifact)
  add_executable(tidegate ${tidegate_sources})
  target_include_directories(tidegate PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(tidegate PRIVATE tidegate_flavours_adf_databricks tidegate_artifact tidegate_spark_maven tidegate_system_curl
    tidegate_policy_custom tidegate_sandbox_launch tidegate_rehearsal tidegate_report tidegate_signature tidegate_store tidegate_commandline)
  # Called by another name, the program is that step of a Cloud Native Buildpack.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/buildpack/bin)
  file(CREATE_LINK ../../bin/tidegate ${CMAKE_BINARY_DIR}/buildpack/bin/detect SYMBOLIC)
  file(CREATE_LINK ../../bin/tidegate ${CMAKE_BINARY_DIR}/buildpack/bin/build SYMBOLIC)
  file(STRINGS buildpack/buildpack.toml buildpack_version REGEX "^version = \"${PROJECT_VERSION}\"$")
  if(NOT buildpack_version)
    message(FATAL_ERROR "buildpack/buildpack.toml: the version is not ${PROJECT_VERSION}")
  endif()
  configure_file(buildpack/buildpack.toml ${CMAKE_BINARY_DIR}/buildpack/buildpack.toml COPYONLY)
endif()

file(GLOB gate_sources CONFIGURE_DEPENDS deploy-gate/*.cpp)
if(gate_sources AND TARGET tidegate_verdict)
  add_executable(deploy-gate ${gate_sources})
  target_include_directories(deploy-gate PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(deploy-gate PRIVATE tidegate_verdict tidegate_policy_custom tidegate_policy_organisation
    tidegate_system tidegate_commandline)
endif()

file(GLOB sandbox_sources CONFIGURE_DEPENDS buildpack/sandbox/*.cpp)
if(sandbox_sources AND TARGET tidegate_sandbox_service)
  add_executable(tidegate-sandbox ${sandbox_sources})
  target_include_directories(tidegate-sandbox PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(tidegate-sandbox PRIVATE tidegate_sandbox_service tidegate_commandline)
endif()
