# SPDX-License-Identifier: Apache-2.0
file(GLOB tidegate_sources CONFIGURE_DEPENDS buildpack/cli/*.cpp detect/*.cpp build/*.cpp)
if(tidegate_sources AND TARGET tidegate_flavours_adf_databricks AND TARGET tidegate_artifact)
  add_executable(tidegate ${tidegate_sources})
  target_include_directories(tidegate PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(tidegate PRIVATE tidegate_flavours_adf_databricks tidegate_artifact tidegate_spark_maven
    tidegate_system_curl tidegate_policy_custom tidegate_sandbox_launch CLI11::CLI11)
  # Called by another name, the program is that step of a Cloud Native Buildpack.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/buildpack/bin)
  file(CREATE_LINK ../../bin/tidegate ${CMAKE_BINARY_DIR}/buildpack/bin/detect SYMBOLIC)
endif()

file(GLOB gate_sources CONFIGURE_DEPENDS deploy-gate/*.cpp)
if(gate_sources AND TARGET tidegate_verdict)
  add_executable(deploy-gate ${gate_sources})
  target_include_directories(deploy-gate PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(deploy-gate PRIVATE tidegate_verdict tidegate_policy_custom tidegate_policy_organisation
    tidegate_system CLI11::CLI11)
endif()

file(GLOB sandbox_sources CONFIGURE_DEPENDS buildpack/sandbox/*.cpp)
if(sandbox_sources AND TARGET tidegate_sandbox_service)
  add_executable(tidegate-sandbox ${sandbox_sources})
  target_include_directories(tidegate-sandbox PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(tidegate-sandbox PRIVATE tidegate_sandbox_service CLI11::CLI11)
endif()
