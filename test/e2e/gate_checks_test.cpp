// SPDX-License-Identifier: Apache-2.0
// deploy-gate with the developers' checks: `check --checks`, `check --artifact`, `test`, programs.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "document/parse.hpp"
#include "document/write.hpp"
#include "policy/rules.hpp"
#include "support/plan_text.hpp"
#include "support/schema.hpp"
#include "support/shared.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;

const std::string program = std::string(TIDEGATE_BIN_DIR) + "/deploy-gate";
const std::string fixture = std::string(TIDEGATE_SOURCE_DIR) + "/fixtures/checks/orders";

system::ProcessResult run(std::vector<std::string> words, const std::string& input = {}) {
  words.insert(words.begin(), program);
  const auto result = system::run_process({.argv = words, .input = input});
  EXPECT_TRUE(result.ok());
  return result.ok() ? *result : system::ProcessResult{.exit_code = -1};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const test::ChangeText shortened_retention{
    .actions = R"(["update"])",
    .before =
        R"({"name":"stlake","blob_properties":[{"container_delete_retention_policy":[{"days":3}]}]})",
    .after =
        R"({"name":"stlake","blob_properties":[{"container_delete_retention_policy":[{"days":4}]}]})"};

std::string plan_of(const std::vector<test::ChangeText>& changes) {
  return test::render(test::PlanText{.changes = changes});
}

std::string exec_file(const std::string& command, const std::string& more = "") {
  return "schema: tidegate/checks/1\nexec:\n  - {id: team.x, command: " + command + more + "}\n";
}

// A folder checks/ with one file and a program in it.
class Checks {
 public:
  explicit Checks(const std::string& text, const std::string& script = "") {
    folder_.write("checks/a.yaml", text);
    if (script.empty()) return;
    const std::string path = folder_.write("checks/run.sh", "#!/bin/sh\n" + script);
    fs::permissions(path, fs::perms::owner_all);
  }
  std::string path() const { return folder_.path() + "/checks"; }
  const test::TemporaryFolder& folder() const { return folder_; }

 private:
  test::TemporaryFolder folder_{};
};

const std::string nothing = R"('{"schema":"tidegate/exec/1","evaluated":1,"findings":[]}')";

TEST(GateChecks, a_rule_of_the_service_blocks) {
  const std::string plan = plan_of({shortened_retention});
  EXPECT_EQ(run({"check", "-"}, plan).exit_code, 0);
  const auto result =
      run({"check", "-", "--checks", fixture + "/checks", "--format", "json"}, plan);
  EXPECT_EQ(result.exit_code, 10) << result.out << result.err;
  const auto verdict = document::parse_json("v", result.out);
  ASSERT_TRUE(verdict.ok());
  const document::Node root = (*verdict)->root();
  EXPECT_EQ(root["rules"]["custom"].as_integer(), 4);
  EXPECT_EQ(root["rules"]["evaluated"].as_integer(),
            static_cast<std::int64_t>(policy::rules().size()));
  const document::Node source = root["policy"]["files"].at(0);
  EXPECT_EQ(source["kind"].as_string(), "checks");
  EXPECT_EQ(source["sha256"].as_string(),
            system::sha256_hex(*system::read_file(fixture + "/checks/orders.yaml")));
  const document::Node finding = root["findings"].at(0);
  EXPECT_EQ(finding["rule"].as_string(), "orders.keep-14-days");
  EXPECT_EQ(finding["address"].as_string(), "azurerm_storage_account.lake");
  const auto text = run({"check", "-", "--checks", fixture + "/checks"}, plan);
  EXPECT_TRUE(has(text.out, "4 custom rules")) << text.out;
}

TEST(GateChecks, an_unknown_value_is_unproven_and_blocks) {
  test::ChangeText change = shortened_retention;
  change.after = R"({"name":"stlake"})";
  change.unknown = R"({"blob_properties":true})";
  const auto result = run({"check", "-", "--checks", fixture + "/checks"}, plan_of({change}));
  EXPECT_EQ(result.exit_code, 10);
  EXPECT_TRUE(has(result.out, "unproven, after.blob_properties")) << result.out;
}

TEST(GateChecks, checks_take_back_nothing) {
  const std::string plan = plan_of(
      {test::ChangeText{.extra_entry = R"(,"action_reason":"delete_because_no_resource_config")"}});
  const auto without = run({"check", "-"}, plan);
  const auto with = run({"check", "-", "--checks", fixture + "/checks"}, plan);
  EXPECT_EQ(without.exit_code, 10);
  EXPECT_EQ(with.exit_code, 10);
  EXPECT_TRUE(has(with.out, "gate.stateful-destroy"));
}

TEST(GateChecks, a_broken_file_is_13_and_the_other_findings_are_shown) {
  const Checks checks("schema: tidegate/checks/1\nrules:\n  - {id: a.b, severty: block}\n");
  const std::string plan = plan_of({test::ChangeText{}});
  const auto result = run({"check", "-", "--checks", checks.path()}, plan);
  EXPECT_EQ(result.exit_code, 13);
  EXPECT_TRUE(has(result.out, "a.yaml:3:15")) << result.out;
  EXPECT_TRUE(has(result.out, "did you mean severity?"));
  EXPECT_TRUE(has(result.out, "gate.destroy-mode") || has(result.out, "gate.stateful-destroy"));
  // It outranks a plan that cannot be read.
  EXPECT_EQ(run({"check", "-", "--checks", checks.path()}, "{").exit_code, 13);
  EXPECT_EQ(run({"check", "-", "--checks", fixture + "/checks"}, "{").exit_code, 11);
}

TEST(GateChecks, folders_without_checks_are_not_taken_for_content) {
  const test::TemporaryFolder folder;
  folder.write("x/sub/a.yaml", "schema: tidegate/checks/1\n");
  const auto misplaced = run({"check", "-", "--checks", folder.path() + "/x"}, plan_of({}));
  EXPECT_EQ(misplaced.exit_code, 13);
  EXPECT_TRUE(has(misplaced.out, "gate.no-checks"));
  EXPECT_EQ(run({"check", "-", "--checks", "/no/such/folder"}, plan_of({})).exit_code, 64);
}

TEST(GateChecks, an_extracted_artifact_brings_its_checks) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(run({"check", "-", "--artifact", folder.path()}, plan_of({})).exit_code, 64);
  folder.write("META/manifest.json", R"({"schema":"tidegate/manifest/1","files":[]})");
  EXPECT_EQ(
      run({"check", "-", "--artifact", folder.path()}, plan_of({shortened_retention})).exit_code,
      0);
  fs::create_directories(folder.path() + "/gate");
  fs::copy(fixture + "/checks", folder.path() + "/gate/checks", fs::copy_options::recursive);
  std::string files;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path() + "/gate")) {
    if (!entry.is_regular_file()) continue;
    const std::string path = entry.path().string();
    files += (files.empty() ? "" : ",") + (R"({"path":")" + path.substr(folder.path().size() + 1)) + R"(","sha256":")" +
             system::sha256_hex(*system::read_file(path)) + "\"}";
  }
  folder.write("META/manifest.json", R"({"schema":"tidegate/manifest/1","files":[)" + files + "]}");
  const auto result =
      run({"check", "-", "--artifact", folder.path()}, plan_of({shortened_retention}));
  EXPECT_EQ(result.exit_code, 10) << result.out;
  EXPECT_TRUE(has(result.out, "orders.keep-14-days"));
}

