// SPDX-License-Identifier: Apache-2.0
// Two passes over the files: the first hashes, because the manifest is the first entry and names every
// digest; the second writes, and hashes again, so that a file that changed in between is noticed.
// Neither keeps a file in memory.
#include <algorithm>
#include <array>
#include <tuple>

#include "artifact/archive.hpp"
#include "artifact/gzip.hpp"
#include "artifact/path.hpp"
#include "artifact/tar.hpp"
#include "base/text.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate::artifact {

namespace {

using Piece = std::function<Status(std::string_view)>;

Status stream_content(const PackFile& file, const Piece& sink) {
  return file.stream ? file.stream(sink) : sink(file.bytes);
}

std::string source_name(const PackFile& file) { return file.origin == "generated" ? file.path : file.origin; }

Diagnostic too_large(const PackFile& file) {
  return {.code = "artifact.file-too-large",
          .where = {.file = source_name(file)},
          .message = "the file has 8 GiB or more; a file of an artifact is smaller",
          .hint = "publish it elsewhere and refer to it, or split it",
          .exit = ExitCode::build_failed};
}

Diagnostic changed(const PackFile& file) {
  return {.code = "artifact.changed-while-packing",
          .where = {.file = source_name(file)},
          .message = "the file changed between hashing and writing",
          .hint = "build again while nothing writes to the folder, or build from a commit",
          .exit = ExitCode::build_failed};
}

// Files that are compressed already: deflate would cost time and gain nothing.
bool is_compressed(std::string_view path) {
  constexpr std::array<std::string_view, 5> suffixes = {".jar", ".whl", ".zip", ".gz", ".parquet"};
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&](std::string_view suffix) { return ends_with_ignoring_case(path, suffix); });
}

Status check_files(const std::vector<PackFile>& files) {
  std::vector<std::string_view> paths = {manifest_path};
  for (const PackFile& file : files) {
    if (Status status = check_entry_path(file.path); !status) return status;
    paths.push_back(file.path);
  }
  return check_collisions(paths);
}

Result<ManifestFile> hash_file(const PackFile& file) {
  ManifestFile entry{.path = file.path, .size = 0, .executable = file.executable, .sha256 = {}, .origin = file.origin};
  system::Sha256 digest;
  const Status status = stream_content(file, [&](std::string_view bytes) -> Status {
    if (bytes.size() > tar::max_file_size - entry.size) return too_large(file);
    entry.size += bytes.size();
    digest.update(bytes);
    return Done{};
  });
  if (!status) return status.failure();
  entry.sha256 = digest.finish_hex();
  return entry;
}

// The lists whose order means nothing get one order.
void sort_lists(Manifest& manifest) {
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(manifest.inputs.begin(), manifest.inputs.end(), by_name);
  std::sort(manifest.parameters.begin(), manifest.parameters.end(), by_name);
  std::sort(manifest.providers.begin(), manifest.providers.end(), by_name);
  for (std::vector<std::string>* list : {&manifest.contract_outputs, &manifest.contract_inputs,
                                         &manifest.resource_types, &manifest.gate.checks}) {
    std::sort(list->begin(), list->end());
  }
  std::sort(manifest.rewrites.begin(), manifest.rewrites.end(), [](const auto& a, const auto& b) {
    return std::tie(a.file, a.pointer, a.rule) < std::tie(b.file, b.pointer, b.rule);
  });
  std::sort(manifest.tests.begin(), manifest.tests.end(), [](const auto& a, const auto& b) {
    return std::tie(a.path, a.kind, a.level) < std::tie(b.path, b.kind, b.level);
  });
  std::sort(manifest.waivers.begin(), manifest.waivers.end(), [](const auto& a, const auto& b) {
    return std::tie(a.code, a.path, a.reason) < std::tie(b.code, b.path, b.reason);
  });
}

