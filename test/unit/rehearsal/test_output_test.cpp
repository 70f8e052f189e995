// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/test_output.hpp"

#include <gtest/gtest.h>

namespace tidegate::rehearsal {
namespace {

// As Terraform 1.10.5 writes them, but for time stamps.
constexpr char lines[] =
    R"JSON({"@level":"info","@message":"Terraform 1.10.5","terraform":"1.10.5","type":"version","ui":"1.2"}
{"@message":"Found 1 file","test_abstract":{"tests/t.tftest.json":["bodies","started"]},"type":"test_abstract"}
{"@testfile":"tests/t.tftest.json","@testrun":"bodies","test_run":{"path":"tests/t.tftest.json","run":"bodies","progress":"starting","elapsed":0},"type":"test_run"}
{"@testfile":"tests/t.tftest.json","@testrun":"bodies","test_run":{"path":"tests/t.tftest.json","run":"bodies","progress":"complete","status":"error"},"type":"test_run"}
{"@level":"error","@testfile":"tests/t.tftest.json","@testrun":"bodies","diagnostic":{"severity":"error","summary":"Test assertion failed","detail":"n is not 2","snippet":{"context":"run[0].bodies.assert[1]","values":[{"traversal":"x.a[0]","statement":"is 1"}]}},"type":"diagnostic"}
{"@level":"error","@testfile":"tests/t.tftest.json","@testrun":"bodies","diagnostic":{"severity":"error","summary":"Reference to undeclared resource","detail":"A managed resource \"t\" \"c\" has not been declared.","snippet":{"context":"run[0].bodies.assert[2]","values":[]}},"type":"diagnostic"}
{"@level":"error","@testfile":"tests/t.tftest.json","@testrun":"bodies","diagnostic":{"severity":"error","summary":"Unknown variable","detail":"There is no variable named \"t\".","snippet":{"context":"run[0].bodies.assert[2]","values":[]}},"type":"diagnostic"}
{"@level":"warn","@testfile":"tests/t.tftest.json","diagnostic":{"severity":"warning","summary":"Value for undeclared variable"},"type":"diagnostic"}
{"@testfile":"tests/t.tftest.json","@testrun":"started","test_run":{"path":"tests/t.tftest.json","run":"started","progress":"complete","status":"skip"},"type":"test_run"}
{"@testfile":"tests/h.tftest.hcl","@testrun":"own","test_run":{"path":"tests/h.tftest.hcl","run":"own","progress":"complete","status":"pass"},"type":"test_run"}
no JSON
{"test_summary":{"status":"error"},"type":"test_summary"})JSON";

std::string source(const std::string& file) {
  if (file == "tests/t.tftest.json") {
    return R"({"run": [{"bodies": {"assert": [{"error_message": "zero"}, {"error_message": "n is not 2"},
               {"error_message": "c is not created"}]}}, {"started": {"assert": {"error_message": "one"}}}]})";
  }
  return "run \"own\" {\n  command = plan\n  assert {\n    condition = true\n    error_message = "
         "\"m\"\n  }\n"
         "  assert {\n    condition = true\n    error_message = \"n\"\n  }\n}\n";
}

TEST(TestOutput, becomes_a_case_for_each_run) {
  TestFiles files(source);
  const std::vector<TestCase> cases = parse_test_output(lines, files);
  ASSERT_EQ(cases.size(), 3U);
  EXPECT_EQ(cases[0].file + " " + cases[0].run, "tests/t.tftest.json bodies");
  EXPECT_EQ(cases[0].outcome, Outcome::failed);
  EXPECT_EQ(cases[0].assertions, 3U);
  ASSERT_EQ(cases[0].messages.size(), 2U);
  EXPECT_EQ(cases[0].messages[0], "n is not 2\nx.a[0] is 1");
  // What the assertion is about comes first, whatever Terraform says.
  EXPECT_EQ(
      cases[0].messages[1],
      "c is not created\nReference to undeclared resource: A managed resource \"t\" \"c\" has "
      "not been declared.");
  EXPECT_EQ(cases[1].outcome, Outcome::skipped);
  EXPECT_EQ(cases[1].assertions, 1U);
  EXPECT_EQ(cases[2].outcome, Outcome::passed);
  EXPECT_EQ(cases[2].assertions, 2U);
}

TEST(TestOutput, keeps_a_failure_outside_of_any_run) {
  TestFiles files([](const std::string&) { return std::string(); });
  const auto cases = parse_test_output(
      R"({"@testfile":"tests/a.tftest.hcl","diagnostic":{"severity":"error","summary":"Bad block","detail":"x"},"type":"diagnostic"})",
      files);
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_EQ(cases[0].run, "");
  EXPECT_EQ(cases[0].outcome, Outcome::failed);
  EXPECT_EQ(cases[0].messages.front(), "Bad block: x");
  EXPECT_TRUE(parse_test_output("", files).empty());
}

}  // namespace
}  // namespace tidegate::rehearsal
