// SPDX-License-Identifier: Apache-2.0
// One pass over the archive in constant memory. The manifest comes first and says what must follow, so
// nothing that it does not name is ever read further than its header.
#include "artifact/verify.hpp"

#include <algorithm>

#include "artifact/compression.hpp"
#include "artifact/manifest_bound.hpp"
#include "artifact/path.hpp"
#include "artifact/tar.hpp"
#include "base/text.hpp"
#include "system/aside_digest.hpp"

namespace tidegate::artifact {

namespace {

constexpr std::size_t buffer_size = std::size_t{256} * 1024;

std::string quoted(std::string_view path) { return "`" + printable(path) + "`"; }

class TarVerifier {
 public:
  // `archive`: whose content `source` is; null where the tar itself is read.
  TarVerifier(ByteSource& source, const std::string& file, EntrySink* sink, const Decompressor* archive = nullptr)
      : source_(source), file_(file), sink_(sink), archive_(archive), buffer_(buffer_size, '\0') {}

  Status read_manifest();
  Result<Verified> read_all();
  Manifest& manifest() { return manifest_; }

 private:
  Diagnostic refuse(const std::string& reason) const {
    return {.code = "artifact.not-verified",
            .where = {.file = file_},
            .message = reason,
            .hint = "get the file again; an artifact is never repaired",
            .exit = ExitCode::not_verified};
  }
  // `path` ("" behind the last entry) and the offset in the tar of its header.
  Diagnostic refuse_entry(std::string_view path, std::uint64_t offset, const std::string& reason) const {
    if (path.empty()) return refuse("byte " + std::to_string(offset) + " of the tar: " + reason);
    return refuse("entry " + quoted(path) + " at byte " + std::to_string(offset) + " of the tar: " + reason);
  }

  // 1 to `limit` bytes as they come, or none at the end of the tar.
  Result<std::string_view> take_some(std::uint64_t limit);
  Result<std::string> take_block(std::string_view entry);
  Result<tar::Header> take_header(const std::string& first, std::string_view expected);
  Status take_content(const ManifestFile& file, std::uint64_t header_offset);
  Status take_padding(const ManifestFile& file);
  Status take_manifest_text(std::uint64_t size, std::string& text);
  Status take_end();
  Status check_manifest();
  Status check_entry(const tar::Header& header, std::size_t index, std::uint64_t offset) const;
  std::string explain_other_entry(const tar::Header& header, std::size_t index) const;

  ByteSource& source_;
  const std::string& file_;
  EntrySink* sink_;
  const Decompressor* archive_;
  std::string buffer_;
  std::string_view rest_{};     // of buffer_, not consumed yet
  std::uint64_t offset_ = 0;    // consumed bytes of the tar
  system::AsideSha256 digest_{};
  Manifest manifest_{};
};

Result<std::string_view> TarVerifier::take_some(std::uint64_t limit) {
  if (rest_.empty()) {
    Result<std::size_t> got = source_.read(buffer_.data(), buffer_.size());
    if (!got) return got.failure();
    rest_ = {buffer_.data(), *got};
    digest_.update(rest_);
  }
  const std::string_view piece = rest_.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(limit, rest_.size())));
  rest_.remove_prefix(piece.size());
  offset_ += piece.size();
  return piece;
}

Result<std::string> TarVerifier::take_block(std::string_view entry) {
  std::string block;
  block.reserve(tar::block_size);
  while (block.size() < tar::block_size) {
    Result<std::string_view> piece = take_some(tar::block_size - block.size());
    if (!piece) return piece.failure();
    if (piece->empty()) {
      return refuse_entry(entry, offset_, "the tar is truncated, it ends inside a block of 512 bytes or before one");
    }
    block += *piece;
  }
  return block;
}

// `first` is the block that was read at offset_ - 512.
Result<tar::Header> TarVerifier::take_header(const std::string& first, std::string_view expected) {
  const std::uint64_t offset = offset_ - tar::block_size;
  tar::Header header;
  std::string long_name;
  std::string block = first;
  if (tar::is_long_name(block)) {
    std::size_t name_bytes = 0;
    if (std::string fault = tar::read_long_name_header(block, name_bytes); !fault.empty()) {
      return refuse_entry("././@LongLink", offset, fault);
    }
    Result<std::string> name = take_block(expected);
    if (!name) return name.failure();
    if (std::string fault = tar::read_long_name(*name, name_bytes, long_name); !fault.empty()) {
      return refuse_entry(long_name, offset, fault);
    }
    Result<std::string> next = take_block(long_name);
    if (!next) return next.failure();
    block = std::move(*next);
  }
  if (std::string fault = tar::read_header(block, long_name, header); !fault.empty()) {
    return refuse_entry(header.path, offset, fault);
  }
  return header;
}

