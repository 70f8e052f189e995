// SPDX-License-Identifier: Apache-2.0
// What a plan of the service must hold, from the source and the rules for what may differ from it:
// the tests that travel in the artifact. Never asks the mapping or its writer, or they would prove
// nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flavours/adf_databricks/service.hpp"
#include "validation/test_file.hpp"

namespace tidegate::flavours::adf_databricks {

// tests/expected/<folder>/<object>.json, of objects whose body differs from the packed source
struct ExpectedFile {
  std::string name{};
  std::size_t object = 0;  // index into Factory::objects
};

struct GeneratedTests {
  std::vector<validation::TestFile> files{};  // those that assert something
  std::vector<ExpectedFile> expected{};
};

GeneratedTests expect_service(const std::shared_ptr<const Service>& service);

// The body of one object as it must be planned with the examples of all variables, in pieces.
Status write_expected_body(const Service& service, std::size_t object,
                           const validation::Sink& sink);

}  // namespace tidegate::flavours::adf_databricks
