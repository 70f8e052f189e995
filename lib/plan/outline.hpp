// SPDX-License-Identifier: Apache-2.0
// Most entries of `resource_changes` do nothing, and nobody asks for their values. Where the splitter
// has found the keys anyway, what is left of such an entry is cut out without reading it again.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "document/splitter.hpp"

namespace tidegate::plan {

// `text` is valid JSON, `keys` are all keys of its first two levels. An entry whose only action is
// no-op, that moves nothing and imports nothing: the same entry with {} for each object in "change";
// parse_change reads the same from both. Nothing for any other text, or if a key has an escape or is
// there twice.
std::optional<std::string> idle_outline(std::string_view text,
                                        std::span<const document::KeyPlace> keys);

}  // namespace tidegate::plan
