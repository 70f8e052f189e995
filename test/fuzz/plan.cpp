// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "document/parse.hpp"
#include "policy/evaluate.hpp"
#include "policy/rules.hpp"
#include "verdict/verdict.hpp"

namespace {

using namespace tidegate;

std::string judge(std::string_view text, std::size_t piece) {
  policy::Evaluator evaluator;
  plan::PlanReader reader({.reduced = true}, evaluator.handlers());
  for (std::size_t at = 0; at < text.size(); at += piece) reader.feed(text.substr(at, piece));
  plan::PlanFacts facts = reader.finish();
  auto findings = evaluator.finish(facts);
  const verdict::Verdict verdict =
      verdict::make_verdict(std::move(facts), std::move(findings), policy::rules().size(), std::string(64, '0'));
  verdict::render_text(verdict, {.colour = true});
  return verdict::render_json(verdict);
}

}  // namespace

// The verdict does not depend on how the bytes arrive, its JSON is JSON, and what the whole-file parser
// refuses is never allowed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string whole = judge(text, size + 1);
  if (judge(text, 1 + size % 7) != whole) std::abort();
  const auto parsed = document::parse_json("verdict", whole);
  if (!parsed) std::abort();
  const bool allowed = (*parsed)->root()["exitCode"].as_integer() == 0;
  const bool is_utf16 = text.size() >= 2 && (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"));
  const auto input = document::parse_json("input", std::string(text));
  // planned_values and other sections that no rule reads may repeat a key.
  if (allowed && !is_utf16 && !input && input.failure().code != "document.duplicate-key") std::abort();
  return 0;
}