TEST(GateChecks, types_of_the_team_are_protected) {
  const test::ChangeText bucket{
      .address = "azurerm_virtual_network.n",
      .type = "azurerm_virtual_network",
      .extra_entry = R"(,"action_reason":"delete_because_no_resource_config")"};
  const Checks checks(
      "schema: tidegate/checks/1\ntypes: {azurerm_virtual_network: {tier: data}}\n");
  EXPECT_EQ(run({"check", "-"}, plan_of({bucket})).exit_code, 0);
  const auto result = run({"check", "-", "--checks", checks.path()}, plan_of({bucket}));
  EXPECT_EQ(result.exit_code, 10);
  EXPECT_TRUE(has(result.out, "gate.stateful-destroy"));
}

TEST(GateChecks, test_prints_a_line_for_each_rule) {
  const auto result = run({"test", fixture});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(has(result.out, "ok      orders.keep-14-days  3 of 3 tests passed\n")) << result.out;
  EXPECT_TRUE(has(result.out, "3 rules, 1 program, 7 tests, 0 failed, 0 errors\n")) << result.out;
  EXPECT_EQ(run({"test", fixture + "/checks"}).out, result.out);
}

TEST(GateChecks, test_without_a_test_is_13) {
  EXPECT_EQ(
      run({"test", Checks("schema: tidegate/checks/1\nexec: [{id: a.b, command: [sh]}]\n").path()})
          .exit_code,
      13);
  EXPECT_EQ(run({"test", "/no/such/folder"}).exit_code, 64);
  const test::TemporaryFolder empty;
  EXPECT_EQ(run({"test", empty.path()}).exit_code, 13);
  const auto missing = run({"test", Checks(exec_file("[checks/none.sh]")).path()});
  EXPECT_EQ(missing.exit_code, 13);
  EXPECT_TRUE(has(missing.err, "is not there")) << missing.err;
}

