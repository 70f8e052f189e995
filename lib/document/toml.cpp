// SPDX-License-Identifier: Apache-2.0
#include "document/toml.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace tidegate::document {

namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20U;
constexpr std::size_t max_depth = 64;
constexpr std::string_view bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

using Path = std::vector<std::string>;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20U && c != '\t') || byte == 0x7FU;
}

// Each step returns false after a fault, and then nothing goes on.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool run() {
    Path table;
    bool kept = true;  // false below an array of tables
    for (skip_lines(); at_ < text_.size(); skip_lines()) {
      if (text_[at_] == '[') {
        table.clear();
        if (!header(table, kept)) return false;
      } else if (!entry(kept ? &table : nullptr, 0)) {
        return false;
      }
      if (!end_of_line()) return false;
    }
    return true;
  }

  std::size_t fault_at() const { return fault_at_; }
  const std::string& fault() const { return fault_; }
  bool too_deep() const { return too_deep_; }
  TomlStrings strings{};

 private:
  bool fail(std::string what) { return fail_at(at_, std::move(what)); }
  bool fail_at(std::size_t at, std::string what) {
    fault_at_ = std::min(at, text_.size());
    fault_ = std::move(what);
    return false;
  }
  bool next_is(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  bool take(std::string_view word) {
    if (!next_is(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  void skip_comment() {
    if (at_ >= text_.size() || text_[at_] != '#') return;
    while (at_ < text_.size() && text_[at_] != '\n' && !next_is("\r\n")) ++at_;
  }
  void skip_lines() {
    do {
      skip_blanks();
      skip_comment();
    } while (take("\n") || take("\r\n"));
  }
  bool end_of_line() {
    skip_blanks();
    skip_comment();
    return at_ == text_.size() || take("\n") || take("\r\n") || fail("found more on the line where its end is expected");
  }

  bool header(Path& table, bool& kept) {
    const std::size_t start = at_;
    const bool array = take("[[");
    if (!array) ++at_;
    skip_blanks();
    if (!key_path(table)) return false;
    if (!take(array ? "]]" : "]")) return fail("found no end of the table's name");
    const std::string name = join(table, "\n");
    if (array) arrays_.push_back(name);
    kept = std::none_of(arrays_.begin(), arrays_.end(), [&](const std::string& one) {
      return name == one || name.starts_with(one + "\n");
    });
    if (kept && !tables_.insert(name).second) return fail_at(start, "this table occurs twice");
    return true;
  }

  bool key_path(Path& path) {
    for (;;) {
      std::string part;
      if (!key(part)) return false;
      path.push_back(std::move(part));
      if (path.size() > max_depth) return deep();
      skip_blanks();
      if (!take(".")) return true;
      skip_blanks();
    }
  }
  bool key(std::string& out) {
    if (next_is("\"\"\"") || next_is("'''")) return fail("found a text of several lines where a name is expected");
    if (next_is("\"")) return basic_string(out);
    if (next_is("'")) return literal_string(out);
    const std::size_t end = std::min(text_.find_first_not_of(bare, at_), text_.size());
    if (end == at_) return fail("found no name where one is expected");
    out = text_.substr(at_, end - at_);
    at_ = end;
    return true;
  }

  // `table`: null where nothing is kept.
  bool entry(const Path* table, std::size_t depth) {
    const std::size_t start = at_;
    Path path = table != nullptr ? *table : Path{};
    if (!key_path(path)) return false;
    if (!take("=")) return fail("found no `=` behind the name");
    skip_blanks();
    if (table != nullptr && !keys_.insert(join(path, "\n")).second) return fail_at(start, "this name occurs twice");
    return value(table != nullptr ? &path : nullptr, depth);
  }

  bool value(const Path* path, std::size_t depth) {
    if (depth > max_depth) return deep();
    std::string text;
    if (next_is("\"\"\"") || next_is("'''")) return long_string();
    if (next_is("\"") || next_is("'")) {
      if (!(next_is("\"") ? basic_string(text) : literal_string(text))) return false;
      if (path != nullptr) keep(*path, std::move(text));
      return true;
    }
    if (take("[")) return array(depth);
    if (take("{")) return inline_table(path, depth);
    const std::size_t end = std::min(text_.find_first_of(",]}#\r\n", at_), text_.size());
    const std::string_view word = trim(text_.substr(at_, end - at_));
    if (word.empty() || word.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFTZ+-_:. ") != std::string_view::npos) {
      return fail("found no value where one is expected");
    }
    at_ = end;
    return true;
  }

  bool array(std::size_t depth) {
    for (skip_lines(); !take("]"); skip_lines()) {
      if (at_ == text_.size()) return fail("found the end inside of an array");
      if (!value(nullptr, depth + 1)) return false;
      skip_lines();
      if (!take(",") && !next_is("]")) return fail("found neither `,` nor `]` in an array");
    }
    return true;
  }

  bool inline_table(const Path* path, std::size_t depth) {
    skip_blanks();
    if (take("}")) return true;
    for (;;) {
      if (!entry(path, depth + 1)) return false;
      skip_blanks();
      if (take("}")) return true;
      if (!take(",")) return fail("found neither `,` nor `}` in a table");
      skip_blanks();
    }
  }

  bool basic_string(std::string& out) {
    const std::size_t start = at_++;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (is_control(c)) return fail_at(at_ - 1, "found a control character in a text");
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return fail_at(start, "this text has no end");
  }
  bool escape(std::string& out) {
    constexpr std::string_view names = "btnfr\"\\", meanings = "\b\t\n\f\r\"\\";
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    if (const std::size_t index = names.find(c); c != '\0' && index != std::string_view::npos) {
      out += meanings[index];
      return true;
    }
    const std::size_t size = c == 'u' ? 4 : c == 'U' ? 8 : 0;
    const std::string_view digits = text_.substr(at_, size);
    if (size == 0 || digits.size() < size || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
      return fail_at(at_ - 1, "found an escape that does not exist");
    }
    const auto code = static_cast<char32_t>(std::stoul(std::string(digits), nullptr, 16));
    if (code > 0x10FFFFU || (code >= 0xD800U && code < 0xE000U)) return fail("found an escape of no character");
    append_utf8(out, code);
    at_ += size;
    return true;
  }
  bool literal_string(std::string& out) {
    const std::size_t start = at_++;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\'') {
        out = text_.substr(start + 1, at_ - start - 1);
        ++at_;
        return true;
      }
      if (is_control(text_[at_])) return fail("found a control character in a text");
    }
    return fail_at(start, "this text has no end");
  }
  // Read over; up to two quotes may stand before the three that end it.
  bool long_string() {
    const std::size_t start = at_;
    const std::string_view quotes = text_.substr(at_, 3);
    for (at_ += 3; at_ < text_.size(); ++at_) {
      if (quotes.front() == '"' && text_[at_] == '\\') {
        ++at_;
      } else if (next_is(quotes)) {
        at_ += 3;
        for (int more = 0; more < 2 && next_is(quotes.substr(0, 1)); ++more) ++at_;
        return true;
      }
    }
    return fail_at(start, "this text has no end");
  }

  void keep(const Path& path, std::string text) {
    const bool plain = std::none_of(path.begin(), path.end(), [](const std::string& part) { return part.find('.') != std::string::npos; });
    if (plain) strings.emplace(join(path, "."), std::move(text));
  }
  bool deep() {
    too_deep_ = true;
    return fail("more than 64 nested values");
  }

  std::string_view text_;
  std::size_t at_ = 0, fault_at_ = 0;
  std::string fault_{};
  bool too_deep_ = false;
  std::set<std::string> keys_{}, tables_{};
  std::vector<std::string> arrays_{};
};

Location place(const std::string& file, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::string_view line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
  const auto characters = std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  return {.file = file,
          .line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
          .column = static_cast<std::uint32_t>(characters + 1)};
}

}  // namespace

Result<TomlStrings> read_toml_strings(const std::string& file, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.size() > most_bytes) {
    return Diagnostic{.code = "document.invalid-toml", .where = {.file = file}, .message = "the file is larger than 1 MiB"};
  }
  if (const std::optional<std::size_t> bad = find_invalid_utf8(text)) {
    return Diagnostic{.code = "document.invalid-utf8", .where = place(file, text, *bad), .message = "the text is not UTF-8"};
  }
  Reader reader(text);
  if (reader.run()) return std::move(reader.strings);
  return Diagnostic{.code = reader.too_deep() ? "document.too-deep" : "document.invalid-toml",
                    .where = place(file, text, reader.fault_at()),
                    .message = reader.fault()};
}

}  // namespace tidegate::document
