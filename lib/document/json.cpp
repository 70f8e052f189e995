// SPDX-License-Identifier: Apache-2.0
// JSON: sound texts by simdjson (json_readers.hpp), all others by nlohmann's SAX interface. It validates and decodes; it gives no positions and no number
// text. Both come from a cursor of our own that follows the events: before an event only white
// space, ',' and ':' can lie between the cursor and the token.
#include <nlohmann/json.hpp>

#include <cmath>

#include "base/text.hpp"
#include "document/builder.hpp"
#include "document/json_readers.hpp"
#include "document/parse.hpp"

namespace tidegate::document {

namespace {

// long double: numbers up to 1e4932 are read; their text is kept, the value is not used.
using Json = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                  std::uint64_t, long double>;

class Handler final : public nlohmann::json_sax<Json> {
 public:
  Handler(Document::Builder& builder, const ParseOptions& options)
      : builder_(builder), options_(options), text_(builder.text()) {}

  const std::optional<Diagnostic>& failure() const { return failure_; }

  bool null() override { return word(Kind::null, 4); }
  bool boolean(bool value) override { return word(Kind::boolean, value ? 4 : 5, value); }
  bool number_integer(number_integer_t) override { return number(); }
  bool number_unsigned(number_unsigned_t) override { return number(); }
  bool number_float(number_float_t, const string_t&) override { return number(); }
  bool binary(binary_t&) override { return false; }

  bool string(string_t& value) override {
    const std::size_t start = skip();
    builder_.scalar(Kind::string, start, take_string(value));
    return true;
  }

  bool key(string_t& value) override {
    const std::size_t start = skip();
    if (builder_.key(start, take_string(value))) return true;
    Location where = builder_.locate(start);
    failure_ = Diagnostic{.code = "document.duplicate-key", .where = where,
                          .message = "key \"" + value + "\" occurs twice in one object",
                          .hint = "remove one of the two members"};
    return false;
  }

  bool start_object(std::size_t) override { return open(Kind::object); }
  bool start_array(std::size_t) override { return open(Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    if (failure_) return false;
    // The library stands behind the token it did not expect; the cursor before it.
    const bool unexpected = std::string_view(error.what()).find(" unexpected ") != std::string_view::npos;
    const std::size_t at = unexpected ? skip() : position > 0 ? position - 1 : 0;
    failure_ = Diagnostic{.code = "document.invalid-json", .where = builder_.locate(std::min(at, text_.size())),
                          .message = describe(error.what(), position > text_.size())};
    name_merge_marker();
    return false;
  }

 private:
  std::size_t skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' ||
                                  text_[at_] == '\r' || text_[at_] == ',' || text_[at_] == ':')) {
      ++at_;
    }
    return at_;
  }

  bool word(Kind kind, std::size_t size, bool value = false) {
    const std::size_t start = skip();
    at_ += size;
    builder_.scalar(kind, start, {.offset = start, .size = size}, value);
    return true;
  }

  bool number() {
    const std::size_t start = skip();
    while (at_ < text_.size() && std::string_view("+-.eE0123456789").find(text_[at_]) != std::string_view::npos) ++at_;
    builder_.scalar(Kind::number, start, {.offset = start, .size = at_ - start});
    return true;
  }

