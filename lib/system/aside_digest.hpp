// SPDX-License-Identifier: Apache-2.0
// SHA-256 of a stream, found by a second thread once the stream is long, while the caller reads,
// compresses or writes on. Of a file of gigabytes the digests (of the file, the tar, the archive)
// take longer than everything else.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/parallel.hpp"
#include "system/digest.hpp"

namespace tidegate::system {

class AsideSha256 {
 public:
  void update(std::string_view bytes);  // are copied; blocks while half a megabyte waits
  std::string finish_hex();             // 64 lower-case hex digits; call once

 private:
  static constexpr std::size_t piece_size = std::size_t{64} * 1024;
  static constexpr std::size_t pieces_here = 32;  // two megabytes: not worth a thread
  void hand_over();

  Sha256 digest_{};
  std::string piece_{};
  std::size_t handed_over_ = 0;
  std::optional<Worker> worker_{};  // last: its thread ends before what it uses
};

}  // namespace tidegate::system
