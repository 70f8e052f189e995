// SPDX-License-Identifier: Apache-2.0
// tidegate-sandbox: stand-in Terraform providers and the state endpoint of a rehearsal, until its
// standard input ends. Prints one line of JSON once everything listens.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string>

#include "base/diagnostic.hpp"
#include "buildpack/sandbox/options.hpp"
#include "buildpack/sandbox/pack.hpp"
#include "commandline/completion.hpp"
#include "commandline/program.hpp"
#include "document/write.hpp"
#include "sandbox/state.hpp"
#include "system/digest.hpp"
#include "system/loopback_server.hpp"
#include "system/process.hpp"
#include "system/stop_request.hpp"
#include "system/temporary_folder.hpp"
#include "system/terminal.hpp"
#include "version.hpp"

namespace {

using namespace tidegate;

std::string render_line(const std::vector<sandbox::Endpoint>& endpoints,
                        const std::string& state_url) {
  std::string out;
  document::JsonWriter writer(out, false);
  writer.begin_object().key("reattach").begin_object();
  for (const sandbox::Endpoint& endpoint : endpoints) {
    writer.key(endpoint.address).begin_object();
    writer.member("Protocol", "grpc").member("ProtocolVersion", 6).member("Pid", ::getpid());
    writer.member_boolean("Test", true).key("Addr").begin_object().member("Network", "tcp");
    writer.member("String", "127.0.0.1:" + std::to_string(endpoint.port)).end_object().end_object();
  }
  writer.end_object().member("state", state_url).key("versions").begin_object();
  for (const sandbox::Endpoint& endpoint : endpoints)
    writer.member(endpoint.address, endpoint.version);
  writer.end_object().end_object();
  return out + "\n";
}

ExitCode report(const Diagnostic& failure, system::Terminal& terminal) {
  terminal.err("tidegate-sandbox: " + render_diagnostic(failure) + "\n");
  return failure.exit;
}

ExitCode serve(const sandbox_program::Options& options, system::Terminal& terminal) {
  const system::StopRequest stop;  // first: threads take over what it sets
  const auto parts =
      sandbox_program::read_options(sandbox_program::with_defaults(options, system::own_folder()));
  if (!parts) return report(parts.failure(), terminal);
  const std::string token = system::random_hex(16);
  sandbox::StateStore states(token);
  const auto state_server =
      system::LoopbackServer::start([&] { return sandbox::converse(states); });
  if (!state_server) return report(state_server.failure(), terminal);
  const auto host = sandbox::Host::start(*parts);
  if (!host) return report(host.failure(), terminal);
  terminal.out(render_line(
      (*host)->endpoints(),
      "http://127.0.0.1:" + std::to_string((*state_server)->port()) + "/" + token + "/"));
  if (!terminal.good()) return ExitCode::internal;
  stop.wait();
  for (const Diagnostic& entry : parts->control->unused()) terminal.err(render_diagnostic(entry) + "\n");
  return ExitCode::success;
}

// A parent that was killed could not tidy up. By now the servers are gone, and Terraform with them.
ExitCode serve_and_tidy(const sandbox_program::Options& options, system::Terminal& terminal) {
  // One that is named may be gone already.
  const auto now = [] { return std::to_string(::getppid()); };
  const std::string parent = options.parent.empty() ? now() : options.parent;
  const ExitCode code = serve(options, terminal);
  if (!options.scratch.empty() && now() != parent) {
    system::remove_abandoned_folder(options.scratch, "tidegate-rehearsal");
  }
  return code;
}

ExitCode run(int argc, char** argv, system::Terminal& terminal) {
  const commandline::Program program(
      "tidegate-sandbox",
      "Stand-in Terraform providers for a rehearsal: one server each on loopback, and a state\n"
      "endpoint. Prints one line of JSON, ends with its standard input.",
      tool_version);
  const commandline::Command app = program.root();
  sandbox_program::Options options;
  app.add_option("--packs", options.packs,
                 "folder of schema packs (*.pack); default: those of the project").suggest_folders();
  app.add_option("--pack", options.pack_files, "a schema pack; may be repeated").suggest_files();
  app.add_option("--provider", options.providers,
                 "serve this one, ADDRESS or ADDRESS@VERSION; may be repeated; default: all");
  app.add_option("--behaviour", options.behaviour,
                 "folder of behaviour files (*.json); default: those of the project").suggest_folders();
  app.add_option("--control", options.control, "control file: drift, failures, existing objects").suggest_files();
  app.add_option("--types", options.types,
                 "file with the names of the types that are used; default: all").suggest_files();
  app.add_option("--scratch", options.scratch,
                 "folder of a rehearsal, to be removed if the parent is killed").suggest_folders();
  app.add_option("--parent", options.parent,
                 "process that is the parent; default: the one that started this");
  app.add_option("--log", options.log, "call log, one JSON object a line").suggest_files();
  app.allow_one_command();
  sandbox_program::PackOptions pack_options;
  bool makes_pack = false;
  sandbox_program::add_pack(app, pack_options).when_chosen([&makes_pack] { makes_pack = true; });
  std::string shell;
  commandline::add_completion_command(app, shell);
  if (const auto answer = program.parse(argc, argv)) {
    terminal.out(answer->out);
    terminal.err(answer->err);
    return answer->exit;
  }
  if (!shell.empty()) {
    terminal.out(commandline::render_completion(app.outline(), shell));
    return ExitCode::success;
  }
  return makes_pack ? sandbox_program::make_pack(pack_options, terminal)
                    : serve_and_tidy(options, terminal);
}

}  // namespace

int main(int argc, char** argv) {
  // Else gRPC reports on its own inner life to standard error.
  ::setenv("GRPC_VERBOSITY", "NONE", 0);
  system::StandardTerminal terminal;
  try {
    return to_int(run(argc, argv, terminal));
  } catch (const std::exception& error) {
    terminal.err(std::string("tidegate-sandbox: internal error: ") + error.what() + "\n");
    return to_int(ExitCode::internal);
  }
}
