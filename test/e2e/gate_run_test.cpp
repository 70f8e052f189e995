// SPDX-License-Identifier: Apache-2.0
// deploy-gate run: exactly the checked plan reaches the command, and nothing else does. By the real
// Terraform where one is there, the newest and the oldest; by a stand-in for `terraform show` where
// only the gate's own doing is asked.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "support/plan_text.hpp"
#include "support/schema.hpp"
#include "support/shared.hpp"
#include "system/child.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

const std::string program = std::string(TIDEGATE_BIN_DIR) + "/deploy-gate";

std::string contents(const std::string& path) {
  const auto text = system::read_file(path);
  return text ? *text : "(absent)";
}

// By another program than ours.
std::string sha256sum(const std::string& path) {
  const auto result = system::run_process({.argv = {"sha256sum", path}});
  return result ? result->out.substr(0, 64) : "";
}

std::string json_text(const std::string& path, const std::string& pointer) {
  const auto parsed = document::parse_json(path, contents(path));
  if (!parsed) return "(no JSON)";
  const document::Node node = (*parsed)->root().resolve_pointer(pointer);
  return node.is_number() ? std::string(node.number_text()) : std::string(node.as_string());
}

class GateRun : public testing::Test {
 protected:
  GateRun() {
    fs::create_directories(temporary());
    allow(true);
    folder_.write("tfplan", "PK binary plan");
  }
  // Whatever happened, nothing is left behind.
  ~GateRun() override { EXPECT_TRUE(fs::is_empty(temporary())) << "files are left in TMPDIR"; }

  std::string temporary() const { return folder_.path() + "/tmp"; }
  std::string file(const std::string& name) const { return folder_.path() + "/" + name; }

  std::string script(const std::string& name, const std::string& text) const {
    const std::string path = folder_.write(name, "#!/bin/sh\n" + text);
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }

  // What the stand-in shows.
  void allow(bool allowed) {
    test::PlanText plan;
    if (!allowed) plan.changes = {{.extra_entry = R"(,"action_reason":"delete_because_no_resource_config")"}};
    folder_.write("plan.json", test::render(plan));
    terraform_ = script("terraform", "[ \"$1 $2\" = \"show -json\" ] || exit 9\ncat '" + file("plan.json") + "'\n");
  }

  system::ProcessRequest request(std::vector<std::string> words) const {
    words.insert(words.begin(), program);
    return {.argv = std::move(words), .directory = folder_.path(),
            .environment = {{"TMPDIR", temporary()}, {"TIDEGATE_TERRAFORM", terraform_}, {"CHECKPOINT_DISABLE", "1"}}};
  }

  system::ProcessResult run(std::vector<std::string> words, const std::string& input = {}) const {
    system::ProcessRequest asked = request(std::move(words));
    asked.input = input;
    const auto result = system::run_process(asked);
    EXPECT_TRUE(result.ok());
    return result.ok() ? *result : system::ProcessResult{.exit_code = -1};
  }

  test::TemporaryFolder folder_{};
  std::string terraform_{};
};

TEST_F(GateRun, lets_an_allowed_plan_through_and_passes_input_outputs_and_exit_on) {
  const auto result = run({"run", "--plan", "tfplan", "--", "/bin/sh", "-c", "cat; cat \"$1\"; echo err >&2; exit 7", "sh", "tfplan"}, "input ");
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_NE(result.out.find("allowed: "), std::string::npos);
  EXPECT_TRUE(result.out.ends_with("input PK binary plan")) << result.out;
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(run({"run", "--plan", "tfplan", "--", "/bin/sh", "-c", "kill -9 $$", "sh", "tfplan"}).exit_code, 137);
}

TEST_F(GateRun, runs_nothing_when_the_plan_is_blocked) {
  allow(false);
  const auto result = run({"run", "--plan", "tfplan", "--receipt", "r.json", "--", "/bin/sh", "-c", "touch ran", "sh", "tfplan"});
  EXPECT_EQ(result.exit_code, 10);
  EXPECT_NE(result.out.find("BLOCKED"), std::string::npos);
  EXPECT_FALSE(fs::exists(file("ran")));
  EXPECT_EQ(json_text(file("r.json"), "/predicate/verificationResult"), "FAILED");
  EXPECT_EQ(json_text(file("r.json"), "/predicate/verifiedLevels/0"), "FAILED");
}

