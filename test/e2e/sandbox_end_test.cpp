// SPDX-License-Identifier: Apache-2.0
// How a host begins and ends: Ctrl-C, killed parent, killed host, wrong arguments.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "e2e/stand_in.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::RootModule;
using test::StandIn;
using test::TemporaryFolder;

constexpr seconds patience{120};

constexpr char twelve[] = R"HCL(
terraform {
  required_providers { kinds = { source = "example/kinds" } }
}
resource "kinds_plain" "p" {
  count = 12
  name  = "p${count.index}"
}
)HCL";

bool accepts_connections(const std::string& place) {  // "127.0.0.1:PORT"
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port =
      htons(static_cast<std::uint16_t>(std::stoi(place.substr(place.rfind(':') + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected =
      ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

// Every place that the line names.
std::vector<std::string> places_of(const std::string& line) {
  const auto parsed = document::parse_json("line", line);
  EXPECT_TRUE(parsed.ok()) << line;
  std::vector<std::string> places;
  for (const document::Node provider : (*parsed)->root()["reattach"]) {
    places.emplace_back(provider["Addr"]["String"].as_string());
  }
  const std::string state((*parsed)->root()["state"].as_string());
  places.push_back(state.substr(7, state.find('/', 7) - 7));
  return places;
}

// Reads lines until one holds `word`.
bool read_until(system::Child& child, std::string_view word) {
  while (const std::optional<std::string> line = child.read_line(patience)) {
    if (line->find(word) != std::string::npos) return true;
  }
  return false;
}

std::unique_ptr<system::Child> start_host(const TemporaryFolder& folder,
                                          const std::vector<std::string>& more = {}) {
  system::ProcessRequest request{.argv = {test::host_program()}, .process_group = 0};
  for (const std::string& word : test::host_arguments(folder, more)) request.argv.push_back(word);
  auto child = system::Child::start(request);
  EXPECT_TRUE(child.ok());
  return std::move(child).value();
}

TEST(SandboxEnd, prints_one_line_and_ends_with_its_input) {
  const TemporaryFolder folder;
  const auto host = start_host(folder);
  const auto line = host->read_line(patience);
  ASSERT_TRUE(line.has_value());
  const std::vector<std::string> places = places_of(*line);
  EXPECT_GE(places.size(), 3U);
  for (const std::string& place : places) {
    EXPECT_TRUE(place.starts_with("127.0.0.1:")) << place;
    EXPECT_TRUE(accepts_connections(place)) << place;
  }
  host->close_input();
  const auto result = host->wait(patience);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->out + result->err, "");
  for (const std::string& place : places) EXPECT_FALSE(accepts_connections(place)) << place;
}

TEST(SandboxEnd, ends_on_sigterm_and_not_on_sigint) {
  const TemporaryFolder folder;
  const auto host = start_host(folder);
  const auto line = host->read_line(patience);
  ASSERT_TRUE(line.has_value());
  host->send_signal(SIGINT);
  EXPECT_FALSE(host->wait(milliseconds(200)).has_value());
  EXPECT_TRUE(accepts_connections(places_of(*line).front()));
  host->send_signal(SIGTERM);
  const auto result = host->wait(patience);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->exit_code, 0);
}

TEST(SandboxEnd, ends_when_its_parent_is_killed) {
  const TemporaryFolder folder;
  const std::string command = "exec 3> >(exec \"$0\" \"$@\" > '" + folder.path() + "/line'); read";
  system::ProcessRequest request{.argv = {"/bin/bash", "-c", command, test::host_program()},
                                 .process_group = 0};
  for (const std::string& word : test::host_arguments(folder)) request.argv.push_back(word);
  auto parent = system::Child::start(request);
  ASSERT_TRUE(parent.ok());
  std::string line;
  while (!line.ends_with('\n') && (*parent)->wait(milliseconds(10)) == std::nullopt) {
    const auto text = system::read_file(folder.path() + "/line");
    line = text ? *text : std::string();
  }
  const std::vector<std::string> places = places_of(line);
  ASSERT_TRUE(accepts_connections(places.front()));
  (*parent)->send_signal(SIGKILL);
  ASSERT_TRUE((*parent)->wait(patience).has_value());
  for (const std::string& place : places) {
    while (accepts_connections(place)) ::usleep(10000);
  }
}

TEST(SandboxEnd, says_what_is_wrong_with_its_arguments) {
  const TemporaryFolder folder;
  const auto run = [](const std::vector<std::string>& arguments) {
    return test::run_program("tidegate-sandbox", arguments);
  };
  EXPECT_EQ(run({"--nonsense"}).exit_code, 64);
  EXPECT_EQ(run({"--help"}).exit_code, 0);
  const auto none = run({"--packs", folder.path()});
  EXPECT_EQ(none.exit_code, 12);
  EXPECT_NE(none.err.find("[sandbox.pack-missing]"), std::string::npos) << none.err;
  EXPECT_EQ(none.out, "");
  const auto other =
      run({"--packs", TIDEGATE_SHARE_DIR "/packs", "--provider", "hashicorp/azurerm@99.1.0"});
  EXPECT_EQ(other.exit_code, 12);
  EXPECT_NE(other.err.find("hashicorp/azurerm@99.1.0"), std::string::npos) << other.err;
  const auto absent = run({"--pack", folder.path() + "/none.pack"});
  EXPECT_EQ(absent.exit_code, 12);
  EXPECT_NE(absent.err.find("[sandbox."), std::string::npos) << absent.err;
  const std::string broken = folder.write("broken.pack", "no pack");
  EXPECT_NE(run({"--pack", broken}).err.find("[sandbox.bad-pack]"), std::string::npos);
  for (const char* option : {"--behaviour", "--types", "--control"}) {
    const auto unreadable = run({"--packs", TIDEGATE_SHARE_DIR "/packs", option, folder.path() + "/none"});
    EXPECT_EQ(unreadable.exit_code, 64) << option;
    EXPECT_NE(unreadable.err.find("/none"), std::string::npos) << unreadable.err;
  }
  folder.write("behaviour/x.json", "{");
  EXPECT_NE(
      run({"--packs", TIDEGATE_SHARE_DIR "/packs", "--behaviour", folder.path() + "/behaviour"})
          .exit_code,
      0);
  EXPECT_NE(run({"--packs", TIDEGATE_SHARE_DIR "/packs", "--control", folder.path() + "/none.json"})
                .exit_code,
            0);
}

TEST(SandboxEnd, serves_the_providers_and_versions_that_are_asked_for) {
  const TemporaryFolder folder;
  const auto started = sandbox::RunningHost::start(
      test::host_program(),
      {"--packs", TIDEGATE_SHARE_DIR "/packs", "--provider", "hashicorp/azurerm@5.99.0"});
  ASSERT_TRUE(started.ok());
  ASSERT_EQ((*started)->line().versions.size(), 1U);
  EXPECT_EQ((*started)->line().versions.at("hashicorp/azurerm"), "5.2.0");
}

// T17: Ctrl-C reaches the whole group of the terminal. Terraform stops in order: it asks the
// provider to stop, waits for what has begun, and writes the state.
TEST(SandboxEnd, lets_terraform_stop_in_order_on_ctrl_c) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  const TemporaryFolder folder;
  const std::string control = folder.write("control.json", R"({"delay_ms": 600000})");
  const std::string log = folder.path() + "/log";
  const auto host = start_host(folder, {"--control", control, "--log", log});
  const auto line = host->read_line(patience);
  ASSERT_TRUE(line.has_value());
  const RootModule root(*sandbox::parse_host_line(*line), "new", *terraform);
  root.configure(twelve);
  root.expect(0, {"init"});
  const auto run = root.start({"apply", "-auto-approve", "-parallelism=4"}, host->pid());
  for (int begun = 0; begun < 4; ++begun) ASSERT_TRUE(read_until(*run, "Creating..."));
  ::kill(-host->pid(), SIGINT);
  const auto result = run->wait(patience);  // ten minutes later without StopProvider
  ASSERT_TRUE(result.has_value());
  EXPECT_NE(result->exit_code, 0);
  EXPECT_NE(result->out.find("Interrupt received"), std::string::npos)
      << result->out << result->err;
  EXPECT_NE(system::read_file(log)->find("\"StopProvider\""), std::string::npos);
  folder.write("control.json", "{}");
  EXPECT_FALSE(host->wait(milliseconds(0)).has_value());
  const std::string list = root.expect(0, {"state", "list"});
  EXPECT_EQ(split(list, '\n').size(), 5U) << list;  // what had begun is there, nothing else
  root.apply();
  root.expect_no_changes();
}

TEST(SandboxEnd, killed_host_is_seen_by_terraform_and_by_us) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  StandIn stand_in;
  const RootModule root = stand_in.module("new", *terraform);
  root.configure(twelve);
  root.expect(0, {"init"});
  stand_in.control(R"({"delay_ms": 600000})");
  const auto run = root.start({"apply", "-auto-approve"});
  ASSERT_TRUE(read_until(*run, "Creating..."));
  ::kill(stand_in.host().pid(), SIGKILL);
  const auto result = run->wait(patience);
  ASSERT_TRUE(result.has_value());
  EXPECT_NE(result->exit_code, 0);
  EXPECT_NE(result->err.find("Plugin did not respond"), std::string::npos)
      << result->out << result->err;
  const Status status = stand_in.host().check_running();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.failure().exit, ExitCode::internal);
}

TEST(SandboxEnd, leaves_nothing_behind_when_terraform_is_killed) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  StandIn stand_in;
  const RootModule root = stand_in.module("new", *terraform);
  root.configure(twelve);
  root.expect(0, {"init"});
  stand_in.control(R"({"delay_ms": 600000})");
  {
    const auto run = root.start({"apply", "-auto-approve"});
    ASSERT_TRUE(read_until(*run, "Creating..."));
    run->send_signal(SIGKILL);
    ASSERT_TRUE(run->wait(patience).has_value());
  }
  EXPECT_EQ(stand_in.host().stop().exit_code, 0);  // although twelve calls still wait
}

}  // namespace
}  // namespace tidegate
