// SPDX-License-Identifier: Apache-2.0
// What a plan of the service must hold, from the source and the rules for what may differ from it:
// the tests that travel in the artifact. Never asks the mapping or its writer, or they would prove
// nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "flavours/adf_databricks/service.hpp"
#include "validation/test_file.hpp"

namespace tidegate::flavours::adf_databricks {

// tests/expected/<folder>/<object>.json, of objects whose body differs from the packed source
struct ExpectedFile {
  std::string name{};
  // The body as it must be planned with the examples of all variables, in pieces.
  std::function<Status(const validation::Sink&)> write{};
};

struct GeneratedTests {
  std::vector<validation::TestFile> files{};  // those that assert something
  std::vector<ExpectedFile> expected{};
};

GeneratedTests expect_service(const std::shared_ptr<const Service>& service);

}  // namespace tidegate::flavours::adf_databricks
