// SPDX-License-Identifier: Apache-2.0
#include "store/pull.hpp"

#include <algorithm>
#include <cstdlib>

#include "artifact/beside.hpp"
#include "artifact/verify.hpp"
#include "base/text.hpp"
#include "store/asked.hpp"
#include "system/file_sink.hpp"

namespace tidegate::store {
namespace {

class FileBodySink final : public system::BodySink {
 public:
  FileBodySink(std::string target, system::Progress* progress)
      : target_(std::move(target)), progress_(progress) {}
  Status begin(const system::HttpResponse& head) override {
    const auto length = head.header("Content-Length");
    work_.reset();  // ends, before the next one begins
    const std::uint64_t size = std::strtoull(std::string(length.value_or("")).c_str(), nullptr, 10);
    work_ = std::make_unique<system::Work>(progress_, "pulling", size);
    file = std::make_unique<system::AtomicFile>();  // whatever came before is gone
    return file->open(target_);
  }
  Status write(std::string_view piece) override {
    work_->add(piece.size());
    return file->write(piece);
  }
  void end() { work_.reset(); }
  std::unique_ptr<system::AtomicFile> file{};

 private:
  std::string target_;
  system::Progress* progress_;
  std::unique_ptr<system::Work> work_{};
};

// A name of a sidecar is a name beside the artifact, and nothing else.
bool is_sidecar_name(const std::string& name, const std::string& file) {
  return name.size() > file.size() + 1 && name.starts_with(file + ".") &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-", file.size()) ==
             std::string::npos;
}

Status pull_sidecars(Store& store, const Stored& stored, const std::string& folder,
                     const std::string& sha256, artifact::FilesBeside& beside) {
  const Result<std::vector<std::string>> names = store.list_sidecars(stored.at, sha256);
  if (!names) return names.failure();
  for (const std::string& name : *names) {
    if (!is_sidecar_name(name, artifact_file(stored.at, stored.compression))) continue;
    const auto bytes = store.read_sidecar(stored.at, sha256, name);
    if (!bytes) return bytes.failure();
    if (!*bytes) continue;
    if (Status status = beside.add(join_path(folder, name), **bytes); !status) return status;
  }
  return Done{};
}

Result<artifact::Verified> verify_pulled(const std::string& path, const std::string& file,
                                         system::Progress* progress) {
  artifact::FileSource source;
  if (Status status = source.open(path); !status) return status.failure();
  const system::Work work(progress, "verifying", source.size());
  artifact::CountedSource counted(source, work);
  return artifact::verify_stream(counted, file, nullptr);
}

Result<Pulled> pull_one(Store& store, const Stored& stored, const std::string& identity,
                        const std::string& folder, system::Progress* progress) {
  const std::string file = artifact_file(stored.at, stored.compression);
  Pulled pulled{.file = join_path(folder, file)};
  FileBodySink sink(pulled.file, progress);
  const Result<bool> found = store.read_artifact(stored, all_bytes, sink);
  sink.end();
  if (!found) return found.failure();
  if (!*found || !sink.file) return not_published(stored.at);
  Result<artifact::Verified> verified =
      verify_pulled(sink.file->readable_path(), file, progress);
  if (!verified) return verified.failure();
  pulled.verified = std::move(*verified);
  if (Status status = check_name(pulled.verified.manifest, stored.at); !status)
    return status.failure();
  if (Status status = check_identity(stored.at, identity, pulled.verified.identity); !status)
    return status.failure();
  const std::string& sha256 = pulled.verified.sha256;
  artifact::FilesBeside beside(pulled.file);
  if (Status status = pull_sidecars(store, stored, folder, sha256, beside); !status)
    return status.failure();
  if (Status status = beside.commit(sha256); !status) return status.failure();
  if (Status status = sink.file->commit(); !status) return status.failure();
  pulled.sidecars = beside.paths();
  return pulled;
}

}  // namespace

Result<Pulled> pull(Store& store, const Coordinates& at, const std::string& identity,
                    const std::string& folder, system::Progress* progress) {
  Result<std::vector<Stored>> found = store.find(at);
  if (!found) return found.failure();
  const Result<std::vector<Stored>> chosen = choose(std::move(*found), at, identity);
  if (!chosen) return chosen.failure();
  Result<Pulled> pulled = pull_one(store, chosen->front(), identity, folder, progress);
  const bool other = !pulled && pulled.failure().code == "artifact.other-identity";
  if (!other || chosen->size() == 1) return pulled;
  return pull_one(store, chosen->back(), identity, folder, progress);
}

}  // namespace tidegate::store
