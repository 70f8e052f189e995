// SPDX-License-Identifier: Apache-2.0
// Constant folding. Of a value either everything is known, or what it begins with and what it ends in.
#include <algorithm>

#include "adf/expression.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

Folded known(std::string text) {
  Folded value{.whole = true, .prefix = text};
  value.suffix = std::move(text);
  return value;
}

// `a` followed by `b`.
Folded joined(Folded a, const Folded& b) {
  if (a.whole && b.whole) return known(a.prefix + b.prefix);
  Folded value;
  value.prefix = a.whole ? a.prefix + b.prefix : std::move(a.prefix);
  value.suffix = b.whole ? a.suffix + b.suffix : b.suffix;
  return value;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

// Letters beyond ASCII change as the service's culture has it: nothing is known of them.
std::string with_case(std::string text, bool upper) {
  for (char& c : text) {
    if (upper ? (c >= 'a' && c <= 'z') : (c >= 'A' && c <= 'Z')) c = static_cast<char>(c ^ 0x20);
  }
  return text;
}

Folded cased(Folded value, bool upper) {
  if (value.whole && !is_ascii(value.prefix)) return {};
  if (!is_ascii(value.prefix)) value.prefix.clear();
  if (!is_ascii(value.suffix)) value.suffix.clear();
  value.prefix = with_case(std::move(value.prefix), upper);
  value.suffix = with_case(std::move(value.suffix), upper);
  return value;
}

Folded trimmed(const Folded& value) {
  if (value.whole) return known(std::string(trim(value.prefix)));
  Folded out;
  constexpr std::string_view white = " \t\r\n\f\v";
  const std::size_t begin = value.prefix.find_first_not_of(white);
  if (begin != std::string::npos) out.prefix = value.prefix.substr(begin);
  const std::size_t end = value.suffix.find_last_not_of(white);
  if (end != std::string::npos) out.suffix = value.suffix.substr(0, end + 1);
  return out;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

class Folder {
 public:
  explicit Folder(const ParsedText& parsed) : parsed_(parsed) {}

  Folded fold(std::uint32_t index) const {
    const Term& term = parsed_.terms[index];
    if (term.kind == TermKind::literal) return term.is_string ? known(term.text) : Folded{};
    if (term.kind != TermKind::call) return {};
    const std::size_t count = term.children.size();
    const auto is = [&](std::string_view name) { return equal_ignoring_case(term.text, name); };
    if (is("concat")) return concat(term);
    if (count == 1 && is("toLower")) return cased(fold(term.children[0]), false);
    if (count == 1 && is("toUpper")) return cased(fold(term.children[0]), true);
    if (count == 1 && is("trim")) return trimmed(fold(term.children[0]));
    if (count == 3 && is("replace")) {
      const Folded text = fold(term.children[0]), from = fold(term.children[1]), to = fold(term.children[2]);
      if (text.whole && from.whole && to.whole && !from.prefix.empty())
        return known(replaced(text.prefix, from.prefix, to.prefix));
    }
    return {};
  }

 private:
  Folded concat(const Term& term) const {
    Folded value = known("");
    for (const std::uint32_t child : term.children) value = joined(std::move(value), fold(child));
    return value;
  }

  const ParsedText& parsed_;
};

// Text between interpolations: `@@{` is `@{`.
std::string unescaped(std::string_view text) {
  std::string out(text);
  for (std::size_t at = out.find("@@{"); at != std::string::npos; at = out.find("@@{", at + 2)) out.erase(at, 1);
  return out;
}

}  // namespace

Folded fold_text(std::string_view text) {
  const ParsedText parsed = parse_expressions(text);
  if (parsed.error) return {};
  const Folder folder(parsed);
  if (parsed.spans.empty() && !parsed.roots.empty()) return folder.fold(parsed.roots.front());
  std::size_t at = 0;
  Folded value = known("");
  if (text.starts_with("@@") && !text.starts_with("@@{")) at = 1;
  for (std::size_t i = 0; i < parsed.spans.size(); ++i) {
    value = joined(std::move(value), known(unescaped(text.substr(at, parsed.spans[i].begin - at))));
    value = joined(std::move(value), folder.fold(parsed.roots[i]));
    at = parsed.spans[i].end;
  }
  return joined(std::move(value), known(unescaped(text.substr(at))));
}

std::string constant_suffix(std::string_view text) { return fold_text(text).suffix; }

}  // namespace tidegate::adf
