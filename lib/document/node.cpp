// SPDX-License-Identifier: Apache-2.0
#include "document/node.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <iterator>

#include "base/text.hpp"
#include "document/builder.hpp"

namespace tidegate::document {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::number:
      return "number";
    case Kind::string:
      return "string";
    case Kind::array:
      return "array";
    case Kind::object:
      return "object";
  }
  return "null";
}

std::string_view Node::number_text() const {
  return is_number() ? document_->value_of(index_) : std::string_view();
}

bool Node::as_boolean() const { return is_boolean() && document_->records_[index_].boolean; }

namespace {

struct Decimal {  // digits without leading or trailing zeros, value = 0.digits * 10^exponent
  bool negative = false;
  std::string digits{};
  long long exponent = 0;
};

Decimal to_decimal(std::string_view text) {
  Decimal out;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    out.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const std::size_t e = text.find_first_of("eE");
  long long exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1);
    if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (parsed.ec != std::errc{})
      exponent = digits.starts_with('-') ? -1'000'000'000 : 1'000'000'000;
    exponent = std::clamp(exponent, -1'000'000'000LL, 1'000'000'000LL);
    text = text.substr(0, e);
  }
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  out.digits = std::string(whole);
  if (dot != std::string_view::npos) out.digits += text.substr(dot + 1);
  out.exponent = static_cast<long long>(whole.size()) + exponent;
  const std::size_t first = out.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  out.digits.erase(0, first);
  out.exponent -= static_cast<long long>(first);
  out.digits.erase(out.digits.find_last_not_of('0') + 1);
  return out;
}

}  // namespace

std::optional<std::int64_t> Node::as_integer() const {
  if (!is_number()) return std::nullopt;
  const Decimal decimal = to_decimal(number_text());
  if (decimal.digits.empty()) return 0;
  const auto count = static_cast<long long>(decimal.digits.size());
  if (decimal.exponent < count || decimal.exponent > 19) return std::nullopt;
  std::string text = decimal.negative ? "-" : "";
  text += decimal.digits;
  text.append(static_cast<std::size_t>(decimal.exponent - count), '0');
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return value;
}

std::size_t Node::size() const { return static_cast<std::size_t>(std::distance(begin(), end())); }

namespace {

// The first member of the object at `index` whose key `equal` takes; 0: none. The checks ask hundreds of thousands of
// times, and the length of the key tells most members apart.
template <class KeyOf, class Equal>
std::uint32_t find_member(const Document::Record* records, std::uint32_t index, std::size_t size, const KeyOf& key_of,
                          const Equal& equal) {
  const std::uint32_t last = records[index].extent;
  for (std::uint32_t child = index + 1; child < last;) {
    const Document::Record& record = records[child];
    if ((record.key_size == size || record.key_aside) && equal(key_of(child))) return child;
    child = record.kind >= Kind::array ? record.extent : child + 1;
  }
  return 0;
}

}  // namespace

Node Node::operator[](std::string_view name) const {
  if (!is_object()) return {};
  const auto key_of = [document = document_](std::uint32_t child) { return document->key_of(child); };
  const auto equal = [name](std::string_view key) {
    if (key.size() != name.size()) return false;
    return key.empty() || (key.front() == name.front() && key == name);  // one byte tells nearly all apart
  };
  const std::uint32_t found = find_member(document_->records_.data(), index_, name.size(), key_of, equal);
  return found == 0 ? Node() : Node(document_, found);
}

Node Node::find_ignoring_case(std::string_view name) const {
  if (!is_object()) return {};
  const auto key_of = [document = document_](std::uint32_t child) { return document->key_of(child); };
  const auto equal = [name](std::string_view key) { return equal_ignoring_case(key, name); };
  const std::uint32_t found = find_member(document_->records_.data(), index_, name.size(), key_of, equal);
  return found == 0 ? Node() : Node(document_, found);
}

Node Node::at(std::size_t index) const {
  for (const Node child : *this) {
    if (index-- == 0) return child;
  }
  return {};
}

Node Node::resolve_pointer(std::string_view pointer) const {
  Node here = *this;
  if (pointer.empty()) return here;
  if (pointer.front() != '/') return {};
  for (const std::string_view part : split(pointer.substr(1), '/')) {
    std::string name;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1')) {
        name += part[++i] == '0' ? '~' : '/';
      } else {
        name += part[i];
      }
    }
    if (here.is_array()) {
      std::size_t index = 0;
      const auto parsed = std::from_chars(name.data(), name.data() + name.size(), index);
      if (parsed.ec != std::errc{} || parsed.ptr != name.data() + name.size()) return {};
      here = here.at(index);
    } else {
      here = here[name];
    }
    if (!here) return {};
  }
  return here;
}