TEST_F(GateRun, runs_nothing_when_the_verdict_or_the_receipt_cannot_be_written) {
  for (const std::vector<std::string>& option : std::vector<std::vector<std::string>>{
           {"--receipt", "no/such/r.json"}, {"--format", "json=no/such/v.json"}}) {
    const auto result = run({"run", "--plan", "tfplan", option[0], option[1], "--", "/bin/sh", "-c", "touch ran", "sh", "tfplan"});
    EXPECT_EQ(result.exit_code, 70) << option[0];
    EXPECT_FALSE(fs::exists(file("ran"))) << option[0];
  }
  system::ProcessRequest asked = request({"run", "--plan", "tfplan", "--", "/bin/sh", "-c", "touch ran", "sh", "tfplan"});
  asked.argv = {"/bin/sh", "-c", "exec \"$@\" >/dev/full", "sh", program, "run", "--plan", "tfplan", "--", "touch", "ran", "tfplan"};
  EXPECT_EQ(system::run_process(asked)->exit_code, 70);
  EXPECT_FALSE(fs::exists(file("ran")));
}

TEST_F(GateRun, runs_nothing_when_nobody_reads_the_verdict) {
  terraform_ = script("slow", "sleep 0.5\ncat '" + file("plan.json") + "'\n");
  system::ProcessRequest asked = request({});
  asked.argv = {"/bin/sh", "-c", "{ \"$@\"; echo $? >exit; } | true", "sh", program, "run", "--plan", "tfplan", "--", "touch", "ran", "tfplan"};
  ASSERT_TRUE(system::run_process(asked).ok());
  EXPECT_EQ(contents(file("exit")), "70\n");
  EXPECT_FALSE(fs::exists(file("ran")));
}

TEST_F(GateRun, refuses_a_command_that_would_plan_anew) {
  folder_.write("other", "PK binary plan");
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"touch", "ran"}, {"touch", "ran", "other"}, {"touch", "ran", "-auto-approve"}, {"{plan}"}, {"no-such-program", "tfplan"}}) {
    std::vector<std::string> words{"run", "--plan", "tfplan", "--"};
    words.insert(words.end(), command.begin(), command.end());
    EXPECT_EQ(run(words).exit_code, 64) << command.back();
    EXPECT_FALSE(fs::exists(file("ran")));
  }
  EXPECT_NE(run({"run", "--plan", "tfplan", "--", "touch", "ran"}).err.find("gate.plan-not-named"), std::string::npos);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"run", "--plan", "tfplan"}, {"run", "--", "touch", "tfplan"}, {"run", "--plan", "tfplan", "--reduced", "--", "touch", "tfplan"},
           {"run", "--plan", "-", "--", "touch", "{plan}"}, {"run", "--plan", "missing", "--", "touch", "{plan}"},
           {"run", "--plan", "tmp", "--", "touch", "{plan}"}, {"run", "--plan", "tfplan", "--now", "yesterday", "--", "touch", "{plan}"},
           {"run", "--plan", "tfplan", "--artifact-identity", "sha256:12", "--", "touch", "{plan}"}}) {
    EXPECT_EQ(run(words).exit_code, 64) << words.back();
  }
  // The same file by other names.
  for (const std::string name : {"./tfplan", "tmp/../tfplan", "-plan=tfplan"}) {
    EXPECT_EQ(run({"run", "--plan", "tfplan", "--", "true", name}).exit_code, 0) << name;
  }
  EXPECT_EQ(run({"run", "--plan", "tfplan", "--", "true", "-chdir=tmp", "../tfplan"}).exit_code, 0);
}

