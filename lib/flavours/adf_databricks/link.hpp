// SPDX-License-Identifier: Apache-2.0
// Databricks activities -> the notebooks, jars and files of the repository that they name.
#pragma once

#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

// Fills Service::links. Codes: databricks.unresolved-notebook, databricks.ambiguous-notebook,
// databricks.dynamic-notebook (N), databricks.dbfs-library, databricks.ambiguous-library, and
// those of spark::check_main_class and spark::check_cluster_version.
void link_files(Service& service, Diagnostics& diagnostics);

}  // namespace tidegate::flavours::adf_databricks