Status TarVerifier::take_manifest_text(std::uint64_t size, std::string& text) {
  ManifestBound bound;
  while (text.size() < size) {
    Result<std::string_view> piece = take_some(size - text.size());
    if (!piece) return piece.failure();
    if (piece->empty()) return refuse_entry(manifest_path, offset_, "the tar is truncated inside its content");
    const std::string fault = bound.add(*piece, archive_ != nullptr ? archive_->size() : offset_);
    if (!fault.empty()) return refuse_entry(manifest_path, 0, fault);
    text += *piece;
  }
  return Done{};
}

Status TarVerifier::read_manifest() {
  Result<std::string> block = take_block(manifest_path);
  if (!block) return block.failure();
  if (tar::is_zero(*block)) return refuse_entry(manifest_path, 0, "it is missing, the archive has no entries");
  Result<tar::Header> header = take_header(*block, manifest_path);
  if (!header) return header.failure();
  if (header->path != manifest_path) {
    return refuse_entry(header->path, 0, "the first entry must be `META/manifest.json`");
  }
  if (header->executable) return refuse_entry(manifest_path, 0, "mode is `0000755`, not `0000644`");
  if (header->size > max_manifest_size) {
    return refuse_entry(manifest_path, 0, "it has " + std::to_string(header->size) + " bytes, at most 64 MiB are allowed");
  }
  std::string text;
  if (Status status = take_manifest_text(header->size, text); !status) return status;
  if (Status status = take_padding({.path = std::string(manifest_path), .size = header->size}); !status) return status;
  Result<Manifest> manifest = parse_manifest(file_ + "/" + std::string(manifest_path), std::move(text));
  if (!manifest) return manifest.failure();
  manifest_ = std::move(*manifest);
  if (Status status = check_manifest(); !status) return status;
  if (sink_ == nullptr) return Done{};
  if (Status status = sink_->begin(manifest_path, false); !status) return status;
  if (Status status = sink_->put(render_manifest(manifest_)); !status) return status;  // the bytes that were read
  return sink_->end();
}

Status TarVerifier::check_manifest() {
  std::vector<std::string_view> paths = {manifest_path};
  for (const ManifestFile& file : manifest_.files) {
    if (file.path == manifest_path) return refuse("the manifest names itself among its files");
    if (Status status = check_entry_path(file.path); !status) {
      return refuse("the manifest names " + quoted(file.path) + ": " + status.failure().message);
    }
    if (file.size > tar::max_file_size) {
      return refuse("the manifest gives " + quoted(file.path) + " 8 GiB or more");
    }
    paths.push_back(file.path);
  }
  if (Status status = check_collisions(paths); !status) return refuse("the manifest: " + status.failure().message);
  return Done{};
}

std::string TarVerifier::explain_other_entry(const tar::Header& header, std::size_t index) const {
  const std::vector<ManifestFile>& files = manifest_.files;
  if (Status status = check_entry_path(header.path); !status) return status.failure().message;
  const auto same = std::find_if(files.begin(), files.end(), [&](const ManifestFile& f) { return f.path == header.path; });
  const auto position = static_cast<std::size_t>(same - files.begin());
  if (header.path == manifest_path || position < index) return "it appears a second time";
  const std::string next = index < files.size() ? quoted(files[index].path) : std::string("the end");
  if (same != files.end()) return next + " is missing before it, or the order is not by path";
  const std::string folded = fold_path(header.path);
  const auto alike = std::find_if(files.begin(), files.end(), [&](const ManifestFile& f) { return fold_path(f.path) == folded; });
  if (alike != files.end()) return "it is not in the manifest; " + quoted(alike->path) + " differs from it in case or Unicode form";
  return "it is not in the manifest; " + next + " is expected here";
}

Status TarVerifier::check_entry(const tar::Header& header, std::size_t index, std::uint64_t offset) const {
  if (index >= manifest_.files.size() || header.path != manifest_.files[index].path) {
    return refuse_entry(header.path, offset, explain_other_entry(header, index));
  }
  const ManifestFile& file = manifest_.files[index];
  if (header.size != file.size) {
    return refuse_entry(file.path, offset, "it has " + std::to_string(header.size) + " bytes, the manifest says " +
                                               std::to_string(file.size));
  }
  if (header.executable == file.executable) return Done{};
  return refuse_entry(file.path, offset, header.executable ? "mode is 0755, the manifest says 0644"
                                                           : "mode is 0644, the manifest says 0755");
}

