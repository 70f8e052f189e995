// SPDX-License-Identifier: Apache-2.0
#include "sandbox/launch/launch.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "system/file_sink.hpp"

namespace tidegate::sandbox {

namespace {

// Reading the largest packs takes well below a second; a host that says nothing for so long hangs.
constexpr std::chrono::seconds start_limit{60};
constexpr std::chrono::seconds stop_grace{5};

Diagnostic host_failure(std::string message, ExitCode exit = ExitCode::internal) {
  return Diagnostic{.code = "sandbox.host-failed",
                    .where = {.file = "tidegate-sandbox"},
                    .message = std::move(message),
                    .exit = exit};
}

ExitCode exit_of(int code) {
  for (const ExitCode known : {ExitCode::unreadable, ExitCode::unsupported, ExitCode::policy_broken,
                               ExitCode::usage}) {
    if (code == to_int(known)) return known;
  }
  return ExitCode::internal;
}

// What the host said: its first line without its name, and the advice below it as ours.
Diagnostic early_end(const system::ProcessResult& result) {
  std::string_view said = trim(result.err);
  if (constexpr std::string_view name = "tidegate-sandbox: "; said.starts_with(name)) {
    said.remove_prefix(name.size());
  }
  const std::size_t end = std::min(said.find('\n'), said.size());
  Diagnostic out =
      host_failure("the stand-in host has ended with exit " + std::to_string(result.exit_code) +
                       (said.empty() ? "" : ": " + std::string(said.substr(0, end))),
                   exit_of(result.exit_code));
  out.hint = trim(said.substr(end));
  return out;
}

}  // namespace

Result<HostLine> parse_host_line(const std::string& line) {
  const auto parsed = document::parse_json("tidegate-sandbox", line);
  if (!parsed) return host_failure("said something that is no JSON: " + shortened(line, 200));
  const document::Node root = (*parsed)->root();
  HostLine out;
  out.state_url = root["state"].as_string();
  if (!root["reattach"].is_object() || !out.state_url.starts_with("http://127.0.0.1:")) {
    return host_failure("its line has no reattach or state: " + shortened(line, 200));
  }
  out.reattach = document::render_canonical_json(root["reattach"]);
  for (const document::Node version : root["versions"]) {
    out.versions.emplace(version.key(), version.as_string());
  }
  return out;
}

Result<std::string> find_host_program(const system::Environment& environment) {
  std::string program = environment.get("TIDEGATE_SANDBOX_PROGRAM")
                            .value_or(system::own_folder() + "/tidegate-sandbox");
  if (system::find_program(program)) return program;
  return Diagnostic{.code = "sandbox.host-missing",
                    .where = {.file = std::move(program)},
                    .message = "the stand-in host is not there: this build has no gRPC",
                    .hint = "Build where libgrpc++-dev and protobuf-compiler-grpc are installed.",
                    .exit = ExitCode::unsupported};
}

Result<std::unique_ptr<RunningHost>> RunningHost::start(const std::string& program,
                                                        const std::vector<std::string>& arguments) {
  // In a group of its own: a signal to ours must not end it before Terraform.
  system::ProcessRequest request{.argv = {program}, .inherit_environment = false, .process_group = 0};
  request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
  auto child = system::Child::start(request);
  if (!child) return child.failure();
  const std::optional<std::string> line = (*child)->read_line(start_limit);
  if (!line) return early_end((*child)->stop(stop_grace));
  Result<HostLine> parsed = parse_host_line(*line);
  if (!parsed) return parsed.failure();
  return std::unique_ptr<RunningHost>(
      new RunningHost(std::move(child).value(), std::move(parsed).value()));
}

Status RunningHost::check_running() {
  const std::optional<system::ProcessResult> result = child_->wait(std::chrono::milliseconds(0));
  if (result) return early_end(*result);
  return Done{};
}

system::ProcessResult RunningHost::stop() { return child_->stop(stop_grace); }

Result<std::map<std::string, std::string>> terraform_environment(const HostLine& line,
                                                                 const std::string& home,
                                                                 const std::string& path) {
  const std::string configuration = home + "/terraform.rc";
  if (const Status written = system::write_file(configuration, ""); !written) {
    return written.failure();
  }
  return std::map<std::string, std::string>{
      {"PATH", path},
      {"HOME", home},
      {"TF_REATTACH_PROVIDERS", line.reattach},
      {"TF_CLI_CONFIG_FILE", configuration},
      {"CHECKPOINT_DISABLE", "1"},
      {"TF_IN_AUTOMATION", "1"},
      {"TF_INPUT", "0"},
      // Nobody but root can listen there, so a stray download ends at once.
      {"HTTPS_PROXY", "http://127.0.0.1:1"},
      {"HTTP_PROXY", "http://127.0.0.1:1"}};  // loopback itself needs no proxy
}

std::string render_backend_override(std::string_view url) {
  std::string out;
  document::JsonWriter writer(out);
  writer.begin_object().key("terraform").begin_object().key("backend").begin_object();
  writer.key("http").begin_object();
  for (const std::string_view name : {"address", "lock_address", "unlock_address"}) {
    writer.member(name, url);
  }
  writer.member("retry_max", 0);  // a host that is gone does not come back
  writer.end_object().end_object().end_object().end_object();
  return out + "\n";
}

}  // namespace tidegate::sandbox