TEST_F(GateRun, hands_over_a_private_copy_that_nobody_else_can_change) {
  const auto result = run({"run", "--plan", "tfplan", "--", "/bin/sh", "-c",
                           "stat -c %a \"${1#--file=}\" \"$(dirname \"${1#--file=}\")\"; cmp \"${1#--file=}\" tfplan && echo same; echo \"$1\" >name",
                           "sh", "--file={plan}"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(result.out.ends_with("\n400\n700\nsame\n")) << result.out;
  const std::string name(trim(contents(file("name"))));
  EXPECT_TRUE(name.starts_with("--file=" + temporary() + "/")) << name;
  EXPECT_TRUE(name.ends_with("/tfplan")) << name;
  EXPECT_FALSE(fs::exists(name.substr(7)));
}

// Somebody writes to the plan while Terraform shows it.
TEST_F(GateRun, refuses_a_plan_that_changed_since_it_was_checked) {
  const std::string honest = terraform_;
  for (const std::string change : {"echo more >>tfplan", "rm tfplan", "cp plan.json other; mv other tfplan"}) {
    folder_.write("tfplan", "PK binary plan");
    const std::string before = sha256sum(file("tfplan"));
    terraform_ = script("slow", "'" + honest + "' \"$@\"\ncd '" + folder_.path() + "'\n" + change + "\n");
    const auto result = run({"run", "--plan", "tfplan", "--receipt", "r.json", "--format", "json", "--", "/bin/sh", "-c", "touch ran", "sh", "{plan}"});
    EXPECT_EQ(result.exit_code, 10) << change;
    EXPECT_FALSE(fs::exists(file("ran"))) << change;
    EXPECT_NE(result.out.find("gate.plan-changed"), std::string::npos) << result.out;
    EXPECT_EQ(json_text(file("r.json"), "/predicate/verificationResult"), "FAILED");
    EXPECT_EQ(json_text(file("r.json"), "/subject/0/digest/sha256"), before);
  }
}

// A plan that is exchanged and put back would be judged under the wrong digest: a copy is shown.
TEST_F(GateRun, shows_what_it_hashed) {
  terraform_ = script("swapping", "shift $(($# - 1))\ncd '" + folder_.path() + "'\ncp tfplan kept; echo evil >tfplan\n"
                                  "cmp -s \"$1\" kept && cat plan.json\nmv kept tfplan\n");
  EXPECT_EQ(run({"run", "--plan", "tfplan", "--", "true", "tfplan"}).exit_code, 0);
}

TEST_F(GateRun, is_unreadable_when_terraform_cannot_show_the_plan) {
  terraform_ = script("broken", "echo 'Error: that is no plan' >&2\nexit 1\n");
  const auto result = run({"run", "--plan", "tfplan", "--format", "json", "--receipt", "r.json", "--", "touch", "ran", "tfplan"});
  EXPECT_EQ(result.exit_code, 11);
  EXPECT_NE(result.err.find("Error: that is no plan"), std::string::npos);
  EXPECT_NE(result.out.find("\"gate.show-failed\""), std::string::npos) << result.out;
  EXPECT_FALSE(fs::exists(file("ran")));
  EXPECT_EQ(json_text(file("r.json"), "/predicate/verificationResult"), "FAILED");
  // Half a plan and exit 1, or exit 0.
  terraform_ = script("half", "cat '" + file("plan.json") + "'\nexit 1\n");
  EXPECT_EQ(run({"run", "--plan", "tfplan", "--", "touch", "ran", "tfplan"}).exit_code, 11);
  terraform_ = script("half", "head -c 40 '" + file("plan.json") + "'\n");
  EXPECT_EQ(run({"run", "--plan", "tfplan", "--", "touch", "ran", "tfplan"}).exit_code, 11);
  EXPECT_FALSE(fs::exists(file("ran")));
}

TEST_F(GateRun, finds_terraform_by_option_environment_and_path) {
  const std::string shown = terraform_;
  terraform_ = "/no/such/terraform";
  const auto result = run({"run", "--plan", "tfplan", "--", "true", "tfplan"});
  EXPECT_EQ(result.exit_code, 64);
  EXPECT_NE(result.err.find("gate.terraform-missing"), std::string::npos);
  EXPECT_EQ(run({"run", "--plan", "tfplan", "--terraform", shown, "--chdir", "tmp", "--", "true", "tfplan"}).exit_code, 0);
  EXPECT_EQ(run({"run", "--plan", "tfplan", "--terraform", "./terraform", "--chdir", "tmp", "--", "true", "tfplan"}).exit_code, 0);
  terraform_ = "";
  fs::create_directories(file("bin"));
  fs::create_symlink(shown, file("bin/tofu"));
  system::ProcessRequest asked = request({"run", "--plan", "tfplan", "--", "/bin/true", "tfplan"});
  asked.environment["PATH"] = file("bin");
  // The stand-in needs cat.
  fs::create_symlink("/bin/cat", file("bin/cat"));
  EXPECT_EQ(system::run_process(asked)->exit_code, 0);
}

TEST_F(GateRun, check_shows_a_binary_plan_itself) {
  EXPECT_EQ(run({"check", "--plan", "tfplan", "--receipt", "r.json"}).exit_code, 0);
  EXPECT_EQ(json_text(file("r.json"), "/subject/0/digest/sha256"), sha256sum(file("tfplan")));
  EXPECT_EQ(json_text(file("r.json"), "/predicate/urn:tidegate:receipt:plan-json/digest/sha256"), sha256sum(file("plan.json")));
  allow(false);
  EXPECT_EQ(run({"check", "--plan", "tfplan"}).exit_code, 10);
  EXPECT_EQ(run({"check"}).exit_code, 64);
  EXPECT_EQ(run({"check", "plan.json", "--plan", "tfplan"}).exit_code, 64);
}

TEST_F(GateRun, receipts_follow_their_schema_and_the_clock_that_is_given) {
  const std::string identity(64, '7');
  EXPECT_EQ(run({"run", "--plan", "tfplan", "--receipt", "r.json", "--now", "2026-12-01T00:00:00Z", "--artifact-identity", "sales#tar@sha256:" + identity,
                 "--", "/bin/sh", "-c", "exit 3", "sh", "{plan}"}).exit_code, 3);
  EXPECT_EQ(json_text(file("r.json"), "/predicate/timeVerified"), "2026-12-01T00:00:00Z");
  EXPECT_EQ(json_text(file("r.json"), "/predicate/resourceUri"), "artifact:sha256:" + identity);
  EXPECT_EQ(json_text(file("r.json"), "/predicate/urn:tidegate:receipt:command/exitCode"), "3");
  EXPECT_EQ(json_text(file("r.json"), "/predicate/urn:tidegate:receipt:command/argv/4"), "{plan}");
  std::vector<std::string> receipts{contents(file("r.json"))};
  EXPECT_EQ(run({"check", "plan.json", "--receipt", "r.json"}).exit_code, 0);
  EXPECT_EQ(json_text(file("r.json"), "/subject/0/digest/sha256"), sha256sum(file("plan.json")));
  receipts.push_back(contents(file("r.json")));
  allow(false);
  EXPECT_EQ(run({"run", "--plan", "tfplan", "--receipt", "r.json", "--", "true", "tfplan"}).exit_code, 10);
  receipts.push_back(contents(file("r.json")));
  if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  EXPECT_EQ(test::validate("receipt.schema.json", receipts, true), std::vector<std::string>(3, "ok"));
}

// --- signals ----------------------------------------------------------------------------------------

TEST_F(GateRun, a_signal_reaches_the_command_once_and_the_gate_tidies_up) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const std::string name = number == SIGINT ? "INT" : number == SIGTERM ? "TERM" : "HUP";
    auto child = system::Child::start(request({"run", "--plan", "tfplan", "--quiet", "--", "/bin/sh", "-c",
                                               "n=0; trap 'n=$((n+1))' " + name + "; echo ready; "
                                               "i=0; while [ $i -lt 8 ] && [ $n -lt 2 ]; do sleep 0.05; [ $n = 0 ] || i=$((i+1)); done; echo got $n; exit 5",
                                               "sh", "{plan}"}));
    ASSERT_TRUE(child.ok());
    EXPECT_EQ((*child)->read_line(seconds(60)), "ready");
    (*child)->send_signal(number);
    const auto result = (*child)->wait(seconds(60));
    ASSERT_TRUE(result.has_value()) << name;
    EXPECT_EQ(result->exit_code, 5) << name;
    EXPECT_EQ(result->out, "got 1\n") << name;
  }
}

