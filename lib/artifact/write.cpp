// SPDX-License-Identifier: Apache-2.0
// Two passes over the files: the first hashes, because the manifest is the first entry and names
// every digest; the second writes. Between them the bytes of small files wait in a temporary file,
// so that everything is produced once; larger ones are streamed again, and hashed again, so that a
// file that changed in between is noticed. Neither pass keeps a file in memory.
#include <algorithm>
#include <array>
#include <future>
#include <map>
#include <mutex>
#include <numeric>
#include <tuple>
#include <unordered_set>

#include "artifact/archive.hpp"
#include "artifact/compression.hpp"
#include "artifact/manifest_bound.hpp"
#include "artifact/path.hpp"
#include "artifact/tar.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "system/aside_digest.hpp"
#include "system/file_sink.hpp"
#include "system/memory.hpp"
#include "system/spool.hpp"

namespace tidegate::artifact {

namespace {

using Piece = std::function<Status(std::string_view)>;

Status stream_content(const PackFile& file, const Piece& sink) {
  return file.stream ? file.stream(sink) : sink(file.bytes);
}

std::string source_name(const ManifestFile& entry) {
  return entry.origin == "generated" ? entry.path : entry.origin;
}

Diagnostic too_large(const ManifestFile& entry) {
  return {.code = "artifact.file-too-large",
          .where = {.file = source_name(entry)},
          .message = "the file has 8 GiB or more; a file of an artifact is smaller",
          .hint = "publish it elsewhere and refer to it, or split it",
          .exit = ExitCode::build_failed};
}

Diagnostic changed(const ManifestFile& entry) {
  return {.code = "artifact.changed-while-packing",
          .where = {.file = source_name(entry)},
          .message = "the file changed between hashing and writing",
          .hint = "build again while nothing writes to the folder, or build from a commit",
          .exit = ExitCode::build_failed};
}

template <class File>
Status check_files(const std::vector<File>& files) {
  std::vector<std::string_view> paths = {manifest_path};
  for (const File& file : files) {
    if (Status status = check_entry_path(file.path); !status) return status;
    paths.push_back(file.path);
  }
  return check_collisions(paths);
}

// The bytes of one file between the passes.
class Kept {
 public:
  Kept(system::Spool& spool, std::vector<system::Spool::Extent>& extents)
      : spool_(spool), extents_(extents) {}

  Status put(std::string_view bytes) {
    size_ += bytes.size();
    if (size_ > max_kept_size) {
      buffer_.clear();
      extents_.clear();
      return Done{};
    }
    buffer_ += bytes;
    return buffer_.size() < piece ? Status(Done{}) : flush();
  }
  Status flush() {
    if (buffer_.empty()) return Done{};
    const Result<system::Spool::Extent> extent = spool_.append(buffer_);
    if (!extent) return extent.failure();
    extents_.push_back(*extent);
    buffer_.clear();
    return Done{};
  }
  bool whole() const { return size_ <= max_kept_size; }

