// SPDX-License-Identifier: Apache-2.0
// `tidegate publish`: artifacts and the files beside them to a store, each version once. `tidegate
// list`: what is there.
#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "buildpack/cli/signing.hpp"
#include "buildpack/cli/stores.hpp"

namespace tidegate::cli {

namespace {

struct PublishOptions {
  std::vector<std::string> artifacts{};
  std::string store{};
  std::string key{};                 // public
  bool allow_dirty = false;
};

struct Prepared {
  std::string file{};
  artifact::Verified verified{};
  std::vector<store::Sidecar> sidecars{};
};

Result<Prepared> prepare(const std::string& file, const PublishOptions& options,
                         const signature::PublicKey* key) {
  Result<artifact::Verified> verified = artifact::verify_artifact(file);
  if (!verified) return verified.failure();
  const artifact::Manifest& manifest = verified->manifest;
  const std::string name = store::artifact_file({manifest.name, manifest.version});
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
  Result<std::vector<store::Sidecar>> sidecars = read_sidecars(file, *verified, key);
  if (!sidecars) return sidecars.failure();
  return Prepared{.file = file, .verified = std::move(*verified), .sidecars = std::move(*sidecars)};
}

Result<store::Published> publish_one(const Prepared& one, store::Store& store,
                                     const signature::PublicKey* key) {
  const artifact::Manifest& manifest = one.verified.manifest;
  const store::Release release{.at = {manifest.name, manifest.version},
                               .identity = one.verified.identity,
                               .sha256 = one.verified.sha256,
                               .size = one.verified.size,
                               .commit = manifest.source.commit,
                               .tool = manifest.tool_version,
                               .manifest = artifact::render_manifest(manifest)};
  const Result<system::HttpBody> content = system::file_body(one.file);
  if (!content) return content.failure();
  return store::publish(store, release, *content, one.sidecars,
                        sidecar_judge(one.file, one.verified, key));
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
    Result<Prepared> one = prepare(file, options, key ? &*key : nullptr);
    if (!one) return print_failure(context, one.failure());
    all.push_back(std::move(*one));
  }
  const Result<std::unique_ptr<OpenedStore>> opened = OpenedStore::open(*address, context);
  if (!opened) return print_failure(context, opened.failure());
  for (const Prepared& one : all) {
    const Result<store::Published> published = publish_one(one, ***opened, key ? &*key : nullptr);
    if (!published) return print_failure(context, published.failure());
    context.terminal.out(
        (published->created ? "published          " : "already published  ") +
        store::render_release_address(*address, published->stored.at, published->stored.identity) +
        "\n");
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
  command.add_option("ARTIFACT", options->artifacts, "files that build wrote").required();
  command.add_option("--to", options->store, "address of the store").required();
  command.add_option("--key", options->key,
                     "public key: signature and provenance must be there and verify");
  command.add_flag("--allow-dirty", options->allow_dirty,
                   "publish what was built with --worktree from changed files, too");
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_publish(*options, context); };
  });
}

void add_list(commandline::Command app, Action& action) {
  auto url = std::make_shared<std::string>();
  const commandline::Command command = app.add_command("list", "Say what is published in a store.");
  command.add_option("URL", *url, "address of a store, or of one name in it").required();
  command.when_chosen(
      [url, &action] { action = [url](Context& context) { return run_list(*url, context); }; });
}

}  // namespace tidegate::cli