// As `timeout` and build servers do it: the whole group of the gate is told.
TEST_F(GateRun, a_signal_to_the_group_reaches_the_command_once) {
  system::ProcessRequest asked = request({"run", "--plan", "tfplan", "--quiet", "--", "/bin/sh", "-c",
                                          "n=0; trap 'n=$((n+1))' INT; echo ready; i=0; while [ $i -lt 8 ]; do sleep 0.05; [ $n = 0 ] || i=$((i+1)); "
                                          "done; echo got $n; exit 5", "sh", "{plan}"});
  asked.process_group = 0;
  auto child = system::Child::start(asked);
  ASSERT_TRUE(child.ok());
  EXPECT_EQ((*child)->read_line(seconds(60)), "ready");
  ::kill(-(*child)->pid(), SIGINT);
  const auto result = (*child)->wait(seconds(60));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->out, "got 1\n");
  EXPECT_EQ(result->exit_code, 5);
}

TEST_F(GateRun, a_signal_while_the_plan_is_shown_ends_it_and_runs_nothing) {
  terraform_ = script("slow", "echo shown >started\nexec sleep 60\n");
  system::ProcessRequest asked = request({"run", "--plan", "tfplan", "--", "touch", "ran", "tfplan"});
  auto child = system::Child::start(asked);
  ASSERT_TRUE(child.ok());
  for (int i = 0; i < 600 && !fs::exists(file("started")); ++i) (*child)->wait(std::chrono::milliseconds(50));
  (*child)->send_signal(SIGTERM);
  const auto result = (*child)->wait(seconds(30));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->exit_code, 143);
  EXPECT_FALSE(fs::exists(file("ran")));
}

