// SPDX-License-Identifier: Apache-2.0
// Cases of a Switch: two of one value, none at all.
#include "findings.hpp"

namespace tidegate::adf {
namespace {

TEST(Switch, cases_of_one_value) {
  const auto cases = [](const std::string& list, const std::string& more = "") {
    return pipeline_file("{\"name\": \"s\", \"type\": \"Switch\", \"typeProperties\": {\"on\": {\"value\": \"@pipeline().RunId\", \"type\": "
                         "\"Expression\"}, \"cases\": [" + list + "]" + more + "}}");
  };
  const auto one = [](const std::string& value, const std::string& name) {
    return "{\"value\": " + value + ", \"activities\": [{\"name\": \"" + name + "\", \"type\": \"Wait\"}]}";
  };
  expect_code("warning adf.duplicate-case", cases(one("\"a\"", "x") + ", " + one("\"b\"", "y") + ", " + one("§\"a\"", "z")));
  expect_no("adf.duplicate-case", cases(one("\"a\"", "x") + ", " + one("\"A\"", "y")));
  const std::string other = ", \"defaultActivities\": [{\"name\": \"w\", \"type\": \"Wait\"}]";
  Files empty = cases("");
  EXPECT_EQ(all_findings(empty, {}, "adf.empty-container"), "error adf.empty-container pipeline/p.json:1:54\n");
  expect_no("adf.empty-container", cases("", other));
}

}  // namespace
}  // namespace tidegate::adf
