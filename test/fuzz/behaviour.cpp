// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "document/parse.hpp"
#include "sandbox/behaviour.hpp"
#include "sandbox/condition.hpp"
#include "sandbox/pattern.hpp"

// What the reader takes can be applied.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using sandbox::Value;
  const auto json =
      document::parse_json("input", std::string(reinterpret_cast<const char*>(data), size));
  if (!json) return 0;
  const auto behaviour = sandbox::Behaviour::read({*json});
  if (!behaviour) return 0;
  const Value object = Value::map({{"name", Value::string("a")}, {"size", Value::number("3")}});
  for (const document::Node entry : (*json)->root()) {
    const sandbox::TypeRules rules = (*behaviour)->of(entry.key());
    for (const sandbox::ConditionalForceNew& rule : rules.force_new_when) {
      if (rule.when.exists()) sandbox::holds(rule.when, rule.path, object, {});
    }
    for (const sandbox::NamedPattern& pattern : rules.computed) {
      const auto text = sandbox::fill_pattern(pattern.pattern, object, object, "00");
      if (text) sandbox::match_pattern(pattern.pattern, *text);
    }
  }
  return 0;
}
