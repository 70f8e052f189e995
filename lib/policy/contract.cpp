// SPDX-License-Identifier: Apache-2.0
#include "policy/contract.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "plan/change.hpp"

namespace tidegate::policy {

namespace {

Diagnostic bad(const std::string& file, const document::Node& where, std::string message) {
  Diagnostic out{.code = "gate.bad-contract", .where = {.file = file}, .message = std::move(message),
                 .hint = "take contract/ from the artifact that `tidegate build` made, as it is",
                 .exit = ExitCode::policy_broken};
  if (where.exists()) out.where = where.location();
  return out;
}

}  // namespace

Result<Contract> parse_contract(const std::string& file, std::string_view text) {
  const auto parsed = document::parse_json(file, std::string(text));
  if (!parsed) {
    Diagnostic failure = bad(file, {}, "the contract is no JSON: " + shortened(printable(parsed.failure().message), 200));
    failure.where = parsed.failure().where;
    return failure;
  }
  const document::Node root = (*parsed)->root();
  if (!root.is_object()) return bad(file, root, "the contract is not an object");
  const std::string_view schema = root["schema"].as_string();
  if (schema != "tidegate/contract/1") {
    return bad(file, root["schema"], schema.empty() ? "the contract has no schema, tidegate/contract/1 was expected"
                                                    : "the contract has the schema " + shortened(printable(schema), 80) +
                                                          ", tidegate/contract/1 was expected");
  }
  Contract out{.dataset = std::string(root["dataset"].as_string()), .service = std::string(root["service"].as_string())};
  if (out.dataset.empty()) return bad(file, root["dataset"], "the contract names no dataset");
  const document::Node addresses = root["addresses"];
  if (!addresses.is_array()) return bad(file, addresses, "addresses is not a list of texts");
  for (const document::Node address : addresses) {
    if (address.as_string().empty()) return bad(file, address, "an entry of addresses is not a text, or empty");
    out.addresses.emplace_back(address.as_string());
  }
  return out;
}

bool carries(const Contract& contract, std::string_view address) {
  if (address.empty()) return false;
  const std::string plain = plan::without_keys(address);
  return std::any_of(contract.addresses.begin(), contract.addresses.end(), [&](const std::string& promised) {
    if (address == promised || plain == promised) return true;
    const std::string inner = "." + plan::without_keys(promised);
    return plain.starts_with("module.") && plain.ends_with(inner);
  });
}

}  // namespace tidegate::policy
