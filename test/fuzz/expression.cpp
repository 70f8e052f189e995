// SPDX-License-Identifier: Apache-2.0
// Places lie inside the text, children stand before their parents, and what was parsed means the
// same when it is written again.
#include "adf/expression.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"

namespace {

using namespace tidegate;
using adf::Term;
using adf::TermKind;
using fuzz::require;

std::string render(const adf::ParsedText& parsed, std::uint32_t index);

std::string render_call(const adf::ParsedText& parsed, const Term& term) {
  std::string out = term.text + "(";
  for (std::size_t i = 0; i < term.children.size(); ++i) {
    if (i > 0) out += ", ";
    out += render(parsed, term.children[i]);
  }
  return out + ")";
}

std::string render(const adf::ParsedText& parsed, std::uint32_t index) {
  const Term& term = parsed.terms[index];
  switch (term.kind) {
    case TermKind::literal:
      break;
    case TermKind::call:
      return render_call(parsed, term);
    case TermKind::member:  // "9.x" would be a broken number
      return render(parsed, term.children[0]) + "?." + term.text;
    case TermKind::index:
      return render(parsed, term.children[0]) + "[" + render(parsed, term.children[1]) + "]";
  }
  if (!term.is_string) return term.text;
  std::string out = "'";
  for (const char c : term.text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

void check_terms(const adf::ParsedText& parsed, std::string_view text) {
  for (std::size_t i = 0; i < parsed.terms.size(); ++i) {
    const Term& term = parsed.terms[i];
    require(term.offset < text.size());
    for (const std::uint32_t child : term.children) require(child < i);
    if (term.kind == TermKind::index)
      require(text[term.offset] == '[' && term.children.size() == 2);
    if (term.kind == TermKind::literal && term.is_string) {
      require(text[term.offset] == '\'');
    } else if (term.kind != TermKind::index) {
      require(text.substr(term.offset, term.text.size()) == term.text);
    }
  }
  if (parsed.error) require(parsed.error->offset <= text.size() && !parsed.error->message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const adf::ParsedText parsed = adf::parse_expressions(text);
  check_terms(parsed, text);
  require(parsed.spans.empty() || parsed.error || parsed.spans.size() == parsed.roots.size());
  const adf::Folded folded = adf::fold_text(text);
  require(!folded.whole || folded.prefix == folded.suffix);
  require(folded.suffix == adf::constant_suffix(text));
  if (parsed.error) {
    require(!folded.whole && folded.prefix.empty() && folded.suffix.empty());
    return 0;
  }
  for (const std::uint32_t root : parsed.roots) {
    const std::string once = render(parsed, root);
    for (const std::string& shape : {"@" + once, "a@{" + once + "}b"}) {
      const adf::ParsedText again = adf::parse_expressions(shape);
      require(!again.error && again.roots.size() == 1);
      require(render(again, again.roots[0]) == once);
    }
  }
  return 0;
}
