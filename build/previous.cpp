// SPDX-License-Identifier: Apache-2.0
#include "build/previous.hpp"

#include "artifact/bytes.hpp"
#include "artifact/verify.hpp"
#include "base/text.hpp"
#include "document/parse.hpp"
#include "system/file_sink.hpp"

namespace tidegate {

namespace {

// Keeps one file of an artifact.
class OneFile final : public artifact::EntrySink {
 public:
  explicit OneFile(std::string_view path) : path_(path) {}
  Status begin(std::string_view path, bool) override {
    wanted_ = path == path_;
    found_ = found_ || wanted_;
    return Done{};
  }
  Status put(std::string_view bytes) override {
    if (wanted_) text_ += bytes;
    return Done{};
  }
  Status end() override { return Done{}; }
  bool found() const { return found_; }
  std::string take() { return std::move(text_); }

 private:
  std::string path_;
  std::string text_{};
  bool wanted_ = false, found_ = false;
};

}  // namespace

void compare_with_the_last_release(const flavours::adf_databricks::Service& service,
                                   const BuildOptions& options, cli::Context& context,
                                   Diagnostics& diagnostics) {
  if (options.update_contract) return;
  document::DocumentPtr baseline = service.lock;
  if (!options.previous.empty()) {
    artifact::FileSource bytes;
    if (Status status = bytes.open(options.previous); !status) return diagnostics.add(status.failure());
    OneFile sink(lock_file);
    const Result<artifact::Verified> verified = artifact::verify_stream(bytes, options.previous, &sink);
    if (!verified) return diagnostics.add(verified.failure());
    if (verified->manifest.name != service.manifest.service) {
      diagnostics.error("service.lock-invalid", {.file = options.previous},
                        "is an artifact of the service \"" + printable(verified->manifest.name) + "\", not of \"" +
                            service.manifest.service + "\"",
                        "name the last release of this service");
      return;
    }
    if (!sink.found()) {
      context.terminal.err("contract " + printable(options.previous) + " promises no dataset\n");
      return;
    }
    Result<document::DocumentPtr> parsed = document::parse_json(options.previous + ":" + lock_file, sink.take());
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