TEST(GateChecks, a_failing_test_says_expected_and_got) {
  std::string text = *system::read_file(fixture + "/checks/orders.yaml");
  text.replace(text.find("days: 3}"), 8, "days: 30}");
  const Checks checks(text);
  const auto result = run({"test", checks.folder().path()});
  EXPECT_EQ(result.exit_code, 13);
  EXPECT_TRUE(has(result.err, "the test expects block, the rule says pass")) << result.err;
  EXPECT_TRUE(has(result.out, "failed  orders.keep-14-days  2 of 3 tests passed")) << result.out;
  EXPECT_EQ(run({"check", "-", "--checks", checks.path()}, plan_of({})).exit_code, 13);
}

TEST(GateChecks, programs_get_redacted_changes) {
  test::ChangeText create{.actions = R"(["create"])",
                          .before = "null",
                          .after = R"({"name":"stother","k":"hunter2"})",
                          .after_sensitive = R"({"k":true})"};
  const auto result = run({"check", "-", "--checks", fixture + "/checks"}, plan_of({create}));
  EXPECT_TRUE(has(result.out, "orders.naming.prefix")) << result.out;
  const Checks checks(exec_file("[checks/run.sh]"), "cat > seen; echo " + nothing + "\n");
  EXPECT_EQ(run({"check", "-", "--checks", checks.path()}, plan_of({create})).exit_code, 0);
  const std::string seen =
      *system::read_file(checks.folder().path() + "/seen");  // it runs beside checks/
  EXPECT_FALSE(has(seen, "hunter2"));
  EXPECT_TRUE(has(seen, "\"name\":\"stother\"")) << seen;
  EXPECT_TRUE(document::parse_json("seen", seen).ok());
}

TEST(GateChecks, programs_get_the_plan_as_it_came) {
  const Checks checks(exec_file("[checks/run.sh, checks/seen]", ", input: plan"),
                      "cat > \"$1\"; env > checks/env; echo " + nothing + "\n");
  const std::string plan = plan_of({shortened_retention});
  EXPECT_EQ(run({"check", "-", "--checks", checks.path()}, plan).exit_code, 0);
  EXPECT_EQ(*system::read_file(checks.path() + "/seen"), plan);
  const std::string environment = *system::read_file(checks.path() + "/env");
  EXPECT_TRUE(has(environment, "LANG=C\n"));
  EXPECT_FALSE(has(environment, "HOME="));
  const std::string file = checks.folder().write("plan.json", plan);
  EXPECT_EQ(run({"check", file, "--checks", checks.path()}).exit_code, 0);
  EXPECT_EQ(*system::read_file(checks.path() + "/seen"), plan);
}

