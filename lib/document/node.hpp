// SPDX-License-Identifier: Apache-2.0
// A parsed document: one flat table of nodes over the text that was read. `Node` is a cheap handle
// (pointer and index) that lives as long as its Document. Number text is exact, every node knows
// its byte offset, order of members is the order of the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"

namespace tidegate::document {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

std::string_view to_string(Kind kind);

class Document;

class Node {
 public:
  Node() = default;  // "absent": every look-up on it gives absent again
  bool exists() const { return document_ != nullptr; }
  explicit operator bool() const { return exists(); }

  Kind kind() const;  // absent counts as null
  bool is_null() const { return exists() && kind() == Kind::null; }
  bool is_string() const { return exists() && kind() == Kind::string; }
  bool is_number() const { return exists() && kind() == Kind::number; }
  bool is_boolean() const { return exists() && kind() == Kind::boolean; }
  bool is_array() const { return exists() && kind() == Kind::array; }
  bool is_object() const { return exists() && kind() == Kind::object; }

  std::string_view as_string() const;              // decoded text of a string, else ""
  std::string_view number_text() const;            // as written (JSON grammar), else ""
  bool as_boolean() const;                         // false unless the literal true
  std::optional<std::int64_t> as_integer() const;  // exact, also for 1.0 or 1e3

  std::size_t size() const;                              // members or elements; linear time
  std::string_view key() const;                          // name of this node in its object, else ""
  Node operator[](std::string_view name) const;          // member, exact case
  Node find_ignoring_case(std::string_view name) const;  // first member equal without ASCII case
  Node at(std::size_t index) const;                      // element; linear time
  Node resolve_pointer(std::string_view pointer) const;  // RFC 6901

  // `for (Node child : node)` gives members or elements in order.
  class Iterator {
   public:
    using value_type = Node;
    using difference_type = std::ptrdiff_t;
    using reference = Node;
    using pointer = void;
    using iterator_category = std::forward_iterator_tag;
    Iterator() = default;
    Iterator(const Document* document, std::uint32_t index) : document_(document), index_(index) {}
    Node operator*() const { return Node(document_, index_); }
    Iterator& operator++();
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Document* document_ = nullptr;
    std::uint32_t index_ = 0;
  };
  Iterator begin() const;
  Iterator end() const;

  Node parent() const;
  std::string pointer() const;     // RFC 6901, "" for the root
  std::size_t offset() const;      // of the first byte of the value in Document::text()
  std::size_t key_offset() const;  // of the opening quote of the key; offset() without a key
  Location location() const;       // of the value
  Location key_location() const;
  // The place of byte `index` of the decoded string inside the source (escapes counted).
  Location location_in_string(std::size_t index) const;

  std::uint32_t index() const { return index_; }  // stable number of the node in its document
  const Document* document() const { return document_; }
  friend bool operator==(const Node&, const Node&) = default;

 private:
  friend class Document;
  Node(const Document* document, std::uint32_t index) : document_(document), index_(index) {}
  const Document* document_ = nullptr;
  std::uint32_t index_ = 0;
};

// Immutable once parsed; neither copied nor moved, so that Nodes stay valid.
class Document {
 public:
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  const std::string& file() const { return file_; }
  const std::string& text() const { return text_; }  // as read, without a BOM
  Node root() const { return Node(this, 0); }
  std::size_t node_count() const { return records_.size(); }
  Node node(std::uint32_t index) const { return Node(this, index); }
  Location locate(std::size_t offset) const;  // line and column of a byte offset
  // Some key or string holds an escape that may stand for any character (\\u, or \\/ for a slash): then
  // text() may lack what the decoded strings hold. Known from parsing; true of YAML with escapes.
  bool hides_characters() const { return hides_characters_; }

