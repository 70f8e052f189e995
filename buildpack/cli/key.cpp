// SPDX-License-Identifier: Apache-2.0
// `tidegate key`: makes a pair of keys, prints the public half. A key is never printed, never overwritten.
#include <memory>

#include "base/text.hpp"
#include "buildpack/cli/signing.hpp"
#include "system/file_sink.hpp"

namespace tidegate::cli {

namespace {

Status write_new(const std::string& file, const std::string& text, unsigned mode) {
  const Result<bool> made = system::create_file(file, text, mode);
  if (!made) return made.failure();
  if (*made) return Done{};
  return Diagnostic{.code = "signature.key-exists",
                    .where = {.file = file},
                    .message = "is there already, and keys are never overwritten",
                    .hint = "choose another name, or move the old key away",
                    .exit = ExitCode::usage};
}

ExitCode run_generate(const std::string& file, Context& context) {
  const std::string password = context.environment.get("TIDEGATE_KEY_PASSWORD").value_or("");
  const Result<signature::PrivateKey> key = signature::PrivateKey::generate();
  if (!key) return print_failure(context, key.failure());
  const Result<std::string> pem = key->render(password);
  if (!pem) return print_failure(context, pem.failure());
  if (Status status = write_new(file, *pem, 0600); !status) return print_failure(context, status.failure());
  if (Status status = write_new(file + ".pub", key->public_key().render(), 0644); !status) return print_failure(context, status.failure());
  if (password.empty()) {
    context.terminal.err("the key is not encrypted: TIDEGATE_KEY_PASSWORD is not set\n");
  }
  context.terminal.out("private " + printable(file) + "\npublic  " + printable(file) + ".pub\nhint    " + key->public_key().hint() + "\n");
  return ExitCode::success;
}

ExitCode run_public(const std::string& file, Context& context) {
  const Result<signature::PrivateKey> key = read_private_key(file, context);
  if (!key) return print_failure(context, key.failure());
  context.terminal.out(key->public_key().render());
  return ExitCode::success;
}

}  // namespace

void add_key(commandline::Command app, Action& action) {
  auto file = std::make_shared<std::string>();
  const commandline::Command command = app.add_command("key", "Keys that sign artifacts: ECDSA P-256, PEM.");
  command.require_command();
  const commandline::Command generate = command.add_command("generate", "Make a pair: FILE (mode 0600) and FILE.pub.");
  generate.add_option("FILE", *file, "name of the private key; encrypted with TIDEGATE_KEY_PASSWORD if that is set").required().suggest_files();
  generate.when_chosen([file, &action] { action = [file](Context& context) { return run_generate(*file, context); }; });
  const commandline::Command print = command.add_command("public", "Print the public key of a private one.");
  print.add_option("FILE", *file, "the private key").required().suggest_files();
  print.when_chosen([file, &action] { action = [file](Context& context) { return run_public(*file, context); }; });
}

}  // namespace tidegate::cli
