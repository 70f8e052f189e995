// SPDX-License-Identifier: Apache-2.0
// Addresses and references as text. Keys of instances may hold dots, brackets and quotes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "document/node.hpp"

namespace tidegate::policy {

// module.a["x.y"].t.n[0] -> module, a["x.y"], t, n[0]
std::vector<std::string> address_steps(std::string_view address);

struct SplitAddress {
  std::string resource{};  // without the key of the instance
  std::string key{};       // [0], ["k"], or empty
};
SplitAddress split_key(std::string_view address);

// First words of references that name no managed resource: var, local, module, data, each, …
bool is_reserved_root(std::string_view word);

// Of the catalogue's attributes that force a replacement: arguments that name a parent.
std::vector<std::string> parent_arguments(std::string_view forcing);

// All that an expression of the configuration refers to, in its order.
std::vector<std::string> references_in(const document::Node& expression);

}  // namespace tidegate::policy
