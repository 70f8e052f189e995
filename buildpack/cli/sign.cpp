// SPDX-License-Identifier: Apache-2.0
// `tidegate sign`: signs an artifact and its provenance, or a receipt of the gate. Nothing is signed that does not
// verify.
#include <memory>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "buildpack/cli/signing.hpp"
#include "signature/base64.hpp"
#include "signature/envelope.hpp"
#include "system/file_sink.hpp"

namespace tidegate::cli {

namespace {

struct SignOptions {
  std::string file{};
  std::string key{};
};

using Files = std::vector<std::pair<std::string, std::string>>;  // path, bytes

ExitCode write_all(const Files& files, Context& context) {
  for (const auto& file : files) {
    if (Status status = system::write_file(file.first, file.second); !status) return print_failure(context, status.failure());
    context.terminal.out("signed  " + printable(file.first) + "\n");
  }
  return ExitCode::success;
}

// The statement is signed as it lies: its bytes are what a reader gets back.
Result<Files> sign_statement_file(const std::string& file, const std::string& stem, std::string text, const signature::PrivateKey& key) {
  if (const Result<signature::Statement> statement = signature::parse_statement(file, text); !statement) return statement.failure();
  const Result<signature::Envelope> envelope = signature::sign_statement(key, std::move(text));
  if (!envelope) return envelope.failure();
  return Files{{stem + ".sigstore.json", signature::render_envelope_bundle(*envelope)},
               {stem + ".intoto.jsonl", signature::render_envelope(*envelope)}};
}

Result<Files> sign_artifact(const std::string& file, const signature::PrivateKey& key, Context& context) {
  const Result<artifact::Verified> verified = artifact::verify_artifact(file, context.progress);
  if (!verified) return verified.failure();
  const std::string statement = file + ".provenance.json";
  Result<std::string> text = system::read_file(statement);
  if (!text) return text.failure();
  const Result<signature::Provenance> provenance = signature::parse_provenance(statement, *text);
  if (!provenance) return provenance.failure();
  if (Status status = check_provenance(*provenance, statement, file, *verified); !status) return status.failure();
  const Result<std::string> der = key.sign(verified->sha256);
  if (!der) return der.failure();
  const Result<signature::Envelope> envelope = signature::sign_statement(key, std::move(*text));
  if (!envelope) return envelope.failure();
  return Files{{file + ".sig", signature::encode_base64(*der) + "\n"},
               {file + ".sigstore.json", signature::render_file_bundle(key.public_key(), verified->sha256, *der)},
               {file + ".provenance.sigstore.json", signature::render_envelope_bundle(*envelope)},
               {file + ".intoto.jsonl", signature::render_envelope(*envelope)}};
}

ExitCode run_sign(const SignOptions& options, Context& context) {
  const Result<signature::PrivateKey> key = read_private_key(options.key, context);
  if (!key) return print_failure(context, key.failure());
  std::string start;
  const Status read = system::stream_file(options.file, [&](std::string_view piece) {
    start = piece.substr(0, 1);
    return false;
  });
  if (!read) return print_failure(context, read.failure());
  Result<Files> files = Files{};
  if (start == "{") {
    Result<std::string> text = system::read_file(options.file);
    if (!text) return print_failure(context, text.failure());
    files = sign_statement_file(options.file, options.file, std::move(*text), *key);
  } else {
    files = sign_artifact(options.file, *key, context);
  }
  if (!files) return print_failure(context, files.failure());
  return write_all(*files, context);
}

}  // namespace

void add_sign(commandline::Command app, Action& action) {
  auto options = std::make_shared<SignOptions>();
  const commandline::Command command = app.add_command("sign", "Sign an artifact and its provenance, or a receipt of deploy-gate.");
  command.add_option("FILE", options->file, "an artifact with FILE.provenance.json beside it, or an in-toto statement").required().suggest_files();
  command.add_option("--key", options->key, "private key; its password in TIDEGATE_KEY_PASSWORD").required().suggest_files();
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_sign(*options, context); };
  });
}

}  // namespace tidegate::cli
