// SPDX-License-Identifier: Apache-2.0
// An attribute of a change with the two masks that belong to it: unknown until apply, and sensitive.
// Three states: known, unknown, absent. null, "", [] and {} count as absent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/node.hpp"

namespace tidegate::policy {

class Value {
 public:
  Value() = default;
  // `sensitive` absent: the plan gives no mask, so every text may be secret.
  static Value before(const document::Node& value, const document::Node& sensitive);
  static Value after(const document::Node& value, const document::Node& unknown, const document::Node& sensitive);

  const document::Node& node() const { return node_; }
  bool is_unknown() const { return is_unknown_; }
  bool is_sensitive() const { return is_sensitive_; }
  bool holds_unknown() const;            // this or anything in it
  bool is_blank() const;                 // known, and absent or empty
  bool is_zero_like() const;             // blank, false, 0, or a container of such values
  bool is_collection() const { return node_.is_array() || node_.is_object(); }

  Value member(std::string_view name) const;
  Value masked_member(std::string_view name) const;  // of a key that the object itself lacks
  std::vector<Value> elements() const;   // of a list, also those that only the mask knows
  std::vector<std::pair<std::string_view, Value>> members() const;  // of an object, in its order
  Value unwrapped() const;               // the only element of a one-element list, else itself

  // The text to compare: members and elements without order, without what is zero-like.
  std::string normal_form() const;
  // For messages: redacted, printable, at most about 80 characters.
  std::string shown() const;
  std::string as_text() const;           // of a scalar, for comparisons; never shown

 private:
  document::Node node_{};
  document::Node unknown_{};
  document::Node sensitive_{};
  bool is_unknown_ = false;
  bool is_sensitive_ = false;
  bool has_mask_ = false;
  void settle();
};

// True for texts that look like keys, tokens, passwords in connection strings, SAS.
bool looks_secret(std::string_view text);

}  // namespace tidegate::policy
