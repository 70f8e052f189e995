// SPDX-License-Identifier: Apache-2.0
// The grammar of a line, written by lib/terraform/generator/schema_tables.cpp:
//   block     = "{" *item "}"
//   item      = NAME "=" flags type ";"                attribute; flags: any of r o c
//             | NAME "=" flags "<" nesting block ";"   attribute of attributes
//             | NAME nesting LEAST "," MOST block ";"  block
//   nesting   = "1" | "l" | "s" | "m"                  behind "[" for blocks
//   type      = "S" | "N" | "B" | "A" | "L" type | "E" type | "M" type
//             | "O{" *(NAME "=" type ";") "}" | "T(" *type ")"
#include "catalogue/schema.hpp"

#include <algorithm>
#include <array>

namespace tidegate::catalogue {

namespace {

constexpr int max_depth = 64;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<SchemaBlock> whole() {
    SchemaBlock out;
    if (!block(out, 0) || at_ != text_.size()) return std::nullopt;
    return out;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  std::string name() {
    const std::size_t end = std::min(text_.find_first_of("=[", at_), text_.size());
    std::string out(text_.substr(at_, end - at_));
    at_ = end;
    return out;
  }

  std::uint32_t number() {
    std::uint32_t value = 0;
    while (peek() >= '0' && peek() <= '9') value = value * 10 + static_cast<std::uint32_t>(text_[at_++] - '0');
    return value;
  }

  bool nesting(Nesting& out) {
    constexpr std::string_view letters = "-1lsm";
    const std::size_t found = letters.find(peek());
    if (found == 0 || found == letters.npos) return false;
    ++at_;
    out = static_cast<Nesting>(found);
    return true;
  }

  bool type(ValueType& out, int depth) {
    constexpr std::string_view letters = "SNBALEMOT";
    const std::size_t found = letters.find(peek());
    if (peek() == '\0' || found == letters.npos || depth > max_depth) return false;
    ++at_;
    out.kind = static_cast<ValueType::Kind>(found);
    switch (out.kind) {
      case ValueType::Kind::list:
      case ValueType::Kind::set:
      case ValueType::Kind::map:
        out.elements.emplace_back();
        return type(out.elements.back(), depth + 1);
      case ValueType::Kind::object:
        if (!take('{')) return false;
        while (peek() != '}') {
          out.attributes.emplace_back(name(), ValueType{});
          if (!take('=') || !type(out.attributes.back().second, depth + 1) || !take(';')) return false;
        }
        return take('}');
      case ValueType::Kind::tuple:
        if (!take('(')) return false;
        while (peek() != ')') {
          out.elements.emplace_back();
          if (!type(out.elements.back(), depth + 1)) return false;
        }
        return take(')');
      case ValueType::Kind::text:
      case ValueType::Kind::number:
      case ValueType::Kind::boolean:
      case ValueType::Kind::any:
        return true;
    }
    return false;
  }

  bool attribute(SchemaBlock& out, std::string name, int depth) {
    ++at_;  // =
    SchemaAttribute& made = out.attributes.emplace_back();
    made.name = std::move(name);
    for (;; ++at_) {
      if (peek() == 'r') {
        made.required = true;
      } else if (peek() == 'o') {
        made.optional = true;
      } else if (peek() == 'c') {
        made.computed = true;
      } else {
        break;
      }
    }
    if (!take('<')) return type(made.type, depth);
    auto inner = std::make_shared<SchemaBlock>();
    if (!nesting(made.nesting) || !block(*inner, depth + 1)) return false;
    made.inner = std::move(inner);
    return true;
  }

  bool nested(SchemaBlock& out, std::string name, int depth) {
    ++at_;  // [
    SchemaNested& made = out.blocks.emplace_back();
    made.name = std::move(name);
    if (!nesting(made.nesting)) return false;
    made.least = number();
    if (!take(',')) return false;
    made.most = number();
    auto inner = std::make_shared<SchemaBlock>();
    if (!block(*inner, depth + 1)) return false;
    made.block = std::move(inner);
    return true;
  }

  bool block(SchemaBlock& out, int depth) {
    if (depth > max_depth || !take('{')) return false;
    while (!take('}')) {
      std::string item = name();
      if (item.empty()) return false;
      const bool good = peek() == '=' ? attribute(out, std::move(item), depth)
                                      : peek() == '[' && nested(out, std::move(item), depth);
      if (!good || !take(';')) return false;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

constexpr std::string_view letters = "prde";  // in the order of SchemaKind

// The line that begins at or before `at`.
std::string_view line_around(std::string_view text, std::size_t at) {
  const std::size_t before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  const std::size_t begin = before == text.npos ? 0 : before + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

// `r azurerm_resource_group`, the key of a line.
std::string_view key_of(std::string_view line) { return line.substr(0, line.find(' ', 2)); }

template <class T>
const T* find_named(const std::vector<T>& all, std::string_view name) {
  const auto found = std::lower_bound(all.begin(), all.end(), name,
                                      [](const T& a, std::string_view b) { return a.name < b; });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

}  // namespace

const SchemaAttribute* SchemaBlock::find_attribute(std::string_view name) const {
  return find_named(attributes, name);
}
const SchemaNested* SchemaBlock::find_block(std::string_view name) const {
  return find_named(blocks, name);
}

std::optional<SchemaBlock> parse_schema(std::string_view body) { return Parser(body).whole(); }

std::optional<SchemaBlock> find_schema(const ProviderRelease& release, SchemaKind kind,
                                       std::string_view name) {
  const std::string wanted = std::string{letters[static_cast<std::size_t>(kind)], ' '} +
                             (kind == SchemaKind::provider ? "-" : std::string(name));
  std::size_t low = 0, high = release.text.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const std::string_view line = line_around(release.text, middle);
    const auto begin = static_cast<std::size_t>(line.data() - release.text.data());
    const std::string_view key = key_of(line);
    if (key == wanted) return parse_schema(line.substr(std::min(key.size() + 1, line.size())));
    if (key < wanted) {
      low = begin + line.size() + 1;
    } else {
      high = begin;
    }
  }
  return std::nullopt;
}

std::vector<std::string> schema_names(const ProviderRelease& release, SchemaKind kind) {
  std::vector<std::string> names;
  std::string_view rest = release.text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::string_view key = key_of(line);
    if (key.size() > 2 && key[0] == letters[static_cast<std::size_t>(kind)])
      names.emplace_back(key.substr(2));
  }
  return names;
}

}  // namespace tidegate::catalogue