// Ctrl-C at a terminal, which tells every program of the foreground.
TEST_F(GateRun, control_c_reaches_the_command_once) {
  const std::string command = "n=0; trap 'n=$((n+1))' INT; echo ready; i=0; while [ $i -lt 8 ]; do sleep 0.05; [ $n = 0 ] || i=$((i+1)); done; "
                              "read -r line; echo got $n $line; exit 5";
  system::ProcessRequest asked = request({});
  asked.argv = {"/usr/bin/python3", "-c",
                "import os, pty, sys\n"
                "pid, fd = pty.fork()\n"
                "if pid == 0: os.execv(sys.argv[1], sys.argv[1:])\n"
                "text = b''\n"
                "def until(word):\n"
                "    global text\n"
                "    while word not in text: text += os.read(fd, 4096)\n"
                "until(b'ready')\n"
                "os.write(fd, b'\\x03')\n"
                "os.write(fd, b'typed\\n')\n"
                "until(b'got')\n"
                "until(b'typed')\n"
                "try:\n"
                "    while True:\n"
                "        more = os.read(fd, 4096)\n"
                "        if not more: break\n"
                "        text += more\n"
                "except OSError: pass\n"
                "sys.stdout.write(text.decode().replace('\\r', ''))\n"
                "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n",
                program, "run", "--plan", "tfplan", "--quiet", "--", "/bin/sh", "-c", command, "sh", "{plan}"};
  if (!system::find_program(asked.argv[0])) GTEST_SKIP() << "python3 is missing";
  const auto result = system::run_process(asked);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 5) << result->out << result->err;
  EXPECT_NE(result->out.find("got 1 typed\n"), std::string::npos) << result->out;
}

// --- the real Terraform -----------------------------------------------------------------------------

class RealTerraform : public GateRun, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    const char* named = std::getenv(GetParam());
    if (named == nullptr || *named == '\0') GTEST_SKIP() << GetParam() << " is not set";
    terraform_ = named;
    fs::create_directories(file("t"));
  }

  // Plans this configuration over the state so far.
  void plan(const std::string& resources) {
    folder_.write("t/main.tf.json", R"({"resource":{"terraform_data":)" + resources + "}}");
    terraform({"init", "-input=false"});
    terraform({"plan", "-input=false", "-out=tfplan"});
  }

  std::string terraform(std::vector<std::string> words) const {
    words.insert(words.begin() + 1, "-no-color");
    words.insert(words.begin(), terraform_);
    if (words[1] == "show") words.erase(words.begin() + 2);
    const auto result = system::run_process({.argv = words, .directory = file("t"), .environment = {{"CHECKPOINT_DISABLE", "1"}}});
    EXPECT_TRUE(result.ok() && result->exit_code == 0) << (result.ok() ? result->out + result->err : "");
    return result.ok() ? result->out : "";
  }

  std::string chdir() const { return "-chdir=" + file("t"); }
};