std::string Node::pointer() const {
  if (!exists() || index_ == 0) return {};
  const Node above = parent();
  std::string out = above.pointer() + "/";
  if (above.is_array()) {
    std::size_t position = 0;
    for (const Node child : above) {
      if (child.index_ == index_) break;
      ++position;
    }
    return out + std::to_string(position);
  }
  for (const char c : key()) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::size_t Node::offset() const { return exists() ? document_->records_[index_].offset : 0; }

std::size_t Node::key_offset() const {
  if (!exists()) return 0;
  return document_->records_[index_].has_key ? document_->key_offset_of(index_) : offset();
}

Location Node::location() const {
  if (!exists()) return {};
  Location where = document_->locate(offset());
  where.pointer = pointer();
  return where;
}

Location Node::key_location() const {
  if (!exists()) return {};
  Location where = document_->locate(key_offset());
  where.pointer = pointer();
  return where;
}

namespace {

// Bytes of UTF-8 that the JSON escape at `at` decodes to, and its length in the source.
std::pair<std::size_t, std::size_t> escape_sizes(std::string_view text, std::size_t at) {
  if (at + 5 >= text.size() || text[at + 1] != 'u') return {1, 2};
  unsigned code = 0;
  std::from_chars(text.data() + at + 2, text.data() + at + 6, code, 16);
  if (code >= 0xD800U && code < 0xDC00U) return {4, 12};
  return {code < 0x80U ? 1U : code < 0x800U ? 2U : 3U, 6};
}

}  // namespace

Location Node::location_in_string(std::size_t index) const {
  if (!is_string()) return location();
  const std::string& text = document_->text_;
  std::size_t at = offset();
  const bool quoted = at < text.size() && text[at] == '"';
  if (!quoted) return location();  // YAML and TOML: no exact mapping
  ++at;
  std::size_t decoded = 0;
  while (decoded < index && at < text.size() && text[at] != '"') {
    if (text[at] == '\\') {
      const auto sizes = escape_sizes(text, at);
      if (decoded + sizes.first > index) break;
      decoded += sizes.first;
      at += sizes.second;
    } else {
      ++decoded;
      ++at;
    }
  }
  Location where = document_->locate(at);
  where.pointer = pointer();
  return where;
}

namespace {

const Document::Aside& aside_of(const std::vector<Document::Aside>& table, std::uint32_t record) {
  return *std::ranges::lower_bound(table, record, {}, &Document::Aside::record);
}

}  // namespace

std::string_view Document::value_aside(std::uint32_t index) const {
  return {sides_->decoded.data() + aside_of(sides_->values, index).begin, records_[index].extent};
}

std::string_view Document::key_aside(std::uint32_t index) const {
  const Aside& aside = aside_of(sides_->keys, index);
  return {sides_->decoded.data() + aside.begin, aside.size};
}

std::uint32_t Document::key_offset_of(std::uint32_t index) const {
  const Record& record = records_[index];
  if (record.key_aside) return aside_of(sides_->keys, index).offset;
  return record.offset - record.key_gap - record.key_size - 1;  // kept in place only behind a quote
}

std::uint32_t Document::far_parent_of(std::uint32_t index) const {
  const std::vector<FarParent>& parents = sides_->parents;
  return (std::ranges::upper_bound(parents, index, {}, &FarParent::record) - 1)->parent;
}

void Document::make_marks() const {
  constexpr std::uint32_t distance = 512;  // bytes; bounds the work of one locate() in a long line
  const std::string_view text = text_;
  Mark next;
  marks_.push_back(next);
  while (next.offset < text.size()) {
    const std::size_t newline = text.find('\n', next.offset);
    const auto end = static_cast<std::uint32_t>(std::min(newline, text.size()));
    if (end - next.offset >= distance) mark_line(next, end, distance);
    if (newline == std::string_view::npos) return;
    next = {.offset = end + 1, .line = next.line + 1};
    marks_.push_back(next);
  }
}

// Marks inside a long line, between characters. `next`: its beginning, which is marked; `end`: behind its last byte.
void Document::mark_line(Mark next, std::uint32_t end, std::uint32_t distance) const {
  for (; next.offset < end; ++next.offset) {
    if ((static_cast<unsigned char>(text_[next.offset]) & 0xC0U) == 0x80U) continue;
    if (next.offset - marks_.back().offset >= distance) marks_.push_back(next);
    ++next.column;
  }
}

namespace {

// Marks of a text cost more memory than the text of a small file takes time to be read: most files
// are asked for a place once or twice.
constexpr std::size_t largest_unmarked = 16 * 1024;

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::size_t count_lines(std::string_view text) {
  std::size_t lines = 0;
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) ++lines;
  return lines;
}

Location locate_by_reading(const std::string& file, std::string_view before) {
  const std::size_t lines = count_lines(before);
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {.file = file,
          .line = static_cast<std::uint32_t>(lines + 1),
          .column = static_cast<std::uint32_t>(characters_in(before.substr(start)) + 1)};
}

}  // namespace

