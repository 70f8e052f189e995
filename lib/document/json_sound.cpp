// SPDX-License-Identifier: Apache-2.0
// simdjson finds the tokens and checks UTF-8, control characters, commas and colons; what it checks
// only when a value is asked for (words, numbers, escapes) is checked here, because every value is
// visited. It says little about a fault, so a faulty text is read again by the other parser.
// Source: github.com/simdjson/simdjson, doc/ondemand_design.md.
#include "document/json_readers.hpp"

#define SIMDJSON_EXCEPTIONS 0  // a fault is an answer here: what could throw does not compile
#include <simdjson.h>

#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace tidegate::document {

namespace {

namespace ondemand = simdjson::ondemand;
using Text = Document::Builder::Text;

constexpr std::size_t largest = std::size_t{8} << 20U;  // bytes; the other parser needs less memory
constexpr std::size_t kept = std::size_t{64} << 10U;    // bytes of a text whose tables are kept

// What a thread uses for one text after the other.
struct Workplace {
  ondemand::parser parser{};
  std::string text{};     // a copy with room behind it, which simdjson reads in blocks
  std::string decoded{};  // of the string that was read last
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// RFC 8259, section 6, of a size that any parser takes.
bool is_plain_number(std::string_view text) {
  constexpr std::size_t longest = 64;
  if (text.size() > longest) return false;
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  if (text.starts_with('-')) ++at;
  const bool zero = at < text.size() && text[at] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits();
    if (exponent == 0 || exponent > 3) return false;
  }
  return at == text.size();
}

// Recursion goes no deeper than the options allow.
class Reader {
 public:
  Reader(Document::Builder& builder, const ParseOptions& options, Workplace& place)
      : builder_(builder), options_(options), place_(place) {}

  bool read() {
    ondemand::document document;
    const simdjson::padded_string_view text(place_.text.data(), builder_.text().size(),
                                            place_.text.size());
    if (place_.parser.iterate(text).get(document) != simdjson::SUCCESS) return false;
    ondemand::value root;
    return document.get_value().get(root) == simdjson::SUCCESS && value(root) &&
           document.current_location().error() == simdjson::OUT_OF_BOUNDS && builder_.complete();
  }

 private:
  std::size_t offset_of(std::string_view token) const {
    return static_cast<std::size_t>(token.data() - place_.text.data());
  }

  bool value(ondemand::value node) {
    std::string_view token = node.raw_json_token();
    while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
    if (token.empty()) return false;
    const std::size_t offset = offset_of(token);
    switch (token.front()) {
      case '{':
        return object(node, offset);
      case '[':
        return array(node, offset);
      case '"':
        return string(node, token, offset);
      case 't':
      case 'f':
        return boolean(node, token, offset);
      case 'n':
        return null(node, token, offset);
      default:
        return number(node, token, offset);
    }
  }

  // Every value must be taken: what only was looked at is skipped, and skipping checks little.
  bool null(ondemand::value& node, std::string_view token, std::size_t offset) {
    bool value = false;
    return node.is_null().get(value) == simdjson::SUCCESS && value && token == "null" &&
           word(Kind::null, token, offset);
  }

  bool boolean(ondemand::value& node, std::string_view token, std::size_t offset) {
    bool value = false;
    return node.get_bool().get(value) == simdjson::SUCCESS && token == (value ? "true" : "false") &&
           word(Kind::boolean, token, offset, value);
  }

  bool number(ondemand::value& node, std::string_view token, std::size_t offset) {
    double value = 0;
    return is_plain_number(token) && node.get_double().get(value) == simdjson::SUCCESS &&
           word(Kind::number, token, offset);
  }

  bool word(Kind kind, std::string_view token, std::size_t offset, bool value = false) {
    builder_.scalar(kind, offset, {.offset = offset, .size = token.size()}, value);
    return true;
  }

  // The token of a string reaches to the next token; nothing but white space can follow the quote.
  bool string(ondemand::value& node, std::string_view token, std::size_t offset) {
    if (token.size() < 2 || token.back() != '"') return false;
    Text text{.offset = offset + 1, .size = token.size() - 2};
    if (token.find('\\') != token.npos) {
      std::string_view decoded;
      if (node.get_string().get(decoded) != simdjson::SUCCESS || !keep(decoded)) return false;
      text.decoded = &place_.decoded;
    } else {
      ondemand::raw_json_string taken;
      if (node.get_raw_json_string().get(taken) != simdjson::SUCCESS) return false;
    }
    builder_.scalar(Kind::string, offset, text);
    return true;
  }

  // Half a surrogate pair decodes to bytes that are no UTF-8.
  bool keep(std::string_view decoded) {
    place_.decoded = decoded;
    return !find_invalid_utf8(place_.decoded);
  }

  bool key(ondemand::field& field) {
    const char* raw = field.key().raw();  // behind the quote
    const std::size_t begin = static_cast<std::size_t>(raw - place_.text.data());
    const std::string_view rest = std::string_view(builder_.text()).substr(begin);
    std::size_t end = 0;
    while (end < rest.size() && rest[end] != '"' && rest[end] != '\\') ++end;
    if (end == rest.size()) return false;
    if (rest[end] == '"') return builder_.key(begin - 1, {.offset = begin, .size = end});
    while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
    std::string_view decoded;
    if (field.unescaped_key().get(decoded) != simdjson::SUCCESS || !keep(decoded)) return false;
    return builder_.key(begin - 1, {.offset = begin, .size = end, .decoded = &place_.decoded});
  }

  bool open(Kind kind, std::size_t offset) {
    if (builder_.depth() >= options_.max_depth) return false;
    builder_.open(kind, offset);
    return true;
  }

  bool object(ondemand::value& node, std::size_t offset) {
    ondemand::object members;
    if (!open(Kind::object, offset) || node.get_object().get(members) != simdjson::SUCCESS)
      return false;
    for (simdjson::simdjson_result<ondemand::field> item : members) {
      ondemand::field field;
      if (std::move(item).get(field) != simdjson::SUCCESS || !key(field) || !value(field.value()))
        return false;
    }
    builder_.close();
    return true;
  }

  bool array(ondemand::value& node, std::size_t offset) {
    ondemand::array items;
    if (!open(Kind::array, offset) || node.get_array().get(items) != simdjson::SUCCESS)
      return false;
    for (simdjson::simdjson_result<ondemand::value> item : items) {
      if (item.error() != simdjson::SUCCESS || !value(item.value_unsafe())) return false;
    }
    builder_.close();
    return true;
  }

  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

  Document::Builder& builder_;
  const ParseOptions& options_;
  Workplace& place_;
};

}  // namespace

bool read_sound_json(Document::Builder& builder, const ParseOptions& options) {
  const std::string& text = builder.text();
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (text.size() > largest || first == text.npos || (text[first] != '{' && text[first] != '['))
    return false;
  thread_local Workplace place;
  place.text.assign(text);
  place.text.append(simdjson::SIMDJSON_PADDING, ' ');
  const bool good = Reader(builder, options, place).read();
  if (text.size() > kept) place = {};
  return good;
}

}  // namespace tidegate::document
