// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sandbox/value.hpp"

// Whatever is read can be written and read again as the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate::sandbox;
  const auto value = decode_msgpack({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  const std::string bytes = encode_msgpack(*value);
  const auto again = decode_msgpack(bytes);
  if (!again || !(*again == *value) || encode_msgpack(*again) != bytes) std::abort();
  to_display(*value);
  return 0;
}
