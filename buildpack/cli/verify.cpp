// SPDX-License-Identifier: Apache-2.0
// `tidegate verify`: reads every byte of an artifact, keeps nothing; with a key its signature and provenance; with the
// repository it builds again. Of a signed statement it verifies the signature.
#include <memory>

#include "artifact/archive.hpp"
#include "artifact/compare.hpp"
#include "base/text.hpp"
#include "build/command.hpp"
#include "buildpack/cli/signing.hpp"
#include "repository/source.hpp"
#include "signature/envelope.hpp"
#include "system/file_sink.hpp"
#include "system/scratch_folder.hpp"

namespace tidegate::cli {

namespace {

struct VerifyOptions {
  std::string file{};
  std::string identity{};
  std::string key{};         // public
  std::string repository{};  // build again from it
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
  return out;
}

std::string render_signed(const signature::Provenance& provenance, const signature::PublicKey& key) {
  std::string out = "  signed by  key " + key.hint() + "\n";
  out += "  built by   " + printable(provenance.builder);
  if (!provenance.invocation.empty())
    out += ", " + printable(provenance.invocation) + ", " + printable(provenance.finished);
  out += "\n";
  if (!provenance.materials.empty()) out += "  source     " + printable(provenance.materials.front().uri) + "\n";
  return out;
}

Diagnostic not_rebuilt(const VerifyOptions& options, std::string message, std::string hint) {
  return {.code = "artifact.not-rebuilt", .where = {.file = options.file}, .message = std::move(message), .hint = std::move(hint),
          .exit = ExitCode::not_verified};
}

bool lacks_submodules(const BuildOptions& build) {
  const auto source = repository::open_source({.directory = build.directory, .commit = build.commit, .path = build.path});
  return source && !source->missing_submodules.empty();
}

// Builds the recorded commit again in a folder of its own; the result must have the same identity.
Status rebuild(const VerifyOptions& options, const artifact::Verified& verified, Context& context) {
  const artifact::Manifest& manifest = verified.manifest;
  if (manifest.source.kind != "git" || manifest.source.dirty) {
    return not_rebuilt(options, "was not built from a commit alone: there is nothing to build again",
                       "build from a commit, without --worktree");
  }
  const Result<std::unique_ptr<system::ScratchFolder>> folder = system::ScratchFolder::make();
  if (!folder) return folder.failure();
  system::MemoryTerminal quiet;
  Context inner{quiet, context.environment};
  inner.progress = context.progress;
  const std::string prefix = "-g" + manifest.source.commit.substr(0, 12);
  BuildOptions build{.directory = options.repository, .output = (*folder)->path(), .commit = manifest.source.commit, .path = manifest.source.path};
  if (!manifest.version.ends_with(prefix)) build.version = manifest.version;
  const ExitCode code = run_build(build, inner);
  const std::string made = join_path((*folder)->path(), manifest.name + "-" + manifest.version + ".tar.gz");
  if (code != ExitCode::success) {
    context.terminal.err(quiet.err_text);
    Diagnostic failure =
        not_rebuilt(options, "cannot be built again from " + printable(options.repository) + " (exit " + std::to_string(to_int(code)) + ")",
                    "give the repository that holds commit " + printable(manifest.source.commit));
    if (code == ExitCode::build_failed && lacks_submodules(build)) {  // says nothing about the artifact
      failure.hint = "fetch its submodules: `git submodule update --init --recursive`";
      failure.exit = ExitCode::build_failed;
    }
    return failure;
  }
  const Result<artifact::Verified> again = artifact::verify_artifact(made, context.progress);
  if (!again) {
    return not_rebuilt(options, "built again it has another name or version: `" + printable(manifest.name + "-" + manifest.version) + "` did not come out",
                       "give the folder of the repository that it was built from");
  }
  if (again->identity == verified.identity) return Done{};
  std::string why;
  for (const artifact::InputChange& change : artifact::compare_inputs(manifest, again->manifest)) {
    why += (why.empty() ? "; " : ", ") + artifact::describe(change);
  }
  return not_rebuilt(options, "built again from commit " + printable(manifest.source.commit.substr(0, 12)) + " it has the identity sha256:" +
                                  again->identity + why,
                     why.empty() ? "the inputs are the same: do not deploy it" : "use the release of tidegate that built it: " + printable(manifest.tool_version));
}

ExitCode verify_document(const VerifyOptions& options, Context& context) {
  if (options.key.empty()) {
    return print_failure(context, {.code = "signature.missing", .where = {.file = options.file},
                                   .message = "is a statement or a bundle: only its signature can be verified, and no key was given",
                                   .hint = "give the public key with --key", .exit = ExitCode::usage});
  }
  const Result<signature::PublicKey> key = read_public_key(options.key);
  if (!key) return print_failure(context, key.failure());
  const Result<std::string> text = system::read_file(options.file);
  if (!text) return print_failure(context, text.failure());
  const Result<std::string> payload = signature::verify_statement(*key, options.file, *text);
  if (!payload) return print_failure(context, payload.failure());
  const Result<signature::Statement> statement = signature::parse_statement(options.file, *payload);
  if (!statement) return print_failure(context, statement.failure());
  std::string out = "the signature fits: key " + key->hint() + "\n  says       " + printable(statement->predicate_type) + "\n";
  for (const auto& subject : statement->subjects) out += "  about      " + printable(subject.first) + " sha256:" + subject.second + "\n";
  context.terminal.out(out);
  return ExitCode::success;
}

bool is_document(const std::string& file) {
  bool json = false;
  const Status read = system::stream_file(file, [&](std::string_view piece) {
    json = piece.starts_with('{');
    return false;
  });
  return read.ok() && json;
}

ExitCode run_verify(const VerifyOptions& options, Context& context) {
  if (is_document(options.file)) return verify_document(options, context);
  const Result<artifact::Verified> verified = artifact::verify_artifact(options.file, context.progress);
  if (!verified) return print_failure(context, verified.failure());
  const bool given = !options.identity.empty();
  if (given && digest_digits(options.identity) != verified->identity) {
    return print_failure(context, other_identity(options, *verified));
  }
  std::string out = render_verified(*verified, given);
  if (!options.repository.empty()) {
    if (Status status = rebuild(options, *verified, context); !status) return print_failure(context, status.failure());
    out += "  rebuilt    commit " + verified->manifest.source.commit.substr(0, 12) + " gives the same identity\n";
  }
  if (options.key.empty()) {
    out += "integrity only: no signature was asked for\n";
  } else {
    const Result<signature::PublicKey> key = read_public_key(options.key);
    if (!key) return print_failure(context, key.failure());
    const Result<signature::Provenance> provenance = verify_signed(options.file, *verified, *key);
    if (!provenance) return print_failure(context, provenance.failure());
    out += render_signed(*provenance, *key);
  }
  context.terminal.out(out);
  return ExitCode::success;
}

}  // namespace

void add_verify(commandline::Command app, Action& action) {
  auto options = std::make_shared<VerifyOptions>();
  const commandline::Command command = app.add_command("verify", "Read every byte of an artifact and compare it with its manifest.");
  command.add_option("ARTIFACT", options->file, "a file that build wrote, or a signed statement").required().suggest_files();
  command.add_option("--identity", options->identity, "sha256 of the uncompressed tar that it must have")
      .check(check_identity_option, "DIGEST");
  command.add_option("--key", options->key, "public key: verify signature and provenance, the files beside the artifact").suggest_files();
  command.add_option("--rebuild", options->repository, "build the recorded commit of this repository again, and compare").suggest_folders();
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_verify(*options, context); };
  });
}

}  // namespace tidegate::cli
