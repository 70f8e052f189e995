// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/engine.hpp"

#include "base/text.hpp"
#include "base/version_number.hpp"

namespace tidegate::rehearsal {

namespace {

constexpr Version lowest_terraform{1, 7, 0};
constexpr Version lowest_opentofu{1, 8, 0};

Diagnostic missing(const std::string& file, std::string message) {
  return {.code = "rehearsal.terraform-missing",
          .where = {.file = file},
          .message = std::move(message),
          .hint = "install Terraform 1.7 or later, or name it: --terraform PATH",
          .exit = ExitCode::unsupported};
}

}  // namespace

Result<std::string> find_engine_program(const std::string& asked,
                                        const system::Environment& environment) {
  std::string wanted = asked;
  if (wanted.empty()) wanted = environment.get("TIDEGATE_TERRAFORM").value_or("");
  if (!wanted.empty()) {
    if (auto found = system::find_program(wanted)) return std::move(*found);
    return missing(wanted, "terraform not found (" + wanted + ")");
  }
  for (const char* name : {"terraform", "tofu"}) {
    if (auto found = system::find_program(name)) return std::move(*found);
  }
  return missing("terraform", "terraform not found (PATH, --terraform)");
}

Result<Engine> parse_engine(const std::string& program, std::string_view version_output) {
  for (const std::string_view line : split(version_output, '\n')) {
    for (const std::string_view name : {"Terraform v", "OpenTofu v"}) {
      if (!line.starts_with(name)) continue;
      return Engine{.program = program,
                    .name = name.front() == 'T' ? "terraform" : "opentofu",
                    .version = std::string(trim(line.substr(name.size())))};
    }
  }
  return missing(program, "is no Terraform: `version` says " +
                              (version_output.empty() ? "nothing" : shortened(version_output, 80)));
}

Status check_engine(const Engine& engine) {
  const WrittenVersion version = read_version(engine.version);
  const Version& lowest = engine.name == "terraform" ? lowest_terraform : lowest_opentofu;
  if (version.parts > 0 && version.version >= lowest) return Done{};
  return Diagnostic{.code = "rehearsal.terraform-too-old",
                    .where = {.file = engine.program},
                    .message = engine.name + " " + engine.version +
                               " is too old: a rehearsal needs " + to_string(lowest) +
                               " or later, which can mock providers",
                    .hint = "install a later one, or name it: --terraform PATH",
                    .exit = ExitCode::unsupported};
}

Result<Engine> identify_engine(const std::string& program, const std::string& home,
                               system::Foreground& foreground) {
  const system::ProcessRequest request{
      .argv = {program, "version", "-no-color"},
      .directory = home,
      .inherit_environment = false,
      .environment = {{"CHECKPOINT_DISABLE", "1"}, {"HOME", home}, {"TMPDIR", home}}};
  const Result<system::ProcessResult> result = foreground.capture(request);
  if (!result) return missing(program, result.failure().message);
  const Result<Engine> engine = parse_engine(program, result->out);
  if (!engine) return engine.failure();
  if (const Status fit = check_engine(*engine); !fit) return fit.failure();
  return engine;
}

std::string said(const system::ProcessResult& result) {
  constexpr std::size_t most = 20000;
  std::string out;
  const std::string& text = trim(result.err).empty() ? result.out : result.err;
  for (std::string_view line : split(text, '\n')) {
    for (const std::string_view frame : {"│ ", "│", "╷", "╵"}) {
      if (line.starts_with(frame)) {
        line.remove_prefix(frame.size());
        break;
      }
    }
    out += std::string(line) + "\n";
  }
  return shortened(trim(out), most);
}

}  // namespace tidegate::rehearsal
