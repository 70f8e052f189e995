// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648). Written with the standard alphabet and padding; read with both alphabets, as DSSE asks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidegate::signature {

std::string encode_base64(std::string_view bytes);
// Nothing if it is not what an encoder writes: other characters, wrong length or padding, bits left over.
std::optional<std::string> decode_base64(std::string_view text);

// Bytes of lower-case hex digits of even number; nothing for others.
std::optional<std::string> decode_hex(std::string_view text);

}  // namespace tidegate::signature
