// SPDX-License-Identifier: Apache-2.0
// Builds a Document in preorder. Private to the parsers of this module.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "document/node.hpp"

namespace tidegate::document {

class Document::Builder {
 public:
  Builder(std::string file, std::string text);

  const std::string& text() const { return document_->text_; }
  const std::string& file() const { return document_->file_; }
  std::size_t depth() const { return open_.size(); }
  Location locate(std::size_t offset) const { return document_->locate(offset); }

  // Source slices; `decoded` is appended to the side buffer when it differs from the source.
  struct Text {
    std::size_t offset = 0;  // of the content in text(): that of the token, or one byte behind
    std::size_t size = 0;
    const std::string* decoded = nullptr;
  };

  // Returns false when the innermost object already has this key.
  bool key(std::size_t offset, const Text& name);
  void scalar(Kind kind, std::size_t offset, const Text& value, bool boolean = false);
  void open(Kind kind, std::size_t offset);
  void close();

  bool complete() const { return open_.empty() && !document_->records_.empty(); }
  std::shared_ptr<const Document> finish();
  void restart();  // as after construction

 private:
  struct Open {
    std::uint32_t record = 0;
    std::uint32_t members = 0;
    bool indexed = false;  // from 16 members on:
    std::unordered_set<std::string_view> keys{};
    std::unordered_multimap<std::size_t, std::size_t> asides{};  // hash of the text -> index in Sides::keys
  };
  struct Pending {  // key of the next value
    std::size_t offset = 0;
    Text name{};
    bool given = false;
    bool aside = false;
  };
  std::uint32_t add(Kind kind, std::size_t offset);
  Sides& sides();
  Aside put_aside(std::size_t offset, std::string_view text);
  void look_for_hidden(const Text& text);
  void place_key(Record& record);
  void place_parent(Record& record, std::uint32_t index);
  std::string_view text_of(const Text& text) const;
  bool is_duplicate(Open& open, std::string_view name);
  void index_keys(Open& open) const;
  void add_key_aside(std::size_t offset, std::string_view text);

  std::unique_ptr<Document> document_;
  std::vector<Open> open_{};
  Pending pending_{};
};

// The text without a UTF-8 byte order mark.
std::string without_bom(std::string text);

}  // namespace tidegate::document