TEST(GateChecks, findings_of_programs_count) {
  const std::string finding =
      R"('{"schema":"tidegate/exec/1","evaluated":2,"findings":[{"rule":"r","severity":"block","address":"a.b","message":"m"}]}')";
  for (const char* code : {"0", "10"}) {
    const Checks checks(exec_file("[checks/run.sh]"), "echo " + finding + "; exit " + code + "\n");
    const auto result =
        run({"check", "-", "--checks", checks.path()}, plan_of({shortened_retention}));
    EXPECT_EQ(result.exit_code, 10) << result.out;
    EXPECT_TRUE(has(result.out, "team.x.r   a.b"));
  }
}

TEST(GateChecks, a_program_that_fails_is_13) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"exit 1", "exit code 1"},
      {"echo secret-in-errors >&2; exit 3", "are not shown"},
      {"echo []", "no JSON object"},
      {"exit 0", "not one JSON document"},
      {"sleep 30", "not done after 300 ms"},
      {"yes", "MiB of output"},
      {R"(echo '{"schema":"tidegate/exec/1","evaluated":0,"findings":[]}')", "evaluated 0 rules"},
      {"kill -9 $$", "exit code 137"}};
  for (const auto& one : cases) {
    const bool slow = one.first.starts_with("sleep");
    const Checks checks(exec_file("[checks/run.sh]", slow ? ", timeout: 300ms" : ""),
                        one.first + "\n");
    const auto result =
        run({"check", "-", "--checks", checks.path()}, plan_of({shortened_retention}));
    EXPECT_EQ(result.exit_code, 13) << one.first;
    EXPECT_TRUE(has(result.out, one.second)) << one.first << "\n" << result.out;
    EXPECT_TRUE(has(result.out, "gate.exec-failed"));
    EXPECT_FALSE(has(result.out + result.err, "secret-in-errors"));
  }
  EXPECT_EQ(
      run({"check", "-", "--checks", Checks(exec_file("[checks/none.sh]")).path()}, plan_of({}))
          .exit_code,
      13);
}

TEST(GateChecks, a_program_does_not_see_a_plan_that_is_refused) {
  const Checks checks(exec_file("[checks/run.sh]", ", input: plan"),
                      "touch ran; echo " + nothing + "\n");
  EXPECT_EQ(run({"check", "-", "--checks", checks.path()}, "{").exit_code, 11);
  EXPECT_FALSE(fs::exists(checks.folder().path() + "/ran"));
}

// A stand-in says what conftest says, and keeps what it was asked.
TEST(GateChecks, the_adapter_turns_the_answer_of_conftest_into_findings) {
  if (!system::find_program("jq")) GTEST_SKIP() << "jq is not installed";
  const test::TemporaryFolder folder;
  const std::string checks = std::string(TIDEGATE_SOURCE_DIR) + "/fixtures/checks/rego/checks";
  const auto answer = [&](const std::string& text) {
    const std::string stand_in = folder.write(
        "bin/conftest", "#!/bin/sh\ncat > " + folder.path() + "/input\necho \"$@\" > " +
                            folder.path() + "/words\n" + text);
    fs::permissions(stand_in, fs::perms::owner_all);
    const auto result =
        system::run_process({.argv = {program, "check", "-", "--checks", checks},
                             .environment = {{"PATH", folder.path() + "/bin:/usr/bin:/bin"}},
                             .input = plan_of({shortened_retention})});
    EXPECT_TRUE(result.ok());
    return result.ok() ? *result : system::ProcessResult{.exit_code = -1};
  };
  const auto found = answer(
      R"(echo '[{"filename":"-","namespace":"main","successes":1,"failures":[{"msg":"no \\"TLS\\""}],"warnings":[{"msg":"open"}]},{"filename":"-","namespace":"other","successes":2}]')");
  EXPECT_EQ(found.exit_code, 10) << found.out;
  EXPECT_TRUE(has(found.out, "orders.rego.main   plan\n        no \"TLS\"")) << found.out;
  EXPECT_TRUE(has(found.out, "warn   orders.rego.main"));
  EXPECT_EQ(*system::read_file(folder.path() + "/input"), plan_of({shortened_retention}));
  EXPECT_TRUE(has(*system::read_file(folder.path() + "/words"), "--all-namespaces --strict"));
  EXPECT_EQ(answer(R"(echo '[{"filename":"-","namespace":"main","successes":3}]')").exit_code, 0);
  EXPECT_EQ(answer("echo '[]'").exit_code, 13);  // no rule looked at it
  EXPECT_EQ(answer("echo problem >&2; exit 1").exit_code, 13);
}

