// SPDX-License-Identifier: Apache-2.0
#include "databricks/archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"

namespace tidegate::databricks {
namespace {

constexpr std::size_t most_entries = 10'000;
constexpr std::size_t most_bytes = std::size_t{256} << 20U;
constexpr std::size_t piece = std::size_t{64} * 1024;

struct CloseArchive {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using ArchiveHandle = std::unique_ptr<archive, CloseArchive>;

Diagnostic refuse(const std::string& file, std::string message) {
  return {
      .code = "databricks.invalid-notebook",
      .where = {.file = file},
      .message = std::move(message),
      .hint =
          "export the notebooks again, best as source files (workspace export --format SOURCE)"};
}

std::string reason(archive* handle) {
  const char* text = archive_error_string(handle);
  return text == nullptr ? "damaged" : printable(text);
}

bool is_safe(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find('\\') != std::string_view::npos)
    return false;
  const auto parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(),
                      [](std::string_view part) { return part.empty() || part == ".."; });
}

std::string path_of(archive_entry* entry) {
  const char* path = archive_entry_pathname_utf8(entry);
  if (path == nullptr) path = archive_entry_pathname(entry);
  return path == nullptr ? std::string() : std::string(path);
}

// Appends the data of the current entry; false if it is damaged. Stops above the cap.
bool read_data(archive* handle, std::string& out, std::size_t cap) {
  std::string buffer(piece, '\0');
  while (out.size() <= cap) {
    const la_ssize_t got = archive_read_data(handle, buffer.data(), buffer.size());
    if (got < 0) return false;
    if (got == 0) return true;
    out.append(buffer, 0, static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace

Result<std::vector<ArchiveEntry>> read_archive(const std::string& file, std::string_view bytes) {
  constexpr std::string_view end_record = "PK\5\6";  // a zip without entries: libarchive knows none
  if (bytes.starts_with(end_record)) return std::vector<ArchiveEntry>();
  const ArchiveHandle handle(archive_read_new());
  if (!handle) return refuse(file, "out of memory");
  archive_read_support_format_zip_seekable(handle.get());
  if (archive_read_open_memory(handle.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    return refuse(file,
                  "found no zip archive (" + reason(handle.get()) + "), expected a .dbc export");
  }
  std::vector<ArchiveEntry> entries;
  std::size_t total = 0;
  for (std::size_t count = 0;; ++count) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(handle.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      return refuse(file, "the archive is damaged: " + reason(handle.get()));
    }
    if (count == most_entries) {
      return refuse(file, "the archive has more than 10,000 entries");
    }
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    ArchiveEntry one{.path = path_of(entry)};
    if (!is_safe(one.path)) {
      return refuse(file, "the archive holds an entry with the path '" + printable(one.path) + "'");
    }
    if (!read_data(handle.get(), one.bytes, most_bytes - total)) {
      return refuse(file, "'" + printable(one.path) + "' is damaged: " + reason(handle.get()));
    }
    total += one.bytes.size();
    if (total > most_bytes) return refuse(file, "the archive unpacks to more than 256 MiB");
    entries.push_back(std::move(one));
  }
  std::sort(entries.begin(), entries.end(),
            [](const ArchiveEntry& a, const ArchiveEntry& b) { return a.path < b.path; });
  return entries;
}

}  // namespace tidegate::databricks