Location Document::locate(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  if (text_.size() <= largest_unmarked)
    return locate_by_reading(file_, std::string_view(text_).substr(0, offset));
  std::call_once(marked_, [this] { make_marks(); });
  const auto after =
      std::upper_bound(marks_.begin(), marks_.end(), offset,
                       [](std::size_t value, const Mark& mark) { return value < mark.offset; });
  const Mark& mark = *(after - 1);
  const std::size_t characters =
      characters_in(std::string_view(text_).substr(mark.offset, offset - mark.offset));
  return {.file = file_,
          .line = mark.line,
          .column = mark.column + static_cast<std::uint32_t>(characters)};
}

// --- Builder ---

std::string without_bom(std::string text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

Document::Builder::Builder(std::string file, std::string text) : document_(new Document) {
  document_->file_ = std::move(file);
  document_->text_ = without_bom(std::move(text));
  document_->records_.reserve(document_->text_.size() / 32 + 4);
}

void Document::Builder::restart() {
  document_->records_.clear();
  document_->sides_.reset();
  document_->hides_characters_ = false;
  open_.clear();
  pending_ = {};
}

Document::Sides& Document::Builder::sides() {
  if (document_->sides_ == nullptr) document_->sides_ = std::make_unique<Sides>();
  return *document_->sides_;
}

// Appends a text to the side buffer.
Document::Aside Document::Builder::put_aside(std::size_t offset, std::string_view text) {
  Sides& sides = this->sides();
  const Aside aside{.record = static_cast<std::uint32_t>(document_->records_.size()),
                    .begin = static_cast<std::uint32_t>(sides.decoded.size()),
                    .size = static_cast<std::uint32_t>(text.size()),
                    .offset = static_cast<std::uint32_t>(offset)};
  sides.decoded += text;
  return aside;
}

// Of a text with escapes: asked once, here, instead of the whole file by everyone who wants to know.
void Document::Builder::look_for_hidden(const Text& text) {
  if (document_->hides_characters_) return;
  const std::string_view source = std::string_view(document_->text_).substr(text.offset, text.size);
  bool hidden = text.size == 0;  // the parser does not say where it stands
  for (std::size_t at = source.find('\\'); at != std::string_view::npos && !hidden; at = source.find('\\', at + 2))
    hidden = at + 1 < source.size() && (source[at + 1] == 'u' || source[at + 1] == '/');
  document_->hides_characters_ = hidden;
}

std::string_view Document::Builder::text_of(const Text& text) const {
  return text.decoded != nullptr
             ? std::string_view(*text.decoded)
             : std::string_view(document_->text_).substr(text.offset, text.size);
}

bool Document::Builder::is_duplicate(Open& open, std::string_view name) {
  constexpr std::uint32_t few = 16;
  if (open.members < few) {
    const auto count = static_cast<std::uint32_t>(document_->records_.size());
    for (std::uint32_t child = open.record + 1; child < count; child = document_->next_of(child)) {
      if (document_->key_of(child) == name) return true;
    }
    return false;
  }
  if (!open.indexed) index_keys(open);
  if (open.keys.contains(name)) return true;
  if (open.asides.empty()) return false;
  const auto [first, last] = open.asides.equal_range(std::hash<std::string_view>()(name));
  return std::any_of(first, last, [&](const auto& one) {
    const Aside& key = document_->sides_->keys[one.second];
    return std::string_view(document_->sides_->decoded).substr(key.begin, key.size) == name;
  });
}

// Texts in the side buffer move when it grows: their hashes are kept instead.
void Document::Builder::index_keys(Open& open) const {
  open.indexed = true;
  const auto count = static_cast<std::uint32_t>(document_->records_.size());
  for (std::uint32_t child = open.record + 1; child < count; child = document_->next_of(child)) {
    const std::string_view name = document_->key_of(child);
    if (!document_->records_[child].key_aside) {
      open.keys.insert(name);
    } else {
      const std::vector<Aside>& keys = document_->sides_->keys;
      open.asides.emplace(std::hash<std::string_view>()(name), static_cast<std::size_t>(&aside_of(keys, child) - keys.data()));
    }
  }
}

// Of the innermost object.
void Document::Builder::add_key_aside(std::size_t offset, std::string_view text) {
  std::vector<Aside>& keys = sides().keys;
  keys.push_back(put_aside(offset, text));
  Open& open = open_.back();
  if (open.indexed) open.asides.emplace(std::hash<std::string_view>()(text), keys.size() - 1);
}

bool Document::Builder::key(std::size_t offset, const Text& name) {
  if (is_duplicate(open_.back(), text_of(name))) return false;
  pending_ = {.offset = offset, .name = name, .given = true};
  if (name.decoded == nullptr) return true;
  look_for_hidden(name);
  add_key_aside(offset, *name.decoded);
  pending_.name.decoded = nullptr;
  pending_.aside = true;
  return true;
}

// A key stays in place if it stands behind a quote, near its value.
void Document::Builder::place_key(Record& record) {
  record.has_key = pending_.given;
  record.key_aside = pending_.aside;
  if (!pending_.given || pending_.aside) return;
  const Text& name = pending_.name;
  const std::size_t gap = record.offset - (name.offset + name.size);
  if (name.offset == pending_.offset + 1 && name.size <= longest_key && gap <= widest_gap) {
    record.key_size = static_cast<std::uint8_t>(name.size);
    record.key_gap = static_cast<std::uint16_t>(gap) & widest_gap;
    if (open_.back().indexed) open_.back().keys.insert(text_of(name));
    return;
  }
  add_key_aside(pending_.offset, text_of(name));
  record.key_aside = true;
}

void Document::Builder::place_parent(Record& record, std::uint32_t index) {
  const std::uint32_t parent = open_.back().record;
  if (index - parent <= farthest_parent) {
    record.parent = (index - parent) & farthest_parent;
    return;
  }
  std::vector<FarParent>& parents = sides().parents;
  if (parents.empty() || parents.back().parent != parent) parents.push_back({.record = index, .parent = parent});
}

std::uint32_t Document::Builder::add(Kind kind, std::size_t offset) {
  const auto index = static_cast<std::uint32_t>(document_->records_.size());
  Record record;
  record.kind = kind;
  record.offset = static_cast<std::uint32_t>(offset);
  place_key(record);
  pending_ = {};
  if (!open_.empty()) {
    place_parent(record, index);
    ++open_.back().members;
  }
  document_->records_.push_back(record);
  return index;
}

void Document::Builder::scalar(Kind kind, std::size_t offset, const Text& value, bool boolean) {
  const std::uint32_t index = add(kind, offset);
  Record& record = document_->records_[index];
  record.extent =
      static_cast<std::uint32_t>(value.decoded != nullptr ? value.decoded->size() : value.size);
  record.quoted = value.offset > offset;
  record.boolean = boolean;
  record.value_aside = value.decoded != nullptr;
  if (value.decoded == nullptr) return;
  look_for_hidden(value);
  sides().values.push_back(put_aside(offset, *value.decoded));
  sides().values.back().record = index;
}

void Document::Builder::open(Kind kind, std::size_t offset) {
  const std::uint32_t index = add(kind, offset);
  open_.emplace_back().record = index;
}

void Document::Builder::close() {
  document_->records_[open_.back().record].extent =
      static_cast<std::uint32_t>(document_->records_.size());
  open_.pop_back();
}

std::shared_ptr<const Document> Document::Builder::finish() {
  document_->records_.shrink_to_fit();
  if (Sides* sides = document_->sides_.get(); sides != nullptr) {
    sides->decoded.shrink_to_fit();
    sides->values.shrink_to_fit();
    sides->keys.shrink_to_fit();
    sides->parents.shrink_to_fit();
  }
  return std::shared_ptr<const Document>(std::move(document_));
}

}  // namespace tidegate::document
