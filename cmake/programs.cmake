# SPDX-License-Identifier: Apache-2.0
# buildpack/ci -> generated/build/pipelines.inc: what `tidegate init --ci` writes.
set(pipeline_rows "")
foreach(pipeline IN ITEMS "github=github-actions.yml=.github/workflows/tidegate.yml" "jenkins=Jenkinsfile=Jenkinsfile"
        "azure=azure-pipelines.yml=azure-pipelines.yml")
  string(REPLACE "=" ";" pipeline "${pipeline}")
  list(GET pipeline 0 name)
  list(GET pipeline 1 source)
  list(GET pipeline 2 path)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS buildpack/ci/${source})
  file(READ buildpack/ci/${source} text)
  string(APPEND pipeline_rows "{\"${name}\", \"${path}\", R\"pipeline(${text})pipeline\"},\n")
endforeach()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/build)
file(WRITE ${CMAKE_BINARY_DIR}/pipelines.inc.tmp "${pipeline_rows}")
file(COPY_FILE ${CMAKE_BINARY_DIR}/pipelines.inc.tmp ${CMAKE_BINARY_DIR}/generated/build/pipelines.inc ONLY_IF_DIFFERENT)

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
  set_target_properties(deploy-gate PROPERTIES TIDEGATE_LINKS_ARCHIVES ON)
  target_link_libraries(deploy-gate PRIVATE tidegate_verdict tidegate_policy_custom tidegate_policy_organisation
    tidegate_system tidegate_commandline)
endif()

file(GLOB sandbox_sources CONFIGURE_DEPENDS buildpack/sandbox/*.cpp)
if(sandbox_sources AND TARGET tidegate_sandbox_service)
  add_executable(tidegate-sandbox ${sandbox_sources})
  target_include_directories(tidegate-sandbox PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(tidegate-sandbox PRIVATE tidegate_sandbox_service tidegate_commandline)
endif()