Status TarVerifier::take_content(const ManifestFile& file, std::uint64_t header_offset) {
  if (sink_ != nullptr) {
    if (Status status = sink_->begin(file.path, file.executable); !status) return status;
  }
  system::AsideSha256 digest;
  for (std::uint64_t left = file.size; left > 0;) {
    Result<std::string_view> piece = take_some(left);
    if (!piece) return piece.failure();
    if (piece->empty()) return refuse_entry(file.path, offset_, "the tar is truncated inside its content");
    left -= piece->size();
    digest.update(*piece);
    if (sink_ == nullptr) continue;
    if (Status status = sink_->put(*piece); !status) return status;
  }
  const std::string found = digest.finish_hex();
  if (found != file.sha256) {
    return refuse_entry(file.path, header_offset, "its content has sha256 " + found + ", the manifest says " + file.sha256);
  }
  if (Status status = take_padding(file); !status) return status;
  return sink_ != nullptr ? sink_->end() : Status(Done{});
}

Status TarVerifier::take_padding(const ManifestFile& file) {
  for (std::size_t left = tar::padding(file.size); left > 0;) {
    Result<std::string_view> piece = take_some(left);
    if (!piece) return piece.failure();
    if (piece->empty()) return refuse_entry(file.path, offset_, "the tar is truncated inside the padding after it");
    left -= piece->size();
    if (!tar::is_zero(*piece)) return refuse_entry(file.path, offset_, "the padding after its content is not zero");
  }
  return Done{};
}

// The first zero block has been read.
Status TarVerifier::take_end() {
  Result<std::string> second = take_block("");
  if (!second) return second.failure();
  if (!tar::is_zero(*second)) {
    return refuse_entry("", offset_ - tar::block_size, "one zero block, then other bytes; two zero blocks end an archive");
  }
  Result<std::string_view> more = take_some(1);
  if (!more) return more.failure();
  if (more->empty()) return Done{};
  return refuse_entry("", offset_ - 1, "bytes follow the end of the archive");
}

Result<Verified> TarVerifier::read_all() {
  if (Status status = read_manifest(); !status) return status.failure();
  const std::vector<ManifestFile>& files = manifest_.files;
  for (std::size_t index = 0;; ++index) {
    const std::uint64_t offset = offset_;
    const bool last = index == files.size();
    Result<std::string> block = take_block(last ? std::string_view() : files[index].path);
    if (!block) return block.failure();
    if (tar::is_zero(*block)) {
      if (!last) {
        return refuse_entry(files[index].path, offset,
                            "it is in the manifest, but the archive ends before it (" +
                                counted(files.size() - index, "file") + " missing)");
      }
      break;
    }
    Result<tar::Header> header = take_header(*block, last ? std::string_view() : files[index].path);
    if (!header) return header.failure();
    if (Status status = check_entry(*header, index, offset); !status) return status.failure();
    if (Status status = take_content(files[index], offset); !status) return status.failure();
  }
  if (Status status = take_end(); !status) return status.failure();
  Verified verified;
  verified.identity = digest_.finish_hex();
  verified.manifest = std::move(manifest_);
  return verified;
}

}  // namespace

Result<Verified> verify_tar(ByteSource& tar, const std::string& file, EntrySink* sink) {
  return TarVerifier(tar, file, sink).read_all();
}

Result<Verified> verify_stream(ByteSource& compressed, const std::string& file, EntrySink* sink) {
  const Result<std::unique_ptr<Decompressor>> content = open_compressed(compressed, file);
  if (!content) return content.failure();
  Result<Verified> verified = TarVerifier(**content, file, sink, content->get()).read_all();
  if (!verified) return verified;
  verified->sha256 = (*content)->finish_hex();
  verified->size = (*content)->size();
  verified->compression = (*content)->compression();
  return verified;
}

Result<Manifest> read_manifest_stream(ByteSource& compressed, const std::string& file) {
  const Result<std::unique_ptr<Decompressor>> content = open_compressed(compressed, file);
  if (!content) return content.failure();
  TarVerifier tar(**content, file, nullptr, content->get());
  if (Status status = tar.read_manifest(); !status) return status.failure();
  return std::move(tar.manifest());
}

Result<Verified> verify_file(const std::string& file, EntrySink* sink, system::Progress* progress,
                             std::string_view what) {
  FileSource source;
  if (Status status = source.open(file); !status) return status.failure();
  const system::Work work(progress, what, source.size());
  CountedSource counted(source, work);
  return verify_stream(counted, file, sink);
}

Result<Verified> verify_artifact(const std::string& file, system::Progress* progress) {
  return verify_file(file, nullptr, progress, "verifying");
}

Result<Manifest> read_manifest(const std::string& file) {
  FileSource source;
  if (Status status = source.open(file); !status) return status.failure();
  return read_manifest_stream(source, file);
}

}  // namespace tidegate::artifact
