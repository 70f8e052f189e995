// SPDX-License-Identifier: Apache-2.0
// The length of a base (2 bytes), the base, a delta. What is applied to its end has made as many bytes as the delta says, at
// whatever place it is cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "place.hpp"
#include "repository/delta.hpp"

namespace {

std::optional<std::string> apply(std::string_view base, std::string_view delta, std::size_t cut) {
  using namespace tidegate;
  system::Spill spill;
  if (!spill.put(base)) return std::nullopt;
  std::string made;
  repository::DeltaReader reader(spill, [&](std::string_view piece) -> Status {
    made += piece;
    if (made.size() > std::size_t{1} << 20U) return Diagnostic{.code = "fuzz.enough"};
    return Done{};
  });
  for (std::size_t at = 0; at < delta.size(); at += cut) {
    if (!reader.take(delta.substr(at, cut))) return std::nullopt;
  }
  if (!reader.finish()) return std::nullopt;
  std::string_view head = delta;
  const auto sizes = repository::take_delta_sizes(head);
  fuzz::require(sizes && sizes->base == base.size() && sizes->result == made.size());
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t length = std::min<std::size_t>(std::size_t{data[0]} << 8U | data[1], size - 2);
  const std::string_view base = bytes.substr(2, length), delta = bytes.substr(2 + length);
  const auto whole = apply(base, delta, std::max<std::size_t>(delta.size(), 1));
  const auto cut = apply(base, delta, 3);
  tidegate::fuzz::require(whole == cut);
  return 0;
}
