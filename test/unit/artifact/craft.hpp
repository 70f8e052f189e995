// SPDX-License-Identifier: Apache-2.0
// Archives for tests: good ones, and ones with exactly one rule broken.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "artifact/archive.hpp"
#include "artifact/bytes.hpp"
#include "artifact/gzip.hpp"
#include "artifact/tar.hpp"
#include "artifact/verify.hpp"
#include "support/shared.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate::artifact::craft {

// Gives its bytes one at a time: every state of the reader meets the end of its input.
class Drip final : public ByteSource {
 public:
  explicit Drip(std::string_view bytes) : rest_(bytes) {}
  Result<std::size_t> read(char* out, std::size_t) override {
    if (rest_.empty()) return std::size_t{0};
    *out = rest_.front();
    rest_.remove_prefix(1);
    return std::size_t{1};
  }

 private:
  std::string_view rest_;
};

inline Manifest sample_manifest() {
  Manifest manifest;
  manifest.name = "orders";
  manifest.version = "1.2.0-g0123456789ab";
  manifest.flavour = "adf_databricks";
  manifest.owner = "sales";
  manifest.domain = "retail";
  manifest.source.kind = "git";
  manifest.source.commit = "0123456789abcdef0123456789abcdef01234567";
  manifest.tool_version = "0.1.0";
  manifest.inputs = {{.name = "tool", .digest = "0.1.0"}, {.name = "source", .digest = "abc"}};
  manifest.parameters = {{.name = "region", .type = "string", .description = "where"}};
  manifest.required_version = ">= 1.6";
  manifest.providers = {{.name = "azurerm", .source = "hashicorp/azurerm", .constraint = "~> 4.0"}};
  manifest.resource_types = {"azurerm_data_factory"};
  manifest.contract_outputs = {"contract/orders.json"};
  return manifest;
}

inline std::vector<PackFile> sample_files() {
  return {
      {.path = "terraform/main.tf.json", .bytes = "{\"terraform\": {}}\n"},
      {.path = "contract/orders.json", .bytes = "{}\n"},
      {.path = "files/jars/app.jar", .origin = "libs/app.jar", .bytes = std::string("PK\3\4\0binary", 11)},
      {.path = "files/notebooks/" + std::string(100, 'n') + ".py", .origin = "notebooks/long.py", .bytes = std::string(512, 'x')},
      {.path = "files/config/run.sh", .origin = "config/run.sh", .executable = true, .bytes = "echo\n"},
      {.path = "source/adf/pipeline/Grüße.json", .origin = "adf/pipeline/Grüße.json", .bytes = ""},
  };
}

inline std::string compress(std::string_view bytes, Compression compression) {
  std::string out;
  const auto writer = make_compressor(compression, [&](std::string_view piece) -> Status {
    out += piece;
    return Done{};
  });
  EXPECT_TRUE(writer->write(bytes).ok());
  EXPECT_TRUE(writer->finish().ok());
  return out;
}

inline std::string gzip(std::string_view bytes) { return compress(bytes, Compression::gzip); }

inline std::string gunzip(std::string_view bytes) {
  MemorySource source(bytes);
  GzipReader reader(source, "x");
  std::string out, piece(4096, '\0');
  for (;;) {
    const Result<std::size_t> got = reader.read(piece.data(), piece.size());
    EXPECT_TRUE(got.ok()) << got.failure().message;
    if (!got || *got == 0) return out;
    out.append(piece, 0, *got);
  }
}

// What write_artifact makes of the sample.
inline std::string sample_archive() {
  const test::TemporaryFolder folder;
  const std::string target = folder.path() + "/a.tar.gz";
  const Result<Packed> packed = write_artifact(target, sample_manifest(), sample_files());
  EXPECT_TRUE(packed.ok()) << (packed.ok() ? "" : render_diagnostic(packed.failure()));
  return *system::read_file(target);
}

// An archive in pieces that a test can change before it is put together.
struct Entry {
  std::string header{};  // one or three blocks
  std::string content{};
  std::string padding{};
};

struct Archive {
  Manifest manifest{};  // entries[0] is rendered from it by `seal`
  std::vector<Entry> entries{};
  std::string end = std::string(tar::end_size, '\0');

  std::string bytes() const {
    std::string out;
    for (const Entry& entry : entries) out += entry.header + entry.content + entry.padding;
    return out + end;
  }
};

inline Entry make_entry(const std::string& path, std::string content, bool executable = false) {
  const std::size_t size = content.size();
  return {.header = tar::render_header({path, size, executable}), .content = std::move(content),
          .padding = std::string(tar::padding(size), '\0')};
}

// Puts the manifest of `archive` into its first entry, with digests that fit.
inline void seal(Archive& archive) {
  archive.manifest.content_digest = content_digest(archive.manifest.files);
  archive.manifest.inputs_digest = inputs_digest(archive.manifest.inputs);
  archive.entries.at(0) = make_entry("META/manifest.json", render_manifest(archive.manifest));
}

// Two files: contract/a.json and files/b.txt.
inline Archive make_archive(const std::string& first = "contract/a.json", const std::string& second = "files/b.txt") {
  Archive archive;
  archive.manifest = sample_manifest();
  archive.manifest.inputs = {};
  archive.manifest.contract_outputs = {};
  archive.entries.resize(1);
  for (const std::string& path : {first, second}) {
    const std::string content = "content of " + path + "\n";
    archive.manifest.files.push_back({.path = path, .size = content.size(), .executable = false,
                                      .sha256 = system::sha256_hex(content), .origin = "generated"});
    archive.entries.push_back(make_entry(path, content));
  }
  seal(archive);
  return archive;
}

// Overwrites bytes of a header block and makes its checksum fit again.
inline void patch(Entry& entry, std::size_t offset, std::string_view bytes, std::size_t block = 0) {
  std::string& header = entry.header;
  const std::size_t start = block * tar::block_size;
  header.replace(start + offset, bytes.size(), bytes);
  header.replace(start + 148, 8, "        ");
  unsigned sum = 0;
  for (std::size_t i = start; i < start + tar::block_size; ++i) sum += static_cast<unsigned char>(header[i]);
  for (std::size_t i = 6; i > 0; --i, sum >>= 3U) header[start + 148 + i - 1] = static_cast<char>('0' + static_cast<int>(sum & 7U));
  header[start + 154] = '\0';
}

inline Result<Verified> verify_bytes(std::string_view tar_bytes) {
  MemorySource source(tar_bytes);
  return verify_tar(source, "a.tar.gz", nullptr);
}

inline Result<Verified> verify_file_bytes(std::string_view bytes) {
  MemorySource source(bytes);
  return verify_stream(source, "a.tar.gz", nullptr);
}

}  // namespace tidegate::artifact::craft
