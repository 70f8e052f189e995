// SPDX-License-Identifier: Apache-2.0
#include "build/previous.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "artifact/compare.hpp"
#include "artifact/verify.hpp"
#include "base/text.hpp"
#include "document/parse.hpp"
#include "flavours/adf_databricks/place.hpp"
#include "flavours/adf_databricks/retain.hpp"
#include "system/file_sink.hpp"
#include "system/spill.hpp"

namespace tidegate {

namespace {

constexpr std::string_view contract_folder = "contract/";

constexpr std::string_view terraform_folder = "terraform/";

class TextSink final : public artifact::EntrySink {
 public:
  explicit TextSink(Previous& previous) : previous_(previous) {}
  Status begin(std::string_view path, bool) override {
    text_ = nullptr;
    if (path.starts_with(contract_folder)) text_ = &previous_.contracts[std::string(path)];
    if (!path.starts_with(terraform_folder)) return Done{};
    path.remove_prefix(terraform_folder.size());
    const auto is_it = [path](const flavours::adf_databricks::UploadKind& kind) { return path == kind.terraform_file; };
    if (std::ranges::any_of(flavours::adf_databricks::upload_kinds, is_it)) text_ = &previous_.uploads[std::string(path)];
    return Done{};
  }
  Status put(std::string_view bytes) override {
    if (text_ != nullptr) *text_ += bytes;
    return Done{};
  }
  Status end() override { return Done{}; }

 private:
  Previous& previous_;
  std::string* text_ = nullptr;
};

// Bytes of the files that are asked for; larger ones wait on disk.
class FileKeeper final : public artifact::EntrySink {
 public:
  static constexpr std::size_t in_memory = std::size_t{64} << 10U;

  explicit FileKeeper(const std::vector<flavours::adf_databricks::Retained>& wanted) {
    for (const auto& one : wanted) files_[one.before] = std::make_shared<system::Spill>(in_memory);
  }
  Status begin(std::string_view path, bool) override {
    const auto found = files_.find(std::string(path));
    file_ = found == files_.end() ? nullptr : found->second.get();
    return Done{};
  }
  Status put(std::string_view bytes) override { return file_ != nullptr ? file_->put(bytes) : Status(Done{}); }
  Status end() override { return Done{}; }

  std::shared_ptr<const system::Spill> file(const std::string& path) const { return files_.at(path); }

 private:
  std::map<std::string, std::shared_ptr<system::Spill>> files_{};
  system::Spill* file_ = nullptr;
};

}  // namespace

Result<Previous> read_previous(const std::string& file, cli::Context& context) {
  Previous previous{.file = file};
  TextSink sink(previous);
  Result<artifact::Verified> verified =
      artifact::verify_file(file, &sink, context.progress, "verifying");
  if (!verified) return verified.failure();
  previous.verified = std::move(*verified);
  return previous;
}

Status check_reproduced(const Previous& previous, const artifact::Packed& packed) {
  const artifact::Manifest& before = previous.verified.manifest;
  if (before.inputs_digest != packed.manifest.inputs_digest) return Done{};
  if (previous.verified.identity == packed.identity) return Done{};
  const std::vector<std::string> paths = artifact::differing_paths(before, packed.manifest);
  std::string names;
  for (std::size_t i = 0; i < paths.size() && i < artifact::max_places; ++i) {
    names += (i > 0 ? ", " : "") + printable(paths[i]);
  }
  return Diagnostic{.code = "build.not-reproducible",
                    .where = {.file = previous.file},
                    .message = "was built from the same inputs, but has the identity sha256:" +
                               previous.verified.identity + ", not sha256:" + packed.identity + "; " +
                               (paths.empty() ? std::string("only the manifest differs")
                                              : counted(paths.size(), "file") + " differ: " + names),
                    .hint = "one of the two was not built by an unchanged release of tidegate: compare them with "
                            "`tidegate diff`, deploy neither"};
}

std::string explain_rebuild(const Previous& previous, const artifact::Packed& packed) {
  const auto changes = artifact::compare_inputs(previous.verified.manifest, packed.manifest);
  if (changes.empty()) return "rebuilt  nothing changed since " + printable(previous.file) + ": same identity\n";
  std::string lines;
  for (const artifact::InputChange& change : changes) {
    lines += (lines.empty() ? "rebuilt  " : "         ") + artifact::describe(change) + "\n";
  }
  return lines;
}

void compare_with_the_last_release(const flavours::adf_databricks::Service& service,
                                   const Previous* previous, cli::Context& context,
                                   Diagnostics& diagnostics) {
  document::DocumentPtr baseline = service.lock;
  if (previous != nullptr) {
    const std::string& name = previous->verified.manifest.name;
    if (name != service.manifest.service) {
      diagnostics.error("service.lock-invalid", {.file = previous->file},
                        "is an artifact of the service \"" + printable(name) + "\", not of \"" +
                            service.manifest.service + "\"",
                        "name the last release of this service");
      return;
    }
    const auto lock = previous->contracts.find(lock_file);
    if (lock == previous->contracts.end()) {
      context.terminal.err("contract " + printable(previous->file) + " promises no dataset\n");
      return;
    }
    Result<document::DocumentPtr> parsed = document::parse_json(previous->file + ":" + lock_file, lock->second);
    if (!parsed) return diagnostics.add(parsed.failure());
    baseline = std::move(*parsed);
  }
  if (baseline) service::compare_contracts(baseline, service.manifest, service.schemas, diagnostics);
}

Status retain_the_last_release(flavours::adf_databricks::Service& service, const Previous* previous,
                               cli::Context& context, Diagnostics& diagnostics) {
  if (previous == nullptr) {
    if (service.manifest.retain > 0) {
      diagnostics.note("service.nothing-retained",
                       {.file = service.manifest.file.empty() ? std::string(".") : service.manifest.file},
                       "placement.retain is 1, and no release before is named: nothing is retained",
                       "unless it is the first release, name the artifact that is deployed now: --previous ARTIFACT");
    }
    return Done{};
  }
  flavours::adf_databricks::ReleaseBefore before{.file = previous->file, .terraform = previous->uploads};
  for (const artifact::ManifestFile& one : previous->verified.manifest.files) before.digests[one.path] = one.sha256;
  retain_release(service, before, diagnostics);
  if (service.retained.empty()) return Done{};
  FileKeeper keeper(service.retained);
  const Result<artifact::Verified> verified =
      artifact::verify_file(previous->file, &keeper, context.progress, "retaining");
  if (!verified) return verified.failure();
  for (flavours::adf_databricks::Retained& one : service.retained) {
    one.stream = [file = keeper.file(one.before)](const std::function<Status(std::string_view)>& sink) {
      Status status = Done{};
      const Status streamed = file->stream([&](std::string_view piece) {
        if (status) status = sink(piece);
      });
      return streamed ? status : streamed;
    };
  }
  return Done{};
}

Status update_the_lock(const flavours::adf_databricks::Service& service,
                       const BuildOptions& options, cli::Context& context) {
  const std::string folder = join_path(options.directory, options.path);
  const std::string target = join_path(folder, lock_file);
  const std::string text = service::render_lock(service.manifest, service.schemas);
  const Result<std::string> before = system::read_file(target);
  if (before && *before == text) return Done{};
  if (Status status = system::make_folders(join_path(folder, "contract")); !status) return status;
  if (Status status = system::write_file(target, text); !status) return status;
  context.terminal.err("contract wrote " + printable(target) + "; commit it with the change\n");
  return Done{};
}

}  // namespace tidegate
