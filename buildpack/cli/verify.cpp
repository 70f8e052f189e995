// SPDX-License-Identifier: Apache-2.0
// `tidegate verify`: reads every byte of an artifact, keeps nothing.
#include <CLI/CLI.hpp>

#include <memory>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "buildpack/cli/command.hpp"

namespace tidegate::cli {

namespace {

struct VerifyOptions {
  std::string file{};
  std::string identity{};
};

// "sha256:<64 hex>" or the digits alone.
std::string_view digest_digits(std::string_view text) {
  constexpr std::string_view prefix = "sha256:";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

std::string check_identity_option(const std::string& text) {
  const std::string_view digits = digest_digits(text);
  const bool good = digits.size() == 64 && digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return good ? std::string() : "an identity is `sha256:` and 64 lower-case hex digits";
}

Diagnostic other_identity(const VerifyOptions& options, const artifact::Verified& verified) {
  return {.code = "artifact.other-identity",
          .where = {.file = options.file},
          .message = "the artifact is whole, but another one: its identity is sha256:" + verified.identity +
                     ", expected is sha256:" + std::string(digest_digits(options.identity)),
          .hint = "get the artifact with the identity that was handed on; do not deploy this one under its name",
          .exit = ExitCode::not_verified};
}

std::string render_verified(const artifact::Verified& verified, bool identity_given) {
  const artifact::Manifest& manifest = verified.manifest;
  std::uint64_t bytes = 0;
  for (const artifact::ManifestFile& file : manifest.files) bytes += file.size;
  std::string out = printable(manifest.name) + " " + printable(manifest.version) + ": every file matches the manifest\n";
  out += "  identity   sha256:" + verified.identity + "\n";
  out += "  sha256     " + verified.sha256 + " (the compressed file, " + counted(verified.size, "byte") + ")\n";
  out += "  files      " + std::to_string(manifest.files.size()) + ", " + counted(bytes, "byte") + "\n";
  if (identity_given) out += "  expected   it is the identity that was asked for\n";
  return out + "integrity only: no signature was asked for\n";
}

ExitCode run_verify(const VerifyOptions& options, Context& context) {
  const Result<artifact::Verified> verified = artifact::verify_artifact(options.file);
  if (!verified) return print_failure(context, verified.failure());
  const bool given = !options.identity.empty();
  if (given && digest_digits(options.identity) != verified->identity) {
    return print_failure(context, other_identity(options, *verified));
  }
  context.terminal.out(render_verified(*verified, given));
  return ExitCode::success;
}

}  // namespace

void add_verify(CLI::App& app, Action& action) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = app.add_subcommand("verify", "Read every byte of an artifact and compare it with its manifest.");
  command->add_option("ARTIFACT", options->file, "a .tar.gz that build wrote")->required();
  command->add_option("--identity", options->identity, "sha256 of the uncompressed tar that it must have")
      ->check(check_identity_option, "DIGEST");
  command->callback([options, &action] {
    action = [options](Context& context) { return run_verify(*options, context); };
  });
}

}  // namespace tidegate::cli
