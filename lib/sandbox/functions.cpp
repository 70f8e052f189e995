// SPDX-License-Identifier: Apache-2.0
// Functions of providers. Those of azapi build resource ids of text and are computed as documented
// (registry page of Azure/azapi, functions); of all others the result is made up, of the right
// type.
#include <string>

#include "base/text.hpp"
#include "sandbox/engine.hpp"
#include "sandbox/made_up.hpp"
#include "sandbox/pattern.hpp"

namespace tidegate::sandbox {

namespace {

// "Microsoft.Storage/storageAccounts/blobServices" and names -> /providers/…/storageAccounts/a/…
std::string resource_path(const std::string& type, const std::vector<Value>& names) {
  std::vector<std::string_view> words = split(type, '/');
  if (words.size() != names.size() + 1) return {};
  std::string out = "/providers/" + std::string(words.front());
  for (std::size_t i = 0; i < names.size(); ++i)
    out += "/" + std::string(words[i + 1]) + "/" + names[i].text();
  return out;
}

std::string text(const std::vector<Value>& arguments, std::size_t index) {
  return index < arguments.size() ? arguments[index].dynamic_content().text() : std::string();
}

std::vector<Value> texts(const std::vector<Value>& arguments, std::size_t index) {
  return index < arguments.size() ? arguments[index].dynamic_content().items()
                                  : std::vector<Value>();
}

std::string azapi_id(std::string_view name, const std::vector<Value>& arguments) {
  if (name == "build_resource_id")
    return arm_id(text(arguments, 0), text(arguments, 1), text(arguments, 2));
  if (name == "tenant_resource_id") return resource_path(text(arguments, 0), texts(arguments, 1));
  std::string scope, path;
  if (name == "extension_resource_id") {
    scope = text(arguments, 0);
    path = resource_path(text(arguments, 1), texts(arguments, 2));
  } else if (name == "management_group_resource_id") {
    scope = "/providers/Microsoft.Management/managementGroups/" + text(arguments, 0);
    path = resource_path(text(arguments, 1), texts(arguments, 2));
  } else if (name == "subscription_resource_id") {
    scope = "/subscriptions/" + text(arguments, 0);
    path = resource_path(text(arguments, 1), texts(arguments, 2));
  } else if (name == "resource_group_resource_id") {
    scope = "/subscriptions/" + text(arguments, 0) + "/resourceGroups/" + text(arguments, 1);
    path = resource_path(text(arguments, 2), texts(arguments, 3));
  }
  return path.empty() ? std::string() : scope + path;
}

}  // namespace

Read Engine::call(std::string_view function, const std::vector<Value>& arguments) const {
  const Function* known = pack_->function(function);
  if (known == nullptr)
    return {.findings = {{.summary = "unknown function " + std::string(function)}}};
  if (pack_->address() == "azure/azapi" && known->result.kind == Type::Kind::string) {
    const std::string id = azapi_id(function, arguments);
    if (id.empty())
      return {.findings = {{.summary = "the resource type and the names do not go together"}}};
    return {.state = Value::string(id)};
  }
  const std::string seed = stable_hash(Value::list(arguments));
  return {.state = make_up(known->result, seed, function)};
}

}  // namespace tidegate::sandbox
