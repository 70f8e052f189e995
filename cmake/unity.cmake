# SPDX-License-Identifier: Apache-2.0
# Several sources compiled as one (CMake's unity builds): most of what a compiler does here is reading headers.
# What ships is compiled source by source, as is what developers build; a missing #include is found there.
# TIDEGATE_UNITY: "tests" joins the sources of tests, "all" those of modules and programs too.
set_property(CACHE TIDEGATE_UNITY PROPERTY STRINGS "" tests all)

# Sources with a name of their own that another source of their module or program has too.
set(compiled_alone
  build/passes.cpp build/selection.cpp deploy-gate/ground.cpp detect/command.cpp lib/adf/check_dependencies.cpp
  lib/adf/check_outputs.cpp lib/adf/check_sides.cpp lib/adf/check_variables.cpp lib/adf/expression.cpp
  lib/adf/fold.cpp lib/adf/read.cpp lib/adf/secret_text.cpp lib/adf/types.cpp lib/artifact/verify.cpp
  lib/artifact/write.cpp lib/artifact/zstd_reader.cpp lib/artifact/zstd_writer.cpp lib/databricks/notebook.cpp
  lib/databricks/tokens.cpp lib/document/skim.cpp lib/document/splitter.cpp lib/document/toml.cpp
  lib/document/yaml.cpp lib/flavours/adf_databricks/map.cpp lib/policy/custom/names.cpp lib/policy/custom/read.cpp
  lib/policy/custom/read_condition.cpp lib/policy/custom/reading.cpp lib/policy/custom/words.cpp lib/policy/rules.cpp
  lib/rehearsal/workspace.cpp lib/report/pages.cpp lib/repository/lfs.cpp lib/repository/packed_blob.cpp
  lib/repository/submodules.cpp lib/sandbox/condition.cpp lib/sandbox/control.cpp lib/sandbox/planned_value.cpp
  lib/sandbox/provider_schema.cpp lib/sandbox/type.cpp lib/service/manifest_fields.cpp lib/signature/provenance.cpp
  lib/spark/maven/resolve.cpp lib/spark/maven/settings.cpp lib/store/oci.cpp lib/store/s3.cpp lib/system/file_tree.cpp
  lib/system/limited_process.cpp lib/system/spool.cpp lib/system/write_once.cpp lib/terraform/check_body.cpp
  lib/terraform/hcl.cpp lib/terraform/reads.cpp lib/verdict/receipt.cpp test/unit/adf/factory_test.cpp
  test/unit/adf/value_test.cpp test/unit/databricks/speed_test.cpp
  test/unit/flavours/adf_databricks/not_deployed_test.cpp test/unit/flavours/adf_databricks/root_imports_test.cpp
  test/unit/policy/arm_test.cpp test/unit/policy/compare_test.cpp test/unit/policy/organisation/waiver_test.cpp
  test/unit/policy/rules_test.cpp test/unit/repository/submodules_test.cpp test/unit/sandbox/pack_test.cpp
  test/unit/sandbox/value_test.cpp test/unit/service/derived_datasets_test.cpp test/unit/service/environment_test.cpp
  test/unit/service/hard_coded_test.cpp test/unit/service/manifest_test.cpp test/unit/service/text_test.cpp
  test/unit/spark/jar.cpp test/unit/spark/maven/resolve_test.cpp test/unit/spark/wheel.cpp
  test/unit/store/oci_test.cpp test/unit/store/s3_test.cpp test/unit/system/foreground_test.cpp
  test/unit/verdict/formats_test.cpp test/unit/verdict/verdict_test.cpp)
foreach(source IN LISTS compiled_alone)
  if(NOT EXISTS ${CMAKE_SOURCE_DIR}/${source})
    message(FATAL_ERROR "cmake/unity.cmake names ${source}, which is not there")
  endif()
endforeach()
set_source_files_properties(${compiled_alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

# joins(TARGET tests|all): for "tests" a target of tests, for "all" any other.
function(joins target kind)
  if(TIDEGATE_UNITY STREQUAL "all" OR TIDEGATE_UNITY STREQUAL kind)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 16)
  endif()
endfunction()
