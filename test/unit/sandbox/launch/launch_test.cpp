// SPDX-License-Identifier: Apache-2.0
#include "sandbox/launch/launch.hpp"

#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate::sandbox {
namespace {

constexpr char line[] =
    R"({"reattach":{"hashicorp/azurerm":{"Protocol":"grpc","ProtocolVersion":6}},)"
    R"("state":"http://127.0.0.1:4711/abc/","versions":{"hashicorp/azurerm":"5.2.0"}})";

// A program in place of the host.
std::string script(const test::TemporaryFolder& folder, const std::string& body) {
  const std::string path = folder.write("host", "#!/bin/sh\n" + body);
  EXPECT_TRUE(system::run_process({.argv = {"chmod", "+x", path}}).ok());
  return path;
}

TEST(Launch, reads_the_line_of_the_host) {
  const auto parsed = parse_host_line(line);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->reattach, R"({"hashicorp/azurerm":{"Protocol":"grpc","ProtocolVersion":6}})");
  EXPECT_EQ(parsed->versions.at("hashicorp/azurerm"), "5.2.0");
  EXPECT_EQ(parsed->state_url, "http://127.0.0.1:4711/abc/");
  for (const char* other :
       {"", "x", "{}", R"({"reattach":{}})", R"({"reattach":{},"state":"http://example.com/"})"}) {
    EXPECT_EQ(parse_host_line(other).failure().code, "sandbox.host-failed") << other;
  }
}

TEST(Launch, finds_the_program_beside_the_running_one_or_by_name) {
  const test::TemporaryFolder folder;
  const std::string program = script(folder, "");
  EXPECT_EQ(*find_host_program(system::MemoryEnvironment({{"TIDEGATE_SANDBOX_PROGRAM", program}})),
            program);
  const auto missing = find_host_program(
      system::MemoryEnvironment({{"TIDEGATE_SANDBOX_PROGRAM", folder.path() + "/none"}}));
  EXPECT_EQ(missing.failure().code, "sandbox.host-missing");
  EXPECT_EQ(missing.failure().exit, ExitCode::unsupported);
}

TEST(Launch, holds_a_host_until_it_is_stopped) {
  const test::TemporaryFolder folder;
  auto host = RunningHost::start(
      script(folder, "echo '" + std::string(line) + "'; cat >/dev/null; exit 3"), {});
  ASSERT_TRUE(host.ok());
  EXPECT_EQ((*host)->state_url("new"), "http://127.0.0.1:4711/abc/new");
  EXPECT_TRUE((*host)->check_running().ok());
  EXPECT_EQ((*host)->stop().exit_code, 3);
}

TEST(Launch, reports_a_host_that_does_not_start_with_its_own_words) {
  const test::TemporaryFolder folder;
  const auto host = RunningHost::start(script(folder, "echo 'no pack fits' >&2; exit 12"), {});
  ASSERT_FALSE(host.ok());
  EXPECT_EQ(host.failure().exit, ExitCode::unsupported);
  EXPECT_EQ(host.failure().message, "the stand-in host has ended with exit 12: no pack fits");
  const auto wrong = RunningHost::start(
      script(folder, "printf 'tidegate-sandbox: c.json:1:2: error: no [c]\\n  do this\\n' >&2; exit 13"), {});
  EXPECT_EQ(wrong.failure().exit, ExitCode::policy_broken);
  EXPECT_EQ(wrong.failure().message, "the stand-in host has ended with exit 13: c.json:1:2: error: no [c]");
  EXPECT_EQ(wrong.failure().hint, "do this");
  const auto chatty = RunningHost::start(script(folder, "echo hello; cat"), {});
  EXPECT_EQ(chatty.failure().exit, ExitCode::internal);
}

TEST(Launch, sees_that_the_host_has_died) {
  const test::TemporaryFolder folder;
  auto host =
      RunningHost::start(script(folder, "echo '" + std::string(line) + "'; kill -9 $$"), {});
  ASSERT_TRUE(host.ok());
  while ((*host)->check_running().ok()) {
  }
  const Diagnostic failure = (*host)->check_running().failure();
  EXPECT_EQ(failure.code, "sandbox.host-failed");
  EXPECT_EQ(failure.exit, ExitCode::internal);
}

TEST(Launch, gives_terraform_an_environment_of_its_own) {
  const test::TemporaryFolder folder;
  const auto environment = terraform_environment(*parse_host_line(line), folder.path(), "/bin");
  ASSERT_TRUE(environment.ok());
  std::vector<std::string> names;
  for (const auto& entry : *environment) names.push_back(entry.first);
  EXPECT_EQ(names, (std::vector<std::string>{"CHECKPOINT_DISABLE", "HOME", "HTTPS_PROXY", "HTTP_PROXY", "PATH",
                                             "TF_CLI_CONFIG_FILE", "TF_INPUT", "TF_IN_AUTOMATION",
                                             "TF_REATTACH_PROVIDERS"}));
  EXPECT_EQ(*system::read_file(environment->at("TF_CLI_CONFIG_FILE")), "");
  EXPECT_EQ(environment->at("HOME"), folder.path());
}

TEST(Launch, writes_a_backend_that_replaces_any_other) {
  const auto parsed =
      document::parse_json("o", render_backend_override("http://127.0.0.1:1/t/new"));
  ASSERT_TRUE(parsed.ok());
  const document::Node http = (*parsed)->root().resolve_pointer("/terraform/backend/http");
  EXPECT_EQ(http["address"].as_string(), "http://127.0.0.1:1/t/new");
  EXPECT_EQ(http["lock_address"].as_string(), "http://127.0.0.1:1/t/new");
  EXPECT_EQ(http["unlock_address"].as_string(), "http://127.0.0.1:1/t/new");
}

}  // namespace
}  // namespace tidegate::sandbox
