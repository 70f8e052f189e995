// SPDX-License-Identifier: Apache-2.0
// Holds the two readers of JSON against each other.
#pragma once

#include <string>

#include "document/json_readers.hpp"

namespace tidegate::test {

// "" if the reader of sound texts left `text` to the other one, or both read the same; else what
// differs. `taken` says which of the two.
inline std::string difference_of_readers(const std::string& text, bool& taken) {
  using document::Document;
  using document::Node;
  Document::Builder sound("a.json", text);
  taken = document::read_sound_json(sound, {});
  if (!taken) return "";
  Document::Builder any("a.json", text);
  const Result<document::DocumentPtr> second = document::read_any_json(any, {});
  if (!second) return "accepted, but: " + render_diagnostic(second.failure());
  const document::DocumentPtr first = sound.finish();
  if (first->node_count() != (*second)->node_count()) return "number of nodes";
  for (std::uint32_t i = 0; i < first->node_count(); ++i) {
    const Node a = first->node(i);
    const Node b = (*second)->node(i);
    const bool same = a.kind() == b.kind() && a.key() == b.key() &&
                      a.as_string() == b.as_string() && a.number_text() == b.number_text() &&
                      a.as_boolean() == b.as_boolean() && a.offset() == b.offset() &&
                      a.key_offset() == b.key_offset() && a.parent().index() == b.parent().index();
    if (!same) return "node " + a.pointer();
  }
  return "";
}

}  // namespace tidegate::test
