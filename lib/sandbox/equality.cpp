// SPDX-License-Identifier: Apache-2.0
#include "sandbox/equality.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "sandbox/decimal.hpp"

namespace tidegate::sandbox {

namespace {

bool same_json(const std::string& a, const std::string& b) {
  const auto first = document::parse_json("a", a);
  const auto second = document::parse_json("b", b);
  return first && second && document::equal_values((*first)->root(), (*second)->root());
}

// Source: Azure/azure-sdk-for-go and go-azure-helpers, location.Normalize.
std::string normal_location(std::string_view text) {
  std::string out = to_lower(text);
  out.erase(std::remove(out.begin(), out.end(), ' '), out.end());
  return out;
}

}  // namespace

bool means_the_same(Equality equality, const Value& a, const Value& b) {
  if (a == b) return true;
  if (a.kind() != Value::Kind::string || b.kind() != Value::Kind::string) return false;
  switch (equality) {
    case Equality::json:
      return same_json(a.text(), b.text());
    case Equality::location:
      return normal_location(a.text()) == normal_location(b.text());
    case Equality::case_insensitive:
      return equal_ignoring_case(a.text(), b.text());
  }
  return false;
}

bool is_zero(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      return true;
    case Value::Kind::boolean:
      return !value.as_bool();
    case Value::Kind::number:
      return canonical_number(value.text()) == "0";
    case Value::Kind::string:
      return value.text().empty();
    case Value::Kind::list:
      return value.items().empty();
    case Value::Kind::map:
      return value.members().empty();
    case Value::Kind::unknown:
    case Value::Kind::bytes:
      return false;
  }
  return false;
}

}  // namespace tidegate::sandbox