 private:
  static constexpr std::size_t piece = std::size_t{64} * 1024;
  system::Spool& spool_;
  std::vector<system::Spool::Extent>& extents_;
  std::string buffer_{};
  std::uint64_t size_ = 0;
};

// A file after the first pass, which has given its names to the entry; that moves on into the manifest. A file whose
// bytes are kept has lost its `stream`, and with it whatever that held in memory.
struct Hashed {
  ManifestFile entry{};
  std::vector<system::Spool::Extent> kept{};
};

Result<Hashed> hash_file(PackFile& file, system::Spool& spool, const system::Work& work) {
  Hashed hashed{.entry = {.path = std::move(file.path), .executable = file.executable, .origin = std::move(file.origin)}};
  system::AsideSha256 digest;
  Kept kept(spool, hashed.kept);
  Status status = stream_content(file, [&](std::string_view bytes) -> Status {
    if (bytes.size() > tar::max_file_size - hashed.entry.size) return too_large(hashed.entry);
    hashed.entry.size += bytes.size();
    digest.update(bytes);
    if (file.size > 0) work.add(bytes.size());
    return file.stream ? kept.put(bytes) : Status(Done{});
  });
  if (status) status = kept.flush();
  if (!status) return status.failure();
  hashed.entry.sha256 = digest.finish_hex();
  if (kept.whole()) file.stream = nullptr;
  return hashed;
}

// The lists whose order means nothing get one order.
void sort_lists(Manifest& manifest) {
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(manifest.inputs.begin(), manifest.inputs.end(), by_name);
  std::sort(manifest.options.begin(), manifest.options.end(), by_name);
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

// Hashes every file; the answer goes with `files`, index by index. Of several failures the first
// file's.
Result<std::vector<Hashed>> hash_files(std::vector<PackFile>& files, system::Spool& spool,
                                       system::Progress* progress) {
  std::uint64_t total = 0;  // what is generated is small, and its size not known
  for (const PackFile& file : files) total += file.size;
  const system::Work work(progress, "hashing", total);
  std::vector<Hashed> hashed(files.size());
  // What is generated is rendered here, and a few such files are most of the work: they come first, so that
  // no thread is left alone with one at the end.
  std::vector<std::size_t> order(files.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return files[i].origin == "generated"; });
  std::mutex mutex;
  std::map<std::size_t, Diagnostic> failures;
  for_each_index(files.size(), [&](std::size_t turn) {
    const std::size_t i = order[turn];
    Result<Hashed> result = hash_file(files[i], spool, work);
    if (result) {
      hashed[i] = std::move(*result);
    } else {
      const std::lock_guard lock(mutex);
      failures.emplace(i, result.failure());
    }
  }, 1);
  if (!failures.empty()) return failures.begin()->second;
  return hashed;
}

void complete(Manifest& manifest, std::vector<Hashed>& hashed) {
  manifest.files.clear();
  manifest.files.reserve(hashed.size());
  for (Hashed& file : hashed) manifest.files.push_back(std::move(file.entry));
  sort_lists(manifest);
  manifest.content_digest = content_digest(manifest.files);
  manifest.inputs_digest = inputs_digest(manifest.inputs);
}

// The files that need the digests of all others lie in META/, which sorts before them: `files`,
// `hashed` and those of the manifest stay parallel and sorted.
Status add_described(const WriteHooks& hooks, Manifest& manifest, std::vector<PackFile>& files,
                     std::vector<Hashed>& hashed, system::Spool& spool) {
  Result<std::vector<PackFile>> more = hooks.describe(manifest);
  if (!more) return more.failure();
  for (PackFile& file : *more) {
    Result<Hashed> one = hash_file(file, spool, system::Work(nullptr, ""));
    if (!one) return one.failure();
    const auto place = std::lower_bound(manifest.files.begin(), manifest.files.end(), one->entry.path,
                                        [](const ManifestFile& a, const std::string& b) { return a.path < b; });
    const auto index = place - manifest.files.begin();
    manifest.files.insert(place, std::move(one->entry));
    hashed.insert(hashed.begin() + index, std::move(*one));
    files.insert(files.begin() + index, std::move(file));
  }
  return check_files(manifest.files);
}

class TarWriter {
 public:
  TarWriter(Compressor& compressor, const system::Work& work)
      : compressor_(compressor), work_(work) {}

  Status begin(const tar::Header& header) {
    if (Status status = compressor_.set_stored(is_compressed(header.path)); !status) return status;
    return put(tar::render_header(header));
  }
  Status put(std::string_view bytes) {
    digest_.update(bytes);
    if ((uncounted_ += bytes.size()) >= counted_at_once) count();
    return compressor_.write(bytes);
  }
  Status end(std::uint64_t size) { return put(std::string(tar::padding(size), '\0')); }
  Status finish() {
    if (Status status = compressor_.set_stored(false); !status) return status;
    if (Status status = put(std::string(tar::end_size, '\0')); !status) return status;
    count();
    return compressor_.finish();
  }
  std::string finish_hex() { return digest_.finish_hex(); }