Status complete(Manifest& manifest, const std::vector<PackFile>& files) {
  manifest.files.clear();
  for (const PackFile& file : files) {
    Result<ManifestFile> entry = hash_file(file);
    if (!entry) return entry.failure();
    manifest.files.push_back(std::move(*entry));
  }
  sort_lists(manifest);
  manifest.content_digest = content_digest(manifest.files);
  manifest.inputs_digest = inputs_digest(manifest.inputs);
  return Done{};
}

class TarWriter {
 public:
  explicit TarWriter(GzipWriter& gzip) : gzip_(gzip) {}

  Status begin(const tar::Header& header) {
    if (Status status = gzip_.set_stored(is_compressed(header.path)); !status) return status;
    return put(tar::render_header(header));
  }
  Status put(std::string_view bytes) {
    digest_.update(bytes);
    return gzip_.write(bytes);
  }
  Status end(std::uint64_t size) { return put(std::string(tar::padding(size), '\0')); }
  Status finish() {
    if (Status status = gzip_.set_stored(false); !status) return status;
    if (Status status = put(std::string(tar::end_size, '\0')); !status) return status;
    return gzip_.finish();
  }
  std::string finish_hex() { return digest_.finish_hex(); }

 private:
  GzipWriter& gzip_;
  system::Sha256 digest_{};
};

Status write_entry(TarWriter& tar, const PackFile& file, const ManifestFile& entry) {
  if (Status status = tar.begin({entry.path, entry.size, entry.executable}); !status) return status;
  std::uint64_t size = 0;
  system::Sha256 digest;
  Status status = stream_content(file, [&](std::string_view bytes) -> Status {
    if (bytes.size() > entry.size - size) return changed(file);
    size += bytes.size();
    digest.update(bytes);
    return tar.put(bytes);
  });
  if (!status) return status;
  if (size != entry.size || digest.finish_hex() != entry.sha256) return changed(file);
  return tar.end(size);
}

Status write_entries(TarWriter& tar, const std::string& manifest, const std::vector<PackFile>& files,
                     const std::vector<ManifestFile>& entries) {
  if (Status status = tar.begin({std::string(manifest_path), manifest.size(), false}); !status) return status;
  if (Status status = tar.put(manifest); !status) return status;
  if (Status status = tar.end(manifest.size()); !status) return status;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (Status status = write_entry(tar, files[i], entries[i]); !status) return status;
  }
  return tar.finish();
}

// A failed write keeps its words and gets the code of this module.
Status as_write_failure(const Status& status) {
  if (status) return status;
  Diagnostic failure = status.failure();
  failure.code = "artifact.write-failed";
  return failure;
}

}  // namespace

Result<Packed> write_artifact(const std::string& target, Manifest manifest, std::vector<PackFile> files) {
  std::sort(files.begin(), files.end(), [](const PackFile& a, const PackFile& b) { return a.path < b.path; });
  if (Status status = check_files(files); !status) return status.failure();
  if (Status status = complete(manifest, files); !status) return status.failure();
  const std::string text = render_manifest(manifest);
  // What is written here must be readable: a value that the format does not allow stops the build.
  if (Result<Manifest> checked = parse_manifest(std::string(manifest_path), text); !checked) {
    Diagnostic failure = checked.failure();
    failure.hint = "the build put a value into the manifest that its format does not allow";
    failure.exit = ExitCode::build_failed;
    return failure;
  }

  system::AtomicFile out;
  if (Status status = as_write_failure(out.open(target)); !status) return status.failure();
  GzipWriter gzip([&](std::string_view bytes) { return as_write_failure(out.write(bytes)); });
  TarWriter tar(gzip);
  if (Status status = write_entries(tar, text, files, manifest.files); !status) return status.failure();
  if (Status status = as_write_failure(out.commit()); !status) return status.failure();
  return Packed{.identity = tar.finish_hex(),
                .sha256 = gzip.finish_hex(),
                .size = gzip.size(),
                .manifest = std::move(manifest)};
}

}  // namespace tidegate::artifact
