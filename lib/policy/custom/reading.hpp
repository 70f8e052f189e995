// SPDX-License-Identifier: Apache-2.0
// What the parts of the reader share. Private to this module.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "document/node.hpp"
#include "policy/custom/rule.hpp"

namespace tidegate::policy::custom {

class Reading {
 public:
  explicit Reading(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void error(std::string_view code, const Location& where, std::string message,
             std::string hint = {});
  void invalid(const document::Node& node, std::string message, std::string hint = {});
  // Fields must be among `allowed`; `what` names the object: "a rule". False: not an object at all.
  bool fields(const document::Node& node, std::string_view what,
              std::initializer_list<std::string_view> allowed);
  void unknown_field(const document::Node& field, std::string_view what,
                     const std::vector<std::string>& allowed);
  std::string text(const document::Node& owner, std::string_view name, bool needed);
  bool boolean(const document::Node& owner, std::string_view name, bool fallback);
  std::optional<std::size_t> count(const document::Node& node, std::size_t least, std::size_t most);
  std::vector<std::string> texts(const document::Node& node,
                                 std::string_view what);  // a text or a list of texts
  std::optional<std::string> id(const document::Node& owner);
  std::size_t errors() const { return errors_; }

 private:
  Diagnostics& diagnostics_;
  std::size_t errors_ = 0;
};

inline constexpr std::string_view invalid_code = "gate.check-invalid";
inline constexpr std::string_view unknown_code = "gate.check-unknown-name";

std::string did_you_mean(std::string_view word,
                         const std::vector<std::string>& candidates);  // "" if none is near

Selector read_selector(const document::Node& node, Reading& reading);
// `inside`: of `holds`, where paths are relative to an element.
Condition read_condition(const document::Node& node, bool inside, Reading& reading);
// A path of the grammar. `sided`: before. or after. may lead; else the first step is an attribute.
std::optional<Path> read_path(std::string_view text, bool sided, const Location& where,
                              Reading& reading);
std::vector<Piece> read_message(const document::Node& node, const Condition& when,
                                Reading& reading);
std::vector<Example> read_examples(const document::Node& node, const CheckRule& rule,
                                   Reading& reading);
std::optional<plan::Effect> find_effect(std::string_view word);

// All names of a rule: types and attributes.
void check_names(const CheckRule& rule, const document::Node& node, const ChecksFile& file,
                 Reading& reading);

}  // namespace tidegate::policy::custom
