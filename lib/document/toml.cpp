// SPDX-License-Identifier: Apache-2.0
// TOML by toml++. Members keep the order of their first line; dates and times become strings.
#include <algorithm>
#include <sstream>
#include <vector>

#include "base/text.hpp"
#include "document/builder.hpp"
#include "document/parse.hpp"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace tidegate::document {

namespace {

class Walker {
 public:
  Walker(Document::Builder& builder, const ParseOptions& options) : builder_(builder), options_(options) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < builder.text().size(); ++i) {
      if (builder.text()[i] == '\n') starts_.push_back(i + 1);
    }
  }

  bool value(const toml::node& node) {
    const std::size_t at = offset(node.source().begin);
    if (const auto* table = node.as_table()) return object(*table, at);
    if (const auto* array = node.as_array()) {
      if (!enter(Kind::array, at)) return false;
      for (const toml::node& element : *array) {
        if (!value(element)) return false;
      }
      builder_.close();
      return true;
    }
    scalar(node, at);
    return true;
  }

  std::optional<Diagnostic> failure{};

 private:
  std::size_t offset(const toml::source_position& position) const {
    if (position.line == 0 || position.line > starts_.size()) return 0;
    std::size_t at = starts_[position.line - 1];
    for (toml::source_index column = 1; column < position.column && at < builder_.text().size(); ++column) {
      ++at;
      while (at < builder_.text().size() && (static_cast<unsigned char>(builder_.text()[at]) & 0xC0U) == 0x80U) ++at;
    }
    return at;
  }

  bool enter(Kind kind, std::size_t at) {
    if (builder_.depth() >= options_.max_depth) {
      failure = Diagnostic{.code = "document.too-deep", .where = builder_.locate(at),
                           .message = "more than " + std::to_string(options_.max_depth) + " nested values"};
      return false;
    }
    builder_.open(kind, at);
    return true;
  }

  bool object(const toml::table& table, std::size_t at) {
    if (!enter(Kind::object, at)) return false;
    std::vector<std::pair<std::size_t, const toml::key*>> order;
    for (const auto& [key, node] : table) order.emplace_back(offset(key.source().begin), &key);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& entry : order) {
      const std::string name(entry.second->str());
      builder_.key(entry.first, {.decoded = &name});
      if (!value(*table.get(name))) return false;
    }
    builder_.close();
    return true;
  }

  void scalar(const toml::node& node, std::size_t at) {
    if (const auto* text = node.as_string()) {
      const std::string& value = text->get();
      builder_.scalar(Kind::string, at, {.decoded = &value});
      return;
    }
    if (const auto* flag = node.as_boolean()) return builder_.scalar(Kind::boolean, at, {}, flag->get());
    std::ostringstream out;
    out.imbue(std::locale::classic());
    const bool finite = !node.is_floating_point() || std::isfinite(node.as_floating_point()->get());
    node.visit([&](const auto& concrete) {
      if constexpr (toml::is_value<decltype(concrete)>) out << concrete.get();
    });
    const std::string text = out.str();
    builder_.scalar(node.is_number() && finite ? Kind::number : Kind::string, at, {.decoded = &text});
  }

  Document::Builder& builder_;
  const ParseOptions& options_;
  std::vector<std::size_t> starts_{};
};

}  // namespace

Result<DocumentPtr> parse_toml(std::string file, std::string text, const ParseOptions& options) {
  Document::Builder builder(std::move(file), std::move(text));
  const toml::parse_result parsed = toml::parse(std::string_view(builder.text()));
  if (!parsed) {
    const toml::source_position& at = parsed.error().source().begin;
    return Diagnostic{.code = "document.invalid-toml",
                      .where = {.file = builder.file(), .line = at.line, .column = at.column},
                      .message = "not valid TOML: " + std::string(parsed.error().description())};
  }
  Walker walker(builder, options);
  if (!walker.value(parsed.table())) return *walker.failure;
  return builder.finish();
}

}  // namespace tidegate::document
