// SPDX-License-Identifier: Apache-2.0
// Databricks activities -> the notebooks, jars and files of the repository that they name.
#pragma once

#include <span>

#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

// Fills Service::links. Codes: databricks.unresolved-notebook, databricks.ambiguous-notebook,
// databricks.dynamic-notebook (N), databricks.not-a-notebook (W), databricks.dbfs-library,
// databricks.ambiguous-library, spark.library-not-built, those of check_activity.hpp, and those of
// spark/check.hpp.
void link_files(Service& service, Diagnostics& diagnostics);

std::span<const FileLink> links_of(const Service& service, std::size_t object);

}  // namespace tidegate::flavours::adf_databricks
