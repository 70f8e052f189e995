// SPDX-License-Identifier: Apache-2.0
// The entries of a zip archive, one after the other, out of memory or a file. The only place of this module that
// knows libarchive.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "system/spill.hpp"

namespace tidegate::spark {

class ZipReader {
 public:
  ZipReader();
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;
  ~ZipReader();

  // False: no zip archive; `error()` says why. The bytes must outlive the reader.
  bool open(std::string_view bytes);
  bool open(const system::Spill& spill);

  enum class Next : std::uint8_t { file, other, end, damaged };  // other: a folder, a link
  Next next();
  const std::string& path() const { return path_; }
  // The content of the entry in pieces. False: damaged, or `sink` said false; then ask `error()`, which is empty in
  // the second case.
  bool read(const std::function<bool(std::string_view)>& sink);
  std::string error() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string path_{};
};

}  // namespace tidegate::spark
