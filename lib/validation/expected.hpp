// SPDX-License-Identifier: Apache-2.0
// What a body must be in the end: the tree of the source with its stated changes, as plain JSON.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "document/node.hpp"
#include "validation/test_file.hpp"

namespace tidegate::validation {

struct ExpectedTree {
  document::Node node{};
  std::map<std::uint32_t, std::string> replaced{};  // by document::Node::index(): JSON text
  std::vector<std::uint32_t> dropped{};             // members that are left out, sorted
};

// `prefix`, the tree, `suffix`, in pieces.
Status write_expected(const ExpectedTree& tree, std::string_view prefix, std::string_view suffix,
                      const Sink& sink);

// A step into a value: ["key"] or [3], of every part of a JSON pointer. `node` is below `root`.
std::string index_path(const document::Node& root, document::Node node);

}  // namespace tidegate::validation
