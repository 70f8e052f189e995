// SPDX-License-Identifier: Apache-2.0
#include "spark/zip_reader.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <array>

#include "base/text.hpp"

namespace tidegate::spark {

struct ZipReader::State {
  archive* handle = archive_read_new();
  int descriptor = -1;
  ~State() {
    if (handle != nullptr) archive_read_free(handle);
    if (descriptor >= 0) ::close(descriptor);
  }
};

ZipReader::ZipReader() : state_(std::make_unique<State>()) {
  if (state_->handle != nullptr) archive_read_support_format_zip_seekable(state_->handle);
}
ZipReader::~ZipReader() = default;

bool ZipReader::open(std::string_view bytes) {
  return state_->handle != nullptr &&
         archive_read_open_memory(state_->handle, bytes.data(), bytes.size()) == ARCHIVE_OK;
}

bool ZipReader::open(const system::Spill& spill) {
  if (spill.in_memory()) return open(spill.bytes());
  constexpr std::size_t block = std::size_t{64} * 1024;
  const Result<int> descriptor = spill.reader();
  if (!descriptor || state_->handle == nullptr) return false;
  state_->descriptor = *descriptor;
  return archive_read_open_fd(state_->handle, *descriptor, block) == ARCHIVE_OK;
}

ZipReader::Next ZipReader::next() {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(state_->handle, &entry);
  if (status == ARCHIVE_EOF) return Next::end;
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return Next::damaged;
  const char* path = archive_entry_pathname_utf8(entry);
  if (path == nullptr) path = archive_entry_pathname(entry);
  path_ = path == nullptr ? "" : path;
  return archive_entry_filetype(entry) == AE_IFREG ? Next::file : Next::other;
}

bool ZipReader::read(const std::function<bool(std::string_view)>& sink) {
  std::array<char, std::size_t{16} * 1024> piece;
  for (;;) {
    const la_ssize_t got = archive_read_data(state_->handle, piece.data(), piece.size());
    if (got == 0) return true;
    if (got < 0) return false;
    if (!sink({piece.data(), static_cast<std::size_t>(got)})) {
      archive_clear_error(state_->handle);
      return false;
    }
  }
}

std::string ZipReader::error() const {
  const char* text = state_->handle == nullptr ? "out of memory" : archive_error_string(state_->handle);
  return text == nullptr ? std::string() : printable(text);
}

}  // namespace tidegate::spark