TEST_P(RealTerraform, applies_exactly_the_checked_plan) {
  plan(R"({"x":{"input":"one"}})");
  const std::string before = sha256sum(file("t/tfplan"));
  folder_.write("shown.json", terraform({"show", "-json", "tfplan"}));
  const auto result = run({"run", "--plan", "t/tfplan", "--chdir", "t", "--receipt", "r.json", "--", terraform_, chdir(), "apply", "-no-color", "{plan}"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_NE(terraform({"show"}).find("\"one\""), std::string::npos);
  EXPECT_EQ(json_text(file("r.json"), "/predicate/verificationResult"), "PASSED");
  EXPECT_EQ(json_text(file("r.json"), "/subject/0/digest/sha256"), before);
  EXPECT_EQ(json_text(file("r.json"), "/predicate/urn:tidegate:receipt:plan-json/digest/sha256"), sha256sum(file("shown.json")));
  EXPECT_EQ(json_text(file("r.json"), "/predicate/urn:tidegate:receipt:command/exitCode"), "0");
  // By its own name, too.
  plan(R"({"x":{"input":"two"}})");
  EXPECT_EQ(run({"run", "--plan", "t/tfplan", "--chdir", "t", "--", terraform_, chdir(), "apply", "-no-color", "tfplan"}).exit_code, 0);
  EXPECT_NE(terraform({"show"}).find("\"two\""), std::string::npos);
  // The plan is stale now: Terraform says no, and so does the gate.
  EXPECT_EQ(run({"run", "--plan", "t/tfplan", "--chdir", "t", "--", terraform_, chdir(), "apply", "-no-color", "tfplan"}).exit_code, 1);
}

TEST_P(RealTerraform, a_plan_exchanged_while_it_is_shown_is_not_applied) {
  plan(R"({"x":{"input":"evil"}})");
  fs::rename(file("t/tfplan"), file("evil"));
  plan(R"({"x":{"input":"good"}})");
  const std::string real = terraform_;
  terraform_ = script("slow", "'" + real + "' \"$@\" || exit\ncp '" + file("evil") + "' '" + file("t/tfplan") + "'\n");
  const auto result = run({"run", "--plan", "t/tfplan", "--chdir", "t", "--", real, chdir(), "apply", "-no-color", "tfplan"});
  EXPECT_EQ(result.exit_code, 10) << result.out << result.err;
  EXPECT_FALSE(fs::exists(file("t/terraform.tfstate")));
}

TEST_P(RealTerraform, a_blocked_plan_is_not_applied) {
  plan(R"({"x":{"input":"one","provisioner":[{"local-exec":{"command":"true"}}]}})");
  terraform({"apply", "-input=false", "tfplan"});
  plan(R"({"x":{"triggers_replace":["new"],"provisioner":[{"local-exec":{"command":"true"}}]}})");
  const auto result = run({"run", "--plan", "t/tfplan", "--chdir", "t", "--", terraform_, chdir(), "apply", "-no-color", "{plan}"});
  EXPECT_EQ(result.exit_code, 10) << result.out << result.err;
  EXPECT_NE(terraform({"show"}).find("\"one\""), std::string::npos);
  EXPECT_EQ(run({"check", "--plan", "t/tfplan", "--chdir", "t"}).exit_code, 10);
}

TEST_P(RealTerraform, says_why_it_cannot_show_a_file) {
  const auto result = run({"check", "--plan", "tfplan"});
  EXPECT_EQ(result.exit_code, 11);
  EXPECT_NE(result.out.find("gate.show-failed"), std::string::npos) << result.out;
  EXPECT_FALSE(result.err.empty());
}

INSTANTIATE_TEST_SUITE_P(Gate, RealTerraform, testing::Values("TIDEGATE_TERRAFORM", "TIDEGATE_TERRAFORM_OLDEST"),
                         [](const auto& suite) { return std::string(suite.param).ends_with("OLDEST") ? "oldest" : "newest"; });

}  // namespace
}  // namespace tidegate