  // The cursor stands on the opening quote; moves behind the closing one.
  Document::Builder::Text take_string(const std::string& decoded) {
    const std::size_t start = ++at_;
    bool escaped = false;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\') {
        escaped = true;
        ++at_;
      }
      ++at_;
    }
    const std::size_t size = at_++ - start;
    return {.offset = start, .size = size, .decoded = escaped ? &decoded : nullptr};
  }

  bool open(Kind kind) {
    const std::size_t start = skip();
    if (builder_.depth() >= options_.max_depth) {
      failure_ = Diagnostic{.code = "document.too-deep", .where = builder_.locate(start),
                            .message = "more than " + std::to_string(options_.max_depth) + " nested values"};
      return false;
    }
    ++at_;
    builder_.open(kind, start);
    return true;
  }

  bool close() {
    skip();
    ++at_;
    builder_.close();
    return true;
  }

  // The library's sentence without its own position and without a piece of the input (it may be a
  // secret).
  static std::string describe(std::string_view what, bool at_end) {
    std::string text(what);
    const std::size_t syntax = text.find("syntax error while parsing ");
    if (syntax != std::string::npos) {
      text.erase(0, syntax + std::string_view("syntax error while parsing ").size());
    } else if (const std::size_t bracket = text.find("] "); bracket != std::string::npos) {
      text.erase(0, bracket + 2);
      if (text.find("number overflow") != std::string::npos) text = "number out of range";
    }
    const std::size_t last = text.find("; last read: '");
    if (last != std::string::npos) {
      const std::size_t expected = text.find("'; expected", last);
      text.erase(last, expected == std::string::npos ? std::string::npos : expected + 1 - last);
    }
    return std::string(at_end ? "the text ends too early: " : "not valid JSON: ") + text;
  }

  void name_merge_marker() {
    for (std::size_t line = 0; line < text_.size();) {
      const std::string_view rest = std::string_view(text_).substr(line);
      if (rest.starts_with("<<<<<<< ") || rest.starts_with(">>>>>>> ")) {
        failure_->where = builder_.locate(line);
        failure_->message = "not valid JSON: a merge conflict marker stands in the file";
        failure_->hint = "resolve the conflict and commit again";
        return;
      }
      const std::size_t end = rest.find('\n');
      if (end == std::string_view::npos) return;
      line += end + 1;
    }
  }

  Document::Builder& builder_;
  const ParseOptions& options_;
  const std::string& text_;
  std::size_t at_ = 0;
  std::optional<Diagnostic> failure_{};
};

}  // namespace

Result<DocumentPtr> read_any_json(Document::Builder& builder, const ParseOptions& options) {
  if (builder.text().size() > 0xFFFFFFF0U) {
    return Diagnostic{.code = "document.invalid-json", .where = {.file = builder.file()},
                      .message = "more than 4 GiB of JSON in one file"};
  }
  if (const auto bad = find_invalid_utf8(builder.text())) {
    return Diagnostic{.code = "document.invalid-utf8", .where = builder.locate(*bad),
                      .message = "byte " + std::to_string(*bad) + " is not valid UTF-8",
                      .hint = "save the file as UTF-8"};
  }
  // The library takes a NUL for the end of the input, and skips a second byte order mark.
  const std::size_t nul = builder.text().find('\0');
  if (nul != std::string::npos || builder.text().starts_with("\xEF\xBB\xBF")) {
    return Diagnostic{.code = "document.invalid-json", .where = builder.locate(nul != std::string::npos ? nul : 0),
                      .message = nul != std::string::npos ? "not valid JSON: a NUL byte"
                                                          : "not valid JSON: a second byte order mark"};
  }
  Handler handler(builder, options);
  bool good = false;
  try {
    good = Json::sax_parse(builder.text(), &handler, Json::input_format_t::json, true);
  } catch (const std::exception& error) {
    return Diagnostic{.code = "document.invalid-json", .where = {.file = builder.file()},
                      .message = error.what()};
  }
  if (handler.failure()) return *handler.failure();
  if (!good || !builder.complete()) {
    return Diagnostic{.code = "document.invalid-json", .where = builder.locate(0),
                      .message = "the file holds no JSON value"};
  }
  return builder.finish();
}

Result<DocumentPtr> parse_json(std::string file, std::string text, const ParseOptions& options) {
  Document::Builder builder(std::move(file), std::move(text));
  if (read_sound_json(builder, options)) return builder.finish();
  builder.restart();
  return read_any_json(builder, options);
}

}  // namespace tidegate::document
