// SPDX-License-Identifier: Apache-2.0
// What the two kinds of file have in common: names and words come from closed lists, every fault
// has its place, the nearest right word, and exit 13.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "document/node.hpp"
#include "policy/organisation/waiver.hpp"

namespace tidegate::organisation {

class Fields {
 public:
  Fields(std::string_view code, Diagnostics& faults) : code_(code), faults_(faults) {}

  // The root of a YAML text with `schema: <schema>`; absent after a fault. The document must live.
  document::DocumentPtr parse(const SourceText& source, std::string_view schema) const;

  void fault(Location where, std::string message, std::string hint = {}) const;
  // Every member is one of `known`.
  void check_names(const document::Node& object, std::span<const std::string_view> known) const;
  // A text that is not blank; `name` is what it is called in the fault.
  std::optional<std::string> text(const document::Node& node, std::string_view name) const;
  std::vector<document::Node> texts(const document::Node& node,
                                    std::string_view name) const;  // a list of texts
  std::optional<bool> flag(const document::Node& node, std::string_view name) const;
  std::optional<std::size_t> count(const document::Node& node, std::string_view name,
                                   std::size_t least) const;
  // The number of the word in `words`.
  std::optional<std::size_t> word(const document::Node& node, std::string_view name,
                                  std::span<const std::string_view> words) const;

 private:
  std::string code_;
  Diagnostics& faults_;
};

std::string found_text(const document::Node& node);  // "the number 7", "a list", "\"text\""

// Ids that a policy or waiver may name.
enum class RuleUse { severity, waiver };

// Why `id` names no rule that can be used so; empty if it does. Rules that do not begin with
// `gate.` are the developers' own; whether they exist shows when checks are loaded.
struct RuleFault {
  std::string message{};
  std::string hint{};
};
std::optional<RuleFault> find_rule_fault(std::string_view id, RuleUse use);

}  // namespace tidegate::organisation
