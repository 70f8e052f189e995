// SPDX-License-Identifier: Apache-2.0
// A store in memory that fails where it is told to.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "artifact/archive.hpp"
#include "store/objects.hpp"
#include "store/publish.hpp"
#include "support/shared.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate::store {

struct Kept {
  std::string bytes{};
  Facts facts{};
};
struct Shelf {  // what several clients share
  std::map<std::string, Kept> objects{};
  bool keeps_facts = true;
  bool knows_parts = true;
  std::size_t piece = 16384;  // what is given to a sink at once
  std::uint64_t sent = 0;     // bytes that sinks were given
};

enum class Mishap { none, lost_request, lost_answer };

// `before` is called with the name of each operation and decides what happens to it.
class MemoryObjects final : public Objects {
 public:
  using Before = std::function<Mishap(const std::string& what)>;
  MemoryObjects(Shelf& shelf, Before before) : shelf_(shelf), before_(std::move(before)) {}

  Result<std::optional<ObjectInfo>> head(const std::string& key) override {
    if (before_("head") != Mishap::none) return lost();
    const auto found = shelf_.objects.find(key);
    if (found == shelf_.objects.end()) return std::optional<ObjectInfo>();
    return std::optional<ObjectInfo>(info_of(key, found->second));
  }
  Result<bool> create(const std::string& key, const NewObject& object) override {
    Result<std::string> bytes = read_all(object.body);
    if (!bytes) return bytes.failure();
    const Mishap mishap = before_("create " + key);
    if (mishap == Mishap::lost_request) return lost();
    const bool fresh =
        shelf_.objects
            .try_emplace(key, Kept{std::move(*bytes), shelf_.keeps_facts ? object.facts : Facts{}})
            .second;
    if (mishap == Mishap::lost_answer) return lost();
    return fresh;
  }
  Result<bool> read(const std::string& key, const Part& part, system::BodySink& sink) override {
    if (before_("read") != Mishap::none) return lost();
    const auto found = shelf_.objects.find(key);
    if (found == shelf_.objects.end()) return false;
    std::string_view bytes = found->second.bytes;
    system::HttpResponse head{.status = 200};
    if (shelf_.knows_parts && !part.is_whole()) {
      if (part.begin >= bytes.size()) return true;
      bytes = bytes.substr(part.begin, part.size);
      head.status = 206;
      head.headers = {{"Content-Range", "bytes " + std::to_string(part.begin) + "-" +
                                            std::to_string(part.begin + bytes.size() - 1) + "/*"}};
    }
    if (Status status = sink.begin(head); !status) return status.failure();
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), shelf_.piece))) {
      const std::string_view piece = bytes.substr(0, shelf_.piece);
      shelf_.sent += piece.size();
      if (Status status = sink.write(piece); !status) return status.failure();
    }
    return true;
  }
  Result<std::vector<ObjectInfo>> list(const std::string& prefix) override {
    if (before_("list") != Mishap::none) return lost();
    std::vector<ObjectInfo> all;
    for (const auto& one : shelf_.objects) {
      if (one.first.starts_with(prefix)) all.push_back(info_of(one.first, one.second));
    }
    return all;
  }

  static Result<std::string> read_all(const system::HttpBody& body) {
    auto source = body.open();
    if (!source) return source.failure();
    std::string all;
    std::array<char, 100> piece{};
    for (;;) {
      const Result<std::size_t> got = (*source)->read(piece);
      if (!got) return got.failure();
      if (*got == 0) return all;
      all.append(piece.data(), *got);
    }
  }

 private:
  static ObjectInfo info_of(const std::string& key, const Kept& kept) {
    return {.key = key, .size = kept.bytes.size(), .facts = kept.facts};
  }
  static Diagnostic lost() {
    return {.code = "system.http-failed",
            .message = "gives no whole answer",
            .exit = ExitCode::store_failed};
  }
  Shelf& shelf_;
  Before before_;
};

struct Sample {  // an artifact, ready to be published
  Release release{};
  std::string bytes{};
  std::vector<Sidecar> sidecars{};
};

inline artifact::Manifest sample_manifest() {
  artifact::Manifest manifest{.name = "orders", .version = "1.2.0", .flavour = "adf_databricks"};
  manifest.source.kind = "git";
  manifest.source.commit = std::string(40, 'a');
  manifest.source.tree = std::string(40, 'b');
  manifest.tool_version = "0.1.0";
  manifest.tool_commit = "unknown";
  return manifest;
}

// orders 1.2.0 with this content.
inline Sample make_sample(const std::string& content,
                          artifact::Compression compression = artifact::Compression::gzip) {
  const test::TemporaryFolder folder;
  const std::string name = artifact_file({"orders", "1.2.0"}, compression);
  const std::string file = folder.path() + "/" + name;
  const Result<artifact::Packed> packed =
      artifact::write_artifact(file, sample_manifest(), {{.path = "files/config/a.txt", .bytes = content}},
                               {.compression = compression});
  EXPECT_TRUE(packed.ok()) << (packed.ok() ? "" : render_diagnostic(packed.failure()));
  if (!packed) return {};
  Sample sample{.release = {.at = {"orders", "1.2.0"},
                            .identity = packed->identity,
                            .sha256 = packed->sha256,
                            .size = packed->size,
                            .commit = packed->manifest.source.commit,
                            .tool = packed->manifest.tool_version,
                            .manifest = artifact::render_manifest(packed->manifest),
                            .compression = compression},
                .bytes = *system::read_file(file)};
  for (const char* suffix : {".cdx.json", ".provenance.json", ".sigstore.json"}) {
    sample.sidecars.push_back(
        {name + std::string(suffix), packed->sha256 + suffix});
  }
  return sample;
}

// Accepts what tells of the artifact: the sidecars of make_sample, however they go on.
inline Judge judge_of(const Sample& sample) {
  return [&sample](const std::string&, const std::string& bytes) -> Status {
    if (bytes.starts_with(sample.release.sha256)) return Done{};
    return Diagnostic{.code = "signature.other-artifact", .message = "tells of another artifact"};
  };
}

}  // namespace tidegate::store
