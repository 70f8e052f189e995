// SPDX-License-Identifier: Apache-2.0
#include "validation/expected.hpp"

#include <algorithm>

#include "document/write.hpp"

namespace tidegate::validation {

namespace {

using document::Kind;
using document::Node;

class Writer {
 public:
  Writer(const ExpectedTree& tree, const Sink& sink) : tree_(tree), sink_(sink) {}

  Status run(std::string_view prefix, std::string_view suffix) {
    out_ = prefix;
    add(tree_.node);
    out_ += suffix;
    flush();
    return status_;
  }

 private:
  void flush() {
    if (status_) status_ = sink_(out_);
    out_.clear();
  }

  bool is_dropped(const Node& node) const {
    return std::ranges::binary_search(tree_.dropped, node.index());
  }

  void add(const Node& node) {
    constexpr std::size_t piece_size = 65536;
    if (out_.size() >= piece_size) flush();
    const auto other = tree_.replaced.find(node.index());
    if (other != tree_.replaced.end()) {
      out_ += other->second;
      return;
    }
    switch (node.kind()) {
      case Kind::null:
        out_ += "null";
        return;
      case Kind::boolean:
        out_ += node.as_boolean() ? "true" : "false";
        return;
      case Kind::number:
        out_ += node.number_text();
        return;
      case Kind::string:
        document::append_json_string(out_, node.as_string());
        return;
      case Kind::array:
      case Kind::object:
        add_members(node);
        return;
    }
  }

  void add_members(const Node& node) {
    const bool object = node.is_object();
    out_ += object ? '{' : '[';
    bool first = true;
    for (const Node member : node) {
      if (is_dropped(member)) continue;
      if (!first) out_ += ',';
      first = false;
      if (object) {
        document::append_json_string(out_, member.key());
        out_ += ':';
      }
      add(member);
    }
    out_ += object ? '}' : ']';
  }

  const ExpectedTree& tree_;
  const Sink& sink_;
  Status status_ = Done{};
  std::string out_{};
};

}  // namespace

Status write_expected(const ExpectedTree& tree, std::string_view prefix, std::string_view suffix,
                      const Sink& sink) {
  return Writer(tree, sink).run(prefix, suffix);
}

std::string index_path(const Node& root, Node node) {
  std::string out;
  while (node.exists() && node != root) {
    const Node parent = node.parent();
    if (parent.is_array()) {
      std::size_t index = 0;
      for (const Node element : parent) {
        if (element == node) break;
        ++index;
      }
      out.insert(0, "[" + std::to_string(index) + "]");
    } else {
      out.insert(0, "[" + quoted(node.key()) + "]");
    }
    node = parent;
  }
  return out;
}

}  // namespace tidegate::validation
