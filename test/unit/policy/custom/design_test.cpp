// SPDX-License-Identifier: Apache-2.0
// The examples of docs/formats/checks.md, and of the design beside the project when it is there.
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "rules_text.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate::policy::custom {
namespace {

void expect_sound(const std::string& page) {
  const std::string mark = "```yaml\nschema: tidegate/checks/1";
  const std::size_t begin = page.find(mark);
  ASSERT_NE(begin, std::string::npos);
  const std::size_t end = page.find("\n```", begin);
  const test::Loaded loaded = test::load(page.substr(begin + 8, end - begin - 7));
  EXPECT_EQ(loaded.text(), "");
  ASSERT_EQ(loaded.outcomes.size(), 4U);
  for (const TestOutcome& outcome : loaded.outcomes) {
    EXPECT_GE(outcome.passed, 2U) << outcome.id;
    EXPECT_EQ(outcome.failed, 0U) << outcome.id;
  }
  ASSERT_EQ(loaded.file.execs.size(), 1U);
  EXPECT_TRUE(loaded.file.execs[0].whole_plan);
  EXPECT_EQ(loaded.file.execs[0].timeout, std::chrono::seconds(30));
}

TEST(Checks, the_documented_example_loads_and_its_tests_pass) {
  const auto page = system::read_file(std::string(TIDEGATE_SOURCE_DIR) + "/docs/formats/checks.md");
  ASSERT_TRUE(page.ok());
  expect_sound(*page);
}

TEST(Checks, the_example_of_the_design_loads_as_it_is) {
  const auto shared = tidegate::test::shared_folder();
  if (!shared) GTEST_SKIP() << "the design is not there";
  const auto page = system::read_file(*shared + "/design/gate.md");
  if (!page) GTEST_SKIP() << "the design is not there";
  expect_sound(*page);
}

}  // namespace
}  // namespace tidegate::policy::custom
