// SPDX-License-Identifier: Apache-2.0
#include "service/example.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "service/environment_scan.hpp"
#include "service/type_constraint.hpp"

namespace tidegate::service {

namespace {

constexpr std::string_view nil_guid = "00000000-0000-0000-0000-000000000000";

bool is_guid(std::string_view value) {
  if (value.size() != nil_guid.size()) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = ascii_lower(value[i]);
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (nil_guid[i] == '-' ? c != '-' : !hex) return false;
  }
  return true;
}

// A resource id is a row of pairs: keeps the words that say what it is, replaces every name.
std::string example_resource(std::string_view value) {
  const std::vector<std::string_view> parts = split(value.substr(1), '/');
  std::string out;
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    out += '/';
    out += parts[i];
    if (i + 1 == parts.size()) break;
    out += '/';
    if (equal_ignoring_case(parts[i], "subscriptions")) {
      out += nil_guid;
    } else {
      out += equal_ignoring_case(parts[i], "providers") ? parts[i + 1] : "example";
    }
  }
  return out;
}

std::string example_text(std::string_view property, std::string_view value) {
  const std::string name = to_lower(property);
  const std::string low = to_lower(value);
  const std::size_t scheme = low.find("://");
  if (name == "encryptedcredential") return "example";
  if (name == "connectionstring") return "Server=environment.example;Database=example";
  if (low.find("azuredatabricks.net") != low.npos) {
    return scheme == low.npos ? "adb-1.1.azuredatabricks.net"
                              : "https://adb-1.1.azuredatabricks.net";
  }
  if (low.starts_with("/subscriptions/")) return example_resource(value);
  if (scheme != low.npos) {
    return low.substr(0, scheme) + "://environment.example" + (low.ends_with('/') ? "/" : "");
  }
  if (is_guid(value)) return std::string(nil_guid);
  if (name == "existingclusterid") return "0000-000000-example0";
  if (name == "instancepoolid") return "0000-000000-example0-pool-example0";
  if (name == "jobid") return "1";
  if (name == "host" || name == "server" || holds_environment_value(value))
    return "environment.example";
  return "example";
}

}  // namespace

std::string make_example(std::string_view type, std::string_view property, std::string_view value) {
  return type == "string" ? example_text(property, value) : example_of_type(type);
}

}  // namespace tidegate::service