 private:
  static constexpr std::uint64_t counted_at_once = 65536;  // thousands of small files cost no look at the clock each
  void count() {
    work_.add(uncounted_);
    uncounted_ = 0;
  }
  Compressor& compressor_;
  const system::Work& work_;
  std::uint64_t uncounted_ = 0;
  system::AsideSha256 digest_{};
};

Status write_again(TarWriter& tar, const PackFile& file, const ManifestFile& entry) {
  std::uint64_t size = 0;
  system::AsideSha256 digest;
  Status status = stream_content(file, [&](std::string_view bytes) -> Status {
    if (bytes.size() > entry.size - size) return changed(entry);
    size += bytes.size();
    digest.update(bytes);
    return tar.put(bytes);
  });
  if (!status) return status;
  if (size != entry.size || digest.finish_hex() != entry.sha256) return changed(entry);
  return Done{};
}

Status write_entry(TarWriter& tar, system::Spool& spool, const PackFile& file,
                   const ManifestFile& entry, const std::vector<system::Spool::Extent>& kept) {
  if (Status status = tar.begin({entry.path, entry.size, entry.executable}); !status) return status;
  if (kept.empty()) {
    if (Status status = write_again(tar, file, entry); !status) return status;
  }
  for (const system::Spool::Extent& extent : kept) {
    if (Status status =
            spool.read(extent, [&](std::string_view bytes) { return tar.put(bytes); });
        !status)
      return status;
  }
  return tar.end(entry.size);
}

// `files`, `hashed` and the files of the manifest go together, index by index.
Status write_entries(TarWriter& tar, const Manifest& manifest, const std::string& text,
                     system::Spool& spool, const std::vector<PackFile>& files,
                     const std::vector<Hashed>& hashed) {
  if (Status status = tar.begin({std::string(manifest_path), text.size(), false}); !status)
    return status;
  if (Status status = tar.put(text); !status) return status;
  if (Status status = tar.end(text.size()); !status) return status;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (Status status = write_entry(tar, spool, files[i], manifest.files[i], hashed[i].kept);
        !status)
      return status;
  }
  return tar.finish();
}

std::uint64_t tar_size(const Manifest& manifest, const std::string& text) {
  std::uint64_t size = tar::entry_size({std::string(manifest_path), text.size(), false}) + tar::end_size;
  for (const ManifestFile& file : manifest.files) {
    size += tar::entry_size({file.path, file.size, file.executable});
  }
  return size;
}

Diagnostic unreadable(std::string message) {
  return {.code = "artifact.invalid-manifest",
          .where = {.file = std::string(manifest_path)},
          .message = std::move(message),
          .hint = "the build put a value into the manifest that its format does not allow",
          .exit = ExitCode::build_failed};
}

// What is written must be readable: a value that the format does not allow stops the build. Reading takes ten times
// the size, so everything but the list of files is read, with those of them that a contract names. Of the list the
// rest is looked at as it stands: paths were checked before, digests and sizes were counted here.
Status check_readable(const Manifest& manifest) {
  for (std::size_t i = 0; i < manifest.files.size(); ++i) {
    const ManifestFile& file = manifest.files[i];
    if (i > 0 && manifest.files[i - 1].path >= file.path)
      return unreadable("`" + printable(file.path) + "` stands behind a path that sorts after it, or twice");
    if (find_invalid_utf8(file.origin))
      return unreadable("the origin `" + printable(file.origin) + "` of `" + printable(file.path) + "` is no UTF-8");
  }
  Manifest rest = manifest;
  std::erase_if(rest.files, [&](const ManifestFile& file) {
    const auto names = [&](const std::vector<std::string>& paths) { return std::binary_search(paths.begin(), paths.end(), file.path); };
    return !names(manifest.contract_inputs) && !names(manifest.contract_outputs);
  });
  rest.content_digest = content_digest(rest.files);
  const Result<Manifest> read = parse_manifest(std::string(manifest_path), render_manifest(rest));
  return read ? Status(Done{}) : unreadable(read.failure().message);  // the line is that of a part
}

// A digest of its own holds 32 bytes that no compressor can take away.
std::uint64_t least_compressed(const Manifest& manifest) {
  std::unordered_set<std::string_view> digests;
  for (const ManifestFile& file : manifest.files) digests.insert(file.sha256);
  return digests.size() * 32;
}

// Nor is written what a reader would take for a bomb. Compressing for that alone is the exception.
Status check_compressible(const Manifest& manifest, const std::string& text, Compression compression) {
  if (text.size() <= max_manifest_size && !is_too_compressed(text.size(), least_compressed(manifest))) return Done{};
  const std::unique_ptr<Compressor> compressor =
      make_compressor(compression, [](std::string_view) -> Status { return Done{}; });
  Status status = compressor->write(text);
  if (status) status = compressor->finish();
  if (!status) return status;
  if (text.size() <= max_manifest_size && !is_too_compressed(text.size(), compressor->size())) return Done{};
  return Diagnostic{.code = "artifact.invalid-manifest",
                    .where = {.file = std::string(manifest_path)},
                    .message = "the manifest of " + counted(text.size(), "byte") + " compresses to " +
                               std::to_string(compressor->size()) +
                               "; readers allow 64 MiB, and above 1 MiB 64 times the compressed bytes",
                    .hint = "bind fewer places of one object, or split the service",
                    .exit = ExitCode::build_failed};
}

std::string folder_of(const std::string& target) {
  const std::string_view folder = parent_path(target);
  return folder.empty() ? (target.starts_with('/') ? "/" : ".") : std::string(folder);
}

// A failed write keeps its words and gets the code of this module.
Status as_write_failure(const Status& status) {
  if (status) return status;
  Diagnostic failure = status.failure();
  failure.code = "artifact.write-failed";
  return failure;
}

}  // namespace

