// SPDX-License-Identifier: Apache-2.0
// `tidegate-sandbox pack`: the schema of a provider, as the real Terraform prints it, becomes a
// pack for the stand-in providers.
#include <algorithm>

#include "base/text.hpp"
#include "buildpack/sandbox/pack.hpp"
#include "document/parse.hpp"
#include "sandbox/pack.hpp"
#include "system/file_sink.hpp"

namespace tidegate::sandbox_program {

namespace {

std::string check_version(const std::string& text) {
  const bool good = std::count(text.begin(), text.end(), '.') == 2 &&
                    text.find_first_not_of("0123456789.-+abcdefghijklmnopqrstuvwxyz") == text.npos;
  return good ? std::string() : "a version is three numbers, such as 5.2.0";
}

ExitCode fail(const Diagnostic& failure, system::Terminal& terminal) {
  terminal.err(render_diagnostic(failure) + "\n");
  return failure.exit;
}

}  // namespace

commandline::Command add_pack(commandline::Command app, PackOptions& options) {
  const commandline::Command pack = app.add_command("pack", "Make a schema pack of a provider.");
  pack.add_option("SCHEMAS", options.schemas,
                  "output of `terraform providers schema -json`; - reads standard input")
      .required().suggest_files();
  pack.add_option("--provider", options.provider,
                  "which provider, such as hashicorp/azurerm; needed if there are several");
  pack.add_option("--version", options.version, "version of the provider, such as 5.2.0")
      .required()
      .check(check_version);
  pack.add_option("-o,--output", options.output, "the pack to write").required().suggest_files();
  return pack;
}

ExitCode make_pack(const PackOptions& options, system::Terminal& terminal) {
  const Result<std::string> text = system::read_file(options.schemas);
  if (!text) return fail(text.failure(), terminal);
  const std::string file = options.schemas == "-" ? "standard input" : options.schemas;
  const Result<document::DocumentPtr> parsed = document::parse_json(file, *text);
  if (!parsed) return fail(parsed.failure(), terminal);
  const Result<std::string> bytes = sandbox::make_pack(**parsed, options.provider, options.version);
  if (!bytes) return fail(bytes.failure(), terminal);
  const auto pack = sandbox::Pack::from_bytes(options.output, *bytes);
  if (!pack) return fail(pack.failure(), terminal);
  if (Status status = system::write_file(options.output, *bytes); !status)
    return fail(status.failure(), terminal);
  using sandbox::SchemaKind;
  const auto count = [&](SchemaKind kind) { return (*pack)->names(kind).size(); };
  terminal.out("pack " + printable(options.output) + ": " + printable((*pack)->address()) + " " +
               (*pack)->version() + ", " + counted(count(SchemaKind::resource), "resource type") +
               ", " + counted(count(SchemaKind::data_source), "data source") + ", " +
               counted(bytes->size(), "byte") + "\n");
  return ExitCode::success;
}

}  // namespace tidegate::sandbox_program
