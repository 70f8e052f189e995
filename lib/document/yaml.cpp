// SPDX-License-Identifier: Apache-2.0
// YAML by yaml-cpp's event interface. Plain scalars follow the YAML 1.2 core schema; numbers that JSON
// cannot spell (0x1F, .inf) stay strings of their text.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <optional>
#include <sstream>
#include <vector>

#include "base/text.hpp"
#include "document/builder.hpp"
#include "document/parse.hpp"

namespace tidegate::document {

namespace {

bool is_json_number(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - start;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const std::size_t whole = i;
  const std::size_t count = digits();
  if (count == 0 || (count > 1 && text[whole] == '0')) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

// yaml-cpp gives the characters of the escapes \N and \_ as one byte each, which is no UTF-8.
std::string as_utf8(std::string_view raw) {
  std::string out;
  for (auto bad = find_invalid_utf8(raw); bad; bad = find_invalid_utf8(raw)) {
    out += raw.substr(0, *bad);
    append_utf8(out, static_cast<unsigned char>(raw[*bad]));
    raw.remove_prefix(*bad + 1);
  }
  return out += raw;
}

class Handler final : public YAML::EventHandler {
 public:
  Handler(Document::Builder& builder, const ParseOptions& options) : builder_(builder), options_(options) {}
  std::optional<Diagnostic> failure{};
  std::size_t documents = 0;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents > 1) fail(mark, "a second YAML document starts here; one is expected");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (refuse(mark, anchor)) return;
    if (expects_key()) return fail(mark, "a key must be a string");
    builder_.scalar(Kind::null, offset(mark), {});
    done();
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, "YAML aliases are not supported; write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& raw) override {
    if (refuse(mark, anchor)) return;
    std::string mended;
    const std::string& value = find_invalid_utf8(raw) ? (mended = as_utf8(raw)) : raw;
    const Document::Builder::Text text{.decoded = &value};
    if (expects_key()) {
      if (!builder_.key(offset(mark), text)) {
        failure = Diagnostic{.code = "document.duplicate-key", .where = builder_.locate(offset(mark)),
                             .message = "key \"" + value + "\" occurs twice in one mapping",
                             .hint = "remove one of the two"};
        return;
      }
      stack_.back().has_key = true;
      return;
    }
    const bool plain = tag == "?";
    if (plain && (value == "null" || value == "~" || value.empty() || value == "Null" || value == "NULL")) {
      builder_.scalar(Kind::null, offset(mark), {});
    } else if (plain && (value == "true" || value == "True" || value == "TRUE")) {
      builder_.scalar(Kind::boolean, offset(mark), {}, true);
    } else if (plain && (value == "false" || value == "False" || value == "FALSE")) {
      builder_.scalar(Kind::boolean, offset(mark), {}, false);
    } else if (plain && is_json_number(value)) {
      long double ignored = 0;
      const auto range = std::from_chars(value.data(), value.data() + value.size(), ignored);
      if (range.ec == std::errc::result_out_of_range) return fail(mark, "number out of range");
      builder_.scalar(Kind::number, offset(mark), text);
    } else {
      builder_.scalar(Kind::string, offset(mark), text);
    }
    done();
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, Kind::array);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, Kind::object);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    bool is_map = false;
    bool has_key = false;
  };

  // yaml-cpp counts the bytes of its UTF-8 stream.
  static std::size_t offset(const YAML::Mark& mark) {
    return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
  }

  bool expects_key() const { return !stack_.empty() && stack_.back().is_map && !stack_.back().has_key; }
  void done() {
    if (!stack_.empty()) stack_.back().has_key = false;
  }
  bool refuse(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (failure) return true;
    if (anchor != 0) fail(mark, "YAML anchors are not supported; write the value out");
    return failure.has_value();
  }
  void fail(const YAML::Mark& mark, std::string message) {
    if (failure) return;
    failure = Diagnostic{.code = "document.invalid-yaml", .where = builder_.locate(offset(mark)),
                         .message = std::move(message)};
  }
  void open(const YAML::Mark& mark, YAML::anchor_t anchor, Kind kind) {
    if (refuse(mark, anchor)) return;
    if (expects_key()) return fail(mark, "a key must be a string");
    if (stack_.size() >= options_.max_depth) {
      failure = Diagnostic{.code = "document.too-deep", .where = builder_.locate(offset(mark)),
                           .message = "more than " + std::to_string(options_.max_depth) + " nested values"};
      return;
    }
    builder_.open(kind, offset(mark));
    stack_.push_back({.is_map = kind == Kind::object});
  }
  void close() {
    if (failure || stack_.empty()) return;
    builder_.close();
    stack_.pop_back();
    done();
  }

  Document::Builder& builder_;
  const ParseOptions& options_;
  std::vector<Open> stack_{};
};

}  // namespace

Result<DocumentPtr> parse_yaml(std::string file, std::string text, const ParseOptions& options) {
  Document::Builder builder(std::move(file), std::move(text));
  if (const auto bad = find_invalid_utf8(builder.text())) {
    return Diagnostic{.code = "document.invalid-utf8", .where = builder.locate(*bad),
                      .message = "byte " + std::to_string(*bad) + " is not valid UTF-8",
                      .hint = "save the file as UTF-8"};
  }
  // YAML 1.2, section 5.1: the only control characters are tab and line ends; yaml-cpp takes others.
  const std::string& bytes = builder.text();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto c = static_cast<unsigned char>(bytes[at]);
    if ((c < 0x20U && c != '\t' && c != '\n' && c != '\r') || c == 0x7FU) {
      return Diagnostic{.code = "document.invalid-yaml", .where = builder.locate(at),
                        .message = "not valid YAML: a control character"};
    }
  }
  Handler handler(builder, options);
  try {
    std::istringstream stream(builder.text());
    YAML::Parser parser(stream);
    while (!handler.failure && parser.HandleNextDocument(handler)) {
    }
  } catch (const YAML::Exception& error) {
    if (!handler.failure) {
      Location where = {.file = builder.file()};
      if (!error.mark.is_null()) {
        where = builder.locate(static_cast<std::size_t>(error.mark.pos));
      }
      return Diagnostic{.code = "document.invalid-yaml", .where = where, .message = "not valid YAML: " + error.msg};
    }
  } catch (const std::exception& error) {
    return Diagnostic{.code = "document.invalid-yaml", .where = {.file = builder.file()}, .message = error.what()};
  }
  if (handler.failure) return *handler.failure;
  if (!builder.complete()) builder.scalar(Kind::null, 0, {});
  return builder.finish();
}

}  // namespace tidegate::document
