// SPDX-License-Identifier: Apache-2.0
#include "policy/custom/since.hpp"

#include <gtest/gtest.h>

#include <set>

#include "policy/custom/read.hpp"
#include "version.hpp"

namespace tidegate::policy::custom {
namespace {

ChecksFile parsed(const std::string& text) {
  Diagnostics diagnostics;
  ChecksFile file = parse_checks("checks.yaml", text, diagnostics);
  for (const Diagnostic& one : diagnostics.items()) ADD_FAILURE() << render_diagnostic(one);
  return file;
}

// Nothing is of a release that does not exist yet, or of none.
TEST(Since, this_gate_knows_every_feature) {
  const Version now = read_version(tool_version).version;
  std::set<std::string_view> names;
  for (const Feature& feature : features()) {
    EXPECT_LE(feature.since, now) << feature.name;
    EXPECT_GT(feature.since, Version{}) << feature.name;
    EXPECT_TRUE(names.insert(feature.name).second) << feature.name;
  }
  for (const WordRow& row : words()) {
    EXPECT_LE(row.since, now) << row.name;
    EXPECT_GT(row.since, Version{}) << row.name;
  }
}

TEST(Since, of_a_file_it_is_the_latest_of_what_it_uses) {
  EXPECT_EQ(lowest_gate({}), (Version{0, 1, 0}));
  const ChecksFile file = parsed(
      "schema: tidegate/checks/1\ntypes: {example_thing: {tier: data}}\nexec: [{id: own.program, command: [x]}]\n"
      "rules:\n  - {id: own.rule, severity: block, unchecked: true, match: {type: example_thing}, message: m,\n"
      "     when: {any: [{not: {path: after.a, set: true}}, {some: after.list, holds: {path: b, equals: 1}}]}}\n");
  std::set<std::string_view> used;
  for (const Feature& feature : features()) {
    if (feature.is_used(file)) used.insert(feature.name);
  }
  EXPECT_EQ(used, (std::set<std::string_view>{"tidegate/checks/1", "types", "exec", "any", "not", "some"}));
  EXPECT_EQ(lowest_gate(file), (Version{0, 1, 0}));
}

}  // namespace
}  // namespace tidegate::policy::custom
