// SPDX-License-Identifier: Apache-2.0
#include "build/previous.hpp"

#include "artifact/compare.hpp"
#include "artifact/verify.hpp"
#include "base/text.hpp"
#include "document/parse.hpp"
#include "system/file_sink.hpp"

namespace tidegate {

namespace {

constexpr std::string_view contract_folder = "contract/";

class ContractSink final : public artifact::EntrySink {
 public:
  explicit ContractSink(std::map<std::string, std::string>& contracts) : contracts_(contracts) {}
  Status begin(std::string_view path, bool) override {
    text_ = path.starts_with(contract_folder) ? &contracts_[std::string(path)] : nullptr;
    return Done{};
  }
  Status put(std::string_view bytes) override {
    if (text_ != nullptr) *text_ += bytes;
    return Done{};
  }
  Status end() override { return Done{}; }

 private:
  std::map<std::string, std::string>& contracts_;
  std::string* text_ = nullptr;
};

}  // namespace

Result<Previous> read_previous(const std::string& file) {
  Previous previous{.file = file};
  artifact::FileSource source;
  if (Status status = source.open(file); !status) return status.failure();
  ContractSink sink(previous.contracts);
  Result<artifact::Verified> verified = artifact::verify_stream(source, file, &sink);
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
