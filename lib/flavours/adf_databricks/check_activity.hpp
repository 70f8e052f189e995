// SPDX-License-Identifier: Apache-2.0
// What a Databricks activity says against the notebook and the libraries that it names.
#pragma once

#include "databricks/match.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

// `baseParameters` against the widgets of notebook `index` and of everything it takes in with %run;
// nothing is said when some of that is not known. Codes databricks.unread-parameter,
// databricks.missing-parameter.
void check_parameters(const Service& service, const databricks::NotebookIndex& notebooks,
                      const document::Node& activity, std::size_t index, Diagnostics& diagnostics);

// One entry of `libraries`. Codes databricks.invalid-library, databricks.unpinned-library.
void check_library(const document::Node& library, Diagnostics& diagnostics);

// Literal `jobId`s that no variable of the environment stands for. Code databricks.unbound-job.
void check_jobs(const Service& service, Diagnostics& diagnostics);

// True if the string, or the Expression object in its place, is computed at run time.
bool is_dynamic(const document::Node& node);

}  // namespace tidegate::flavours::adf_databricks