  // For the parsers of this module only. One node in preorder, in 12 bytes: a repository has
  // hundreds of thousands. A text begins at its offset, or one byte behind it where a quote stands
  // there. What does not fit stands in a side table: values with escapes; keys with escapes, long
  // ones, and those far from their value; the parents of nodes far behind them.
  struct Record {
    std::uint32_t offset = 0;  // of the value in text_
    std::uint32_t extent = 0;  // scalars: bytes of the text; containers: index after the subtree
    std::uint8_t key_size = 0;
    Kind kind : 3 = Kind::null;
    bool boolean : 1 = false;
    bool quoted : 1 = false;  // the value begins behind a quote
    bool value_aside : 1 = false;
    bool key_aside : 1 = false;
    bool has_key : 1 = false;
    std::uint16_t key_gap : 3 = 0;  // bytes between the key's text and the value
    std::uint16_t parent : 13 = 0;  // how many nodes before this one; 0: see Sides
  };
  static constexpr std::uint32_t longest_key = 0xFFU, widest_gap = 7U, farthest_parent = 0x1FFFU;
  struct Aside {  // a text in Sides::decoded
    std::uint32_t record = 0;
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
    std::uint32_t offset = 0;  // of the token in text_
  };
  struct FarParent {  // of this record and those after it that are as far from theirs
    std::uint32_t record = 0;
    std::uint32_t parent = 0;
  };
  struct Sides {  // most documents need none
    std::string decoded{};
    std::vector<Aside> values{};  // sorted by record
    std::vector<Aside> keys{};
    std::vector<FarParent> parents{};  // sorted by record
  };
  class Builder;

 private:
  friend class Node;
  friend class Node::Iterator;
  friend class Builder;
  Document() = default;
  bool is_container(std::uint32_t index) const { return records_[index].kind >= Kind::array; }
  std::uint32_t next_of(std::uint32_t index) const {
    return is_container(index) ? records_[index].extent : index + 1;
  }
  // Of a node that is not the root.
  std::uint32_t parent_of(std::uint32_t index) const {
    const std::uint32_t distance = records_[index].parent;
    return distance != 0 ? index - distance : far_parent_of(index);
  }
  std::uint32_t far_parent_of(std::uint32_t index) const;
  std::string_view value_of(std::uint32_t index) const;
  std::string_view key_of(std::uint32_t index) const;
  std::string_view value_aside(std::uint32_t index) const;
  std::string_view key_aside(std::uint32_t index) const;
  std::uint32_t key_offset_of(std::uint32_t index) const;

  std::string file_{};
  std::string text_{};
  std::vector<Record> records_{};
  std::unique_ptr<Sides> sides_{};
  bool hides_characters_ = false;
  struct Mark {  // a place whose line and column are known
    std::uint32_t offset = 0;
    std::uint32_t line = 1;
    std::uint32_t column = 1;
  };
  void make_marks() const;
  void mark_line(Mark next, std::uint32_t end, std::uint32_t distance) const;
  mutable std::once_flag marked_{};  // the same document may be asked from several threads
  mutable std::vector<Mark>
      marks_{};  // line starts, and more in long lines; made at the first locate()
};

// Walks over hundreds of thousands of nodes ask these at each: in place.
inline Kind Node::kind() const { return exists() ? document_->records_[index_].kind : Kind::null; }

inline std::string_view Document::value_of(std::uint32_t index) const {
  const Record& record = records_[index];
  if (record.value_aside) return value_aside(index);
  return {text_.data() + record.offset + (record.quoted ? 1 : 0), record.extent};
}

inline std::string_view Document::key_of(std::uint32_t index) const {
  const Record& record = records_[index];
  if (record.key_aside) return key_aside(index);
  return {text_.data() + record.offset - record.key_gap - record.key_size, record.key_size};
}

inline std::string_view Node::as_string() const {
  return is_string() ? document_->value_of(index_) : std::string_view();
}

inline std::string_view Node::key() const { return exists() ? document_->key_of(index_) : std::string_view(); }

inline Node::Iterator& Node::Iterator::operator++() {
  index_ = document_->next_of(index_);
  return *this;
}

inline Node::Iterator Node::begin() const {
  if (!is_array() && !is_object()) return {};
  return {document_, index_ + 1};
}

inline Node::Iterator Node::end() const {
  if (!is_array() && !is_object()) return {};
  return {document_, document_->records_[index_].extent};
}

inline Node Node::parent() const {
  if (!exists() || index_ == 0) return {};
  return {document_, document_->parent_of(index_)};
}

using DocumentPtr = std::shared_ptr<const Document>;

}  // namespace tidegate::document
