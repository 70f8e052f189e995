// SPDX-License-Identifier: Apache-2.0
// Both syntaxes: every read has a place inside the text, and a path without its computed parts.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "place.hpp"
#include "terraform/reads.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* file : {"main.tf", "main.tf.json"}) {
    for (const terraform::FileRead& read : terraform::find_reads(file, text)) {
      fuzz::require(read.where.line > 0 && read.where.column > 0 && read.where.line <= size + 1);
      fuzz::require(read.computed || read.end.empty());
    }
  }
  return 0;
}
