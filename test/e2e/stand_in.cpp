// SPDX-License-Identifier: Apache-2.0
#include "e2e/stand_in.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "document/parse.hpp"
#include "sandbox/pack.hpp"
#include "system/environment.hpp"
#include "system/file_sink.hpp"

namespace tidegate::test {

namespace {

const std::string bin = TIDEGATE_BIN_DIR;

std::string read(const std::string& path) {
  const auto text = system::read_file(path);
  return text ? *text : std::string();
}

std::string kinds_pack(const TemporaryFolder& folder) {
  const std::string source = std::string(TIDEGATE_SOURCE_DIR) + "/test/e2e/kinds_schema.json";
  const auto schemas = document::parse_json(source, read(source));
  if (!schemas) std::abort();
  const auto pack = sandbox::make_pack(**schemas, "example/kinds", "1.0.0");
  EXPECT_TRUE(pack.ok()) << (pack ? "" : render_diagnostic(pack.failure()));
  return folder.write("kinds.pack", pack ? *pack : std::string());
}

}  // namespace

std::vector<std::string> terraforms() {
  std::vector<std::string> found;
  if (const auto newest = find_terraform()) found.push_back(*newest);
  if (const char* oldest = std::getenv("TIDEGATE_TERRAFORM_OLDEST")) {
    if (const auto program = system::find_program(oldest)) found.push_back(*program);
  }
  return found;
}

std::string host_program() { return bin + "/tidegate-sandbox"; }

std::vector<std::string> host_arguments(const TemporaryFolder& folder,
                                        const std::vector<std::string>& more) {
  std::vector<std::string> all{"--packs",     TIDEGATE_SHARE_DIR "/packs",
                               "--pack",      kinds_pack(folder),
                               "--behaviour", TIDEGATE_SHARE_DIR "/behaviour"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

RootModule::RootModule(const sandbox::HostLine& line, const std::string& state_name,
                       std::string terraform, const std::string& below)
    : below_(below.empty() ? "" : below + "/"), terraform_(std::move(terraform)) {
  folder_->write("home/.keep", "");
  const char* path = std::getenv("PATH");
  environment_ =
      *sandbox::terraform_environment(line, folder() + "/home", path != nullptr ? path : "");
  write(sandbox::backend_override_name,
        sandbox::render_backend_override(line.state_url + state_name));
}

void RootModule::write(const std::string& name, const std::string& text) const {
  folder_->write(below_ + name, text);
}

system::ProcessRequest RootModule::request(const std::vector<std::string>& arguments) const {
  system::ProcessRequest request{.argv = {terraform_},
                                 .directory = folder() + "/" + below_,
                                 .inherit_environment = false,
                                 .environment = environment_};
  request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
  request.argv.push_back("-no-color");
  // Flags come before the arguments without a dash; some commands are two words.
  const bool two_words = arguments.front() == "state" || arguments.front() == "providers";
  std::stable_partition(request.argv.begin() + (two_words ? 3 : 2), request.argv.end(),
                        [](const std::string& word) { return word.starts_with("-"); });
  return request;
}

system::ProcessResult RootModule::run(const std::vector<std::string>& arguments) const {
  const auto result = system::run_process(request(arguments));
  EXPECT_TRUE(result.ok());
  return result ? *result : system::ProcessResult{.exit_code = -1};
}

std::string RootModule::expect(int exit, const std::vector<std::string>& arguments) const {
  const system::ProcessResult result = run(arguments);
  EXPECT_EQ(result.exit_code, exit) << arguments.front() << "\n" << result.out << result.err;
  return result.out + result.err;
}

std::unique_ptr<system::Child> RootModule::start(const std::vector<std::string>& arguments,
                                                 int group) const {
  system::ProcessRequest wanted = request(arguments);
  wanted.process_group = group;
  auto child = system::Child::start(wanted);
  EXPECT_TRUE(child.ok());
  return std::move(child).value();
}

document::DocumentPtr RootModule::show(const std::string& plan) const {
  std::vector<std::string> arguments{"show", "-json"};
  if (!plan.empty()) arguments.push_back(plan);
  const system::ProcessResult result = run(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  auto parsed = document::parse_json("show", result.out.empty() ? "{}" : result.out);
  EXPECT_TRUE(parsed.ok());
  return parsed ? std::move(parsed).value() : *document::parse_json("none", "{}");
}

std::vector<std::string> RootModule::actions(const std::string& plan) const {
  std::vector<std::string> found;
  const document::DocumentPtr shown = show(plan);
  for (const document::Node change : shown->root()["resource_changes"]) {
    std::string words;
    for (const document::Node action : change["change"]["actions"]) {
      words += std::string(action.as_string()) + " ";
    }
    if (words != "no-op " && words != "read ")
      found.push_back(words + std::string(change["address"].as_string()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

StandIn::StandIn(const std::vector<std::string>& more) {
  control("{}");
  std::vector<std::string> arguments = host_arguments(
      folder_, {"--log", folder_.path() + "/log", "--control", folder_.path() + "/control.json"});
  arguments.insert(arguments.end(), more.begin(), more.end());
  auto started = sandbox::RunningHost::start(host_program(), arguments);
  if (!started) {
    ADD_FAILURE() << render_diagnostic(started.failure());
    std::abort();
  }
  host_ = std::move(started).value();
}

RootModule StandIn::module(const std::string& name, const std::string& terraform,
                           const std::string& below) const {
  return RootModule(host_->line(), name, terraform, below);
}

std::vector<std::string> StandIn::calls() const {
  std::vector<std::string> found;
  const std::string text = read(folder_.path() + "/log");
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos;
       at = end + 1) {
    const auto call = document::parse_json("log", text.substr(at, end - at));
    EXPECT_TRUE(call.ok()) << text.substr(at, end - at);
    if (!call) continue;
    const document::Node root = (*call)->root();
    found.push_back(std::string(root["method"].as_string()));
    if (root["type"].exists()) found.back() += " " + std::string(root["type"].as_string());
  }
  return found;
}

std::size_t StandIn::count(std::string_view call) const {
  const std::vector<std::string> all = calls();
  return static_cast<std::size_t>(std::count(all.begin(), all.end(), call));
}

void StandIn::control(const std::string& json) const { folder_.write("control.json", json); }

document::Node values_of(const document::DocumentPtr& state, std::string_view address) {
  for (const document::Node resource :
       state->root().resolve_pointer("/values/root_module/resources")) {
    if (resource["address"].as_string() == address) return resource["values"];
  }
  return {};
}

}  // namespace tidegate::test