TEST(GateChecks, the_real_conftest_runs_rego) {
  if (!system::find_program("jq")) GTEST_SKIP() << "jq is not installed";
  const char* given = std::getenv("TIDEGATE_CONFTEST");
  const auto conftest =
      given != nullptr ? std::optional<std::string>(given) : system::find_program("conftest");
  if (!conftest)
    GTEST_SKIP() << "conftest is not there (./dev test builds it)";
  const test::TemporaryFolder folder;
  fs::copy(std::string(TIDEGATE_SOURCE_DIR) + "/fixtures/checks/rego/checks",
           folder.path() + "/checks", fs::copy_options::recursive);
  const auto check = [&](const std::string& after) {
    const test::ChangeText change{.actions = R"(["update"])", .after = after};
    const auto result = system::run_process(
        {.argv = {program, "check", "-", "--checks", folder.path() + "/checks"},
         .environment = {{"PATH", fs::path(*conftest).parent_path().string() + ":/usr/bin:/bin"}},
         .input = plan_of({change})});
    EXPECT_TRUE(result.ok());
    return result.ok() ? *result : system::ProcessResult{.exit_code = -1};
  };
  const auto blocked =
      check(R"({"min_tls_version":"TLS1_0","public_network_access_enabled":true})");
  EXPECT_EQ(blocked.exit_code, 10) << blocked.out;
  EXPECT_TRUE(has(blocked.out, "azurerm_storage_account.lake allows TLS 1.0")) << blocked.out;
  EXPECT_TRUE(has(blocked.out, "is open to public networks"));
  EXPECT_EQ(check(R"({"min_tls_version":"TLS1_2"})").exit_code, 0);
  // A policy that cannot be read is no policy that passes.
  const std::string policy = folder.path() + "/checks/policy/tls.rego";
  ASSERT_TRUE(
      system::write_file(policy, *system::read_file(policy) +
                                     "\ndeny contains msg if { msg := undefined_function(1) }\n")
          .ok());
  EXPECT_EQ(check("{}").exit_code, 13);
  fs::remove(policy);
  EXPECT_EQ(check("{}").exit_code, 13);
}

TEST(GateChecks, the_schema_takes_the_sample_and_refuses_typos) {
  if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  const std::string text = *system::read_file(fixture + "/checks/orders.yaml");
  const std::string page = *system::read_file(TIDEGATE_SOURCE_DIR "/docs/formats/checks.md");
  const std::size_t begin = page.find("```yaml\n") + 8;
  std::vector<std::string> documents;
  for (const std::string& yaml : {text, page.substr(begin, page.find("\n```", begin) - begin)}) {
    const auto parsed = document::parse_yaml("a", yaml);
    ASSERT_TRUE(parsed.ok());
    documents.push_back(document::render_canonical_json((*parsed)->root()));
  }
  EXPECT_EQ(test::validate("checks.schema.json", documents),
            std::vector<std::string>(documents.size(), "ok"));
  for (const auto& typo :
       {std::pair("\"severity\"", "\"severty\""), std::pair("\"less_than\"", "\"less_then\""),
        std::pair("\"expect\":\"pass\"", "\"expect\":\"passed\""),
        std::pair("\"effect\":[\"update\"", "\"effect\":[\"updat\"")}) {
    std::string broken = documents[0];
    const std::size_t at = broken.find(typo.first);
    ASSERT_NE(at, std::string::npos) << typo.first;
    broken.replace(at, std::string_view(typo.first).size(), typo.second);
    EXPECT_NE(test::validate("checks.schema.json", {broken})[0], "ok") << typo.second;
  }
}

}  // namespace
}  // namespace tidegate
