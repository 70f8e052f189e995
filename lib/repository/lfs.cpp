// SPDX-License-Identifier: Apache-2.0
#include "repository/lfs.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "system/digest.hpp"
#include "system/file_tree.hpp"

namespace tidegate::repository {

namespace {

constexpr std::string_view first_line = "version https://git-lfs.github.com/spec/v1";

Diagnostic lfs_failure(std::string_view code, std::string_view file, std::string message,
                       std::string hint) {
  return {.code = std::string(code),
          .where = {.file = std::string(file)},
          .message = std::move(message),
          .hint = std::move(hint)};
}

Diagnostic invalid(std::string_view file, std::string message) {
  return lfs_failure("repository.lfs-invalid", file, std::move(message),
                     "remove the object below .git/lfs and run `git lfs pull`");
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

bool is_lfs_pointer(std::string_view bytes) {
  if (!bytes.starts_with(first_line)) return false;
  bytes.remove_prefix(first_line.size());
  return bytes.starts_with("\n") || bytes.starts_with("\r\n");
}

Result<LfsPointer> parse_lfs_pointer(std::string_view file, std::string_view bytes) {
  LfsPointer pointer;
  bool has_size = false;
  for (std::string_view line : split(bytes, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t space = line.find(' ');
    const std::string_view key = line.substr(0, space);
    const std::string_view value = space == std::string_view::npos ? "" : line.substr(space + 1);
    if (key == "oid" && value.starts_with("sha256:")) pointer.digest = value.substr(7);
    if (key.starts_with("ext-")) {
      return lfs_failure("repository.lfs-invalid", file,
                         "the LFS pointer uses an extension, " + printable(key),
                         "commit the file without LFS extensions");
    }
    if (key != "size") continue;
    const auto [end, error] =
        std::from_chars(value.data(), value.data() + value.size(), pointer.size);
    has_size = error == std::errc() && end == value.data() + value.size();
  }
  if (!is_digest(pointer.digest) || !has_size || bytes.size() > max_lfs_pointer_size) {
    return lfs_failure(
        "repository.lfs-invalid", file,
        "the file starts like an LFS pointer, but has no `oid sha256:` and `size` lines",
        "commit the file again with `git lfs` installed");
  }
  return pointer;
}

bool LfsStore::has(const LfsPointer& pointer) const { return open("", pointer).ok(); }

Result<system::FileTreePtr> LfsStore::open(const std::string& file,
                                           const LfsPointer& pointer) const {
  if (!folder_.empty()) {
    const std::string folder =
        folder_ + "/" + pointer.digest.substr(0, 2) + "/" + pointer.digest.substr(2, 2);
    Result<system::FileTreePtr> objects = system::read_folder(folder);
    if (objects.ok() && (*objects)->find(pointer.digest) != nullptr) return objects;
  }
  return lfs_failure("repository.lfs-missing", file,
                     "only the LFS pointer is here, not its object sha256:" + pointer.digest +
                         " (" + std::to_string(pointer.size) + " bytes)",
                     "run `git lfs pull`; in CI, check out with LFS enabled");
}

Result<std::string> LfsStore::read_prefix(const std::string& file, const LfsPointer& pointer,
                                          std::size_t limit) const {
  const Result<system::FileTreePtr> objects = open(file, pointer);
  if (!objects) return objects.failure();
  return (*objects)->read_prefix(pointer.digest, limit);
}

Status LfsStore::stream(const std::string& file, const LfsPointer& pointer,
                        const std::function<Status(std::string_view)>& sink) const {
  const Result<system::FileTreePtr> objects = open(file, pointer);
  if (!objects) return objects.failure();
  const std::uint64_t found = (*objects)->size_of(pointer.digest);
  if (found != pointer.size) {
    return invalid(file, "the LFS object has " + std::to_string(found) +
                             " bytes, its pointer says " + std::to_string(pointer.size));
  }
  system::Sha256 digest;
  Status status = (*objects)->stream(pointer.digest, [&](std::string_view piece) -> Status {
    digest.update(piece);
    return sink(piece);
  });
  if (!status) return status;
  const std::string actual = digest.finish_hex();
  if (actual == pointer.digest) return Done{};
  return invalid(file, "the LFS object has digest sha256:" + actual +
                           ", its pointer says sha256:" + pointer.digest);
}

}  // namespace tidegate::repository
