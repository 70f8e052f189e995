// SPDX-License-Identifier: Apache-2.0
// `tidegate publish`: artifacts and the files beside them to a store, each version once. `tidegate
// list`: what is there.
#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "build/derived.hpp"
#include "buildpack/cli/signing.hpp"
#include "buildpack/cli/stores.hpp"
#include "signature/envelope.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate::cli {

namespace {

constexpr std::string_view receipt_type = "https://slsa.dev/verification_summary/v1";

struct PublishOptions {
  std::vector<std::string> artifacts{};
  std::string store{};
  std::string key{};                     // public
  std::vector<std::string> receipts{};   // signed
  bool allow_dirty = false;
};

struct Prepared {
  std::string file{};
  artifact::Verified verified{};
  std::vector<store::Sidecar> sidecars{};
  std::vector<store::Sidecar> receipts{};
};

// A receipt of the gate that `key` signed and that names this artifact. Its name in the store has its digest: an artifact
// is deployed many times.
Result<store::Sidecar> read_receipt(const std::string& file, const Prepared& artifact, const signature::PublicKey& key) {
  Result<std::string> text = system::read_file(file);
  if (!text) return text.failure();
  const Result<std::string> payload = signature::verify_statement(key, file, *text);
  if (!payload) return payload.failure();
  const Result<signature::Statement> statement = signature::parse_statement(file, *payload);
  if (!statement) return statement.failure();
  const bool about = std::ranges::any_of(statement->subjects, [&](const auto& subject) {
    return subject.second == artifact.verified.identity;
  });
  if (statement->predicate_type != receipt_type || !about) {
    return Diagnostic{.code = "signature.other-artifact",
                      .where = {.file = file},
                      .message = statement->predicate_type != receipt_type
                                     ? "is a statement, but no receipt: its predicate is " + printable(statement->predicate_type)
                                     : "is the receipt of another deployment: it does not name sha256:" + artifact.verified.identity,
                      .hint = "let deploy-gate write it with --receipt and --artifact-identity, and sign it with `tidegate sign`",
                      .exit = ExitCode::not_verified};
  }
  const std::string name = std::string(file_name(artifact.file)) + ".receipt-" + system::sha256_hex(*text).substr(0, 16) + ".intoto.jsonl";
  return store::Sidecar{.name = name, .bytes = std::move(*text)};
}

// What a receipt is said to tell; none without key or of several artifacts.
Status read_receipts(const PublishOptions& options, const signature::PublicKey* key, std::vector<Prepared>& all) {
  if (options.receipts.empty()) return Done{};
  if (key == nullptr || all.size() != 1) {
    return Diagnostic{.code = "store.bad-receipt",
                      .where = {.file = options.receipts.front()},
                      .message = key == nullptr ? "a receipt is published only if its signature verifies, and there is no --key"
                                                : "a receipt belongs to one artifact, and several are given",
                      .hint = "tidegate publish ARTIFACT --to URL --key FILE.pub --receipt RECEIPT.intoto.jsonl",
                      .exit = ExitCode::usage};
  }
  for (const std::string& file : options.receipts) {
    Result<store::Sidecar> receipt = read_receipt(file, all.front(), *key);
    if (!receipt) return receipt.failure();
    all.front().receipts.push_back(std::move(*receipt));
  }
  return Done{};
}

Result<Prepared> prepare(const std::string& file, const PublishOptions& options,
                         const signature::PublicKey* key, const Context& context) {
  Result<artifact::Verified> verified = artifact::verify_artifact(file, context.progress);
  if (!verified) return verified.failure();
  const artifact::Manifest& manifest = verified->manifest;
  const std::string name =
      store::artifact_file({manifest.name, manifest.version}, verified->compression);
  if (file_name(file) != name) {
    return Diagnostic{
        .code = "store.bad-name",
        .where = {.file = file},
        .message = "has another name than its manifest says: expected `" + printable(name) + "`",
        .hint = "publish the file under the name that build gave it",
        .exit = ExitCode::usage};
  }
  if (manifest.source.dirty && !options.allow_dirty) {
    return Diagnostic{
        .code = "store.dirty",
        .where = {.file = file},
        .message = "was built from files that are not committed: nobody can build it again",
        .hint = "build a commit, or give --allow-dirty",
        .exit = ExitCode::usage};
  }
  if (const std::vector<std::string> fields = missing_identity(manifest); !fields.empty()) {
    return Diagnostic{
        .code = "service.missing-manifest",
        .where = {.file = file},
        .message = "was built without " + join(fields, " and ") + " in tidegate.yaml: nobody answers for what it deploys",
        .hint = "write service and owner into tidegate.yaml (`tidegate init --service NAME --owner TEAM` makes one), and build again",
        .exit = ExitCode::usage};
  }
  Result<std::vector<store::Sidecar>> sidecars = read_sidecars(file, *verified, key);
  if (!sidecars) return sidecars.failure();
  return Prepared{.file = file, .verified = std::move(*verified), .sidecars = std::move(*sidecars)};
}

Result<store::Published> publish_one(const Prepared& one, store::Store& store,
                                     const signature::PublicKey* key, const Context& context) {
  const artifact::Manifest& manifest = one.verified.manifest;
  const store::Release release{.at = {manifest.name, manifest.version},
                               .identity = one.verified.identity,
                               .sha256 = one.verified.sha256,
                               .size = one.verified.size,
                               .commit = manifest.source.commit,
                               .tool = manifest.tool_version,
                               .manifest = artifact::render_manifest(manifest),
                               .compression = one.verified.compression};
  const Result<system::HttpBody> content = system::file_body(one.file);
  if (!content) return content.failure();
  Result<store::Published> published =
      store::publish(store, release, store::counted_body(*content, "publishing", context.progress),
                     one.sidecars, sidecar_judge(one.file, one.verified, key));
  if (!published) return published;
  for (const store::Sidecar& receipt : one.receipts) {
    if (Status status = store::attach(store, release, published->stored, receipt); !status) return status.failure();
  }
  return published;
}

// Everything is verified before the first byte is sent.
ExitCode run_publish(const PublishOptions& options, Context& context) {
  const Result<store::Address> address = store::parse_address(options.store);
  if (!address) return print_failure(context, address.failure());
  std::optional<signature::PublicKey> key;
  if (!options.key.empty()) {
    const Result<signature::PublicKey> read = read_public_key(options.key);
    if (!read) return print_failure(context, read.failure());
    key = *read;
  }
  std::vector<Prepared> all;
  for (const std::string& file : options.artifacts) {
    Result<Prepared> one = prepare(file, options, key ? &*key : nullptr, context);
    if (!one) return print_failure(context, one.failure());
    all.push_back(std::move(*one));
  }
  if (Status status = read_receipts(options, key ? &*key : nullptr, all); !status)
    return print_failure(context, status.failure());
  const Result<std::unique_ptr<OpenedStore>> opened = OpenedStore::open(*address, context);
  if (!opened) return print_failure(context, opened.failure());
  for (const Prepared& one : all) {
    const Result<store::Published> published = publish_one(one, ***opened, key ? &*key : nullptr, context);
    if (!published) return print_failure(context, published.failure());
    context.terminal.out(
        (published->created ? "published          " : "already published  ") +
        store::render_release_address(*address, published->stored.at, published->stored.identity) +
        "\n");
    if (!one.receipts.empty()) context.terminal.err(counted(one.receipts.size(), "receipt") + " beside it\n");
  }
  return ExitCode::success;
}

ExitCode run_list(const std::string& url, Context& context) {
  const Result<store::Address> address = store::parse_address(url);
  if (!address) return print_failure(context, address.failure());
  const Result<std::unique_ptr<OpenedStore>> opened = OpenedStore::open(*address, context);
  if (!opened) return print_failure(context, opened.failure());
  const Result<std::vector<store::Stored>> all = (**opened)->list();
  if (!all) return print_failure(context, all.failure());
  std::size_t names = 0, versions = 0;
  for (const store::Stored& one : *all) {
    names = std::max(names, one.at.name.size());
    versions = std::max(versions, one.at.version.size());
  }
  for (const store::Stored& one : *all) {
    const auto padded = [](const std::string& text, std::size_t width) {
      return printable(text) + std::string(width - text.size() + 2, ' ');
    };
    context.terminal.out(padded(one.at.name, names) + padded(one.at.version, versions) +
                         (one.identity.empty() ? "-" : "sha256:" + printable(one.identity)) + "  " +
                         counted(one.size, "byte") + "\n");
  }
  context.terminal.err(counted(all->size(), "release") + " in " + printable(address->shown) + "\n");
  return ExitCode::success;
}

}  // namespace

void add_publish(commandline::Command app, Action& action) {
  auto options = std::make_shared<PublishOptions>();
  const commandline::Command command = app.add_command(
      "publish", "Put artifacts, and the files beside them, into a store; a version once.");
  command.add_option("ARTIFACT", options->artifacts, "files that build wrote").required().suggest_files();
  command.add_option("--to", options->store, "address of the store").required().suggest_folders();
  command.add_option("--key", options->key,
                     "public key: signature and provenance must be there and verify").suggest_files();
  command.add_option("--receipt", options->receipts, "signed receipt of a deployment, to put beside it; repeatable; with --key")
      .one_word_each().suggest_files();
  command.add_flag("--allow-dirty", options->allow_dirty,
                   "publish what was built with --worktree from changed files, too");
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_publish(*options, context); };
  });
}

void add_list(commandline::Command app, Action& action) {
  auto url = std::make_shared<std::string>();
  const commandline::Command command = app.add_command("list", "Say what is published in a store.");
  command.add_option("URL", *url, "address of a store, or of one name in it").required().suggest_folders();
  command.when_chosen(
      [url, &action] { action = [url](Context& context) { return run_list(*url, context); }; });
}

}  // namespace tidegate::cli