// Deflate would cost time and gain nothing.
bool is_compressed(std::string_view path) {
  constexpr std::array<std::string_view, 5> suffixes = {".jar", ".whl", ".zip", ".gz", ".parquet"};
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view suffix) {
    return ends_with_ignoring_case(path, suffix);
  });
}

Result<Packed> write_artifact(const std::string& target, Manifest manifest,
                              std::vector<PackFile> files, const WriteHooks& hooks) {
  const auto by_path = [](const PackFile& a, const PackFile& b) { return a.path < b.path; };
  std::sort(files.begin(), files.end(), by_path);
  if (Status status = check_files(files); !status) return status.failure();
  const Result<std::unique_ptr<system::Spool>> spool = system::Spool::open(folder_of(target));
  if (!spool) return as_write_failure(spool.failure()).failure();
  Result<std::vector<Hashed>> hashed = hash_files(files, **spool, hooks.progress);
  if (!hashed) return hashed.failure();
  system::trim_heap();  // the sources of the files are gone, see hash_file
  complete(manifest, *hashed);
  if (hooks.describe) {
    if (Status status = add_described(hooks, manifest, files, *hashed, **spool); !status) return status.failure();
  }
  const std::string text = render_manifest(manifest);
  std::future<Status> readable = std::async(std::launch::async, [&] {
    Status status = check_readable(manifest);
    return status ? check_compressible(manifest, text, hooks.compression) : status;
  });

  system::AtomicFile out;
  if (Status status = as_write_failure(out.open(target)); !status) return status.failure();
  const std::unique_ptr<Compressor> compressor = make_compressor(
      hooks.compression, [&](std::string_view bytes) { return as_write_failure(out.write(bytes)); });
  const system::Work work(hooks.progress, "packing", tar_size(manifest, text));
  TarWriter tar(*compressor, work);
  if (Status status = write_entries(tar, manifest, text, **spool, files, *hashed); !status)
    return status.failure();
  if (Status status = readable.get(); !status) return status.failure();
  Packed packed{.identity = tar.finish_hex(),
                .sha256 = compressor->finish_hex(),
                .size = compressor->size(),
                .manifest = std::move(manifest),
                .compression = hooks.compression};
  if (hooks.accept) {
    if (Status status = hooks.accept(packed); !status) return status.failure();
  }
  if (Status status = as_write_failure(out.commit()); !status) return status.failure();
  return packed;
}

}  // namespace tidegate::artifact
