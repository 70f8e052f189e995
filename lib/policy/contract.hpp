// SPDX-License-Identifier: Apache-2.0
// What a service promises about a dataset that it produces: contract/<dataset>.json of its artifact.
// Source: docs/formats/contract.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tidegate::policy {

struct Contract {
  std::string dataset{};
  std::string service{};
  std::vector<std::string> addresses{};  // Terraform addresses of what carries it
};

// Code gate.bad-contract, exit 13: not JSON, another schema, no dataset, addresses that are no texts. Members that
// this program does not know are ignored: a contract can only make the gate stricter.
Result<Contract> parse_contract(const std::string& file, std::string_view text);

// An instance of one of its addresses, also where the service's configuration is called as a module.
bool carries(const Contract& contract, std::string_view address);

}  // namespace tidegate::policy
