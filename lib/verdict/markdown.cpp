// SPDX-License-Identifier: Apache-2.0
// A comment for a pull request: a table, and a fold per cause. GitHub refuses comments of 65,536
// characters, so the text is cut between findings and says how many are left out.
#include <algorithm>

#include "base/text.hpp"
#include "verdict/shown.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::verdict {

namespace {

using policy::Finding;
using policy::Level;

constexpr std::size_t most_table = 24'000;   // bytes of the table
constexpr std::size_t most_bytes = 64'000;   // of everything
constexpr std::size_t most_text = 600;       // of one value, before it is escaped
constexpr std::size_t most_block = 3'000;    // of one generated block

// Text that neither HTML nor Markdown nor GitHub (mentions, issue numbers, addresses) understands.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    switch (c) {
      case '\n': out += "<br>"; break;
      case '@': out += "@&#8203;"; break;
      case '#': out += "&#35;&#8203;"; break;
      case ':': out += at > 0 && text[at - 1] == ':' ? "&#58;" : ":"; break;
      case '/': out += at > 0 && text[at - 1] == ':' ? "&#8203;&#47;" : "/"; break;
      case '&': case '<': case '>': case '"': case '\'': case '|': case '`': case '*': case '_': case '[': case ']':
      case '\\': case '~': case '!': case '$':
        out += "&#" + std::to_string(static_cast<int>(c)) + ";";
        break;
      default: out += c;
    }
  }
  return out;
}

std::string prose(std::string_view text) { return escaped(shown_lines(shortened(text, most_text))); }
std::string code(std::string_view text) { return "<code>" + prose(text) + "</code>"; }

std::string_view mark(const Finding& finding) {
  if (finding.waiver) return "waived";
  return policy::to_string(finding.level);
}

std::string headline(const Verdict& verdict) {
  std::string word = verdict.word;
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return "### deploy-gate: " + word + "\n\n" + prose(verdict.reason) + "\n\n" + counted(verdict.rules, "rule") +
         (verdict.custom > 0 ? ", " + counted(verdict.custom, "custom rule") : "") + ", " +
         counted(verdict.facts.changed(), "change") + ", " + counted(verdict.findings.size(), "finding") +
         ". Exit " + std::to_string(to_int(verdict.exit)) + ". Plan " + code("sha256:" + verdict.sha256) + "\n\n";
}

std::string problems(const Verdict& verdict) {
  std::string out;
  for (const Diagnostic& problem : verdict.facts.problems) {
    out += "* " + code(problem.code) + " " + prose(to_string(problem.where)) + ": " + prose(problem.message);
    if (!problem.hint.empty()) out += "<br>" + prose(problem.hint);
    out += "\n";
    if (out.size() > most_table / 2) return out + "* and more problems\n\n";
  }
  return out.empty() ? out : out + "\n";
}

std::string row(const Group& group) {
  const Finding& finding = *group.first;
  std::string change = change_of(finding);
  if (change.empty()) change = finding.effect;
  std::string object = code(object_of(finding));
  if (const std::string more = blast_radius(group); !more.empty()) object += "<br>" + prose(more);
  return "| " + std::string(mark(finding)) + " | " + code(finding.rule) + " | " + object + " | " + prose(change) + " |\n";
}

void line(std::string& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out += "* " + std::string(name) + ": " + prose(text) + "\n";
}

std::string members(const Group& group) {
  constexpr std::size_t most = 20;
  std::string out;
  for (std::size_t i = 0; i < std::min(most, group.others.size()); ++i) {
    out += "* with it: " + code(object_of(*group.others[i])) + "\n";
  }
  if (group.others.size() > most) out += "* and " + std::to_string(group.others.size() - most) + " more\n";
  return out;
}

std::string fold(const Group& group) {
  const Finding& finding = *group.first;
  std::string out = "<details><summary>" + std::string(mark(finding)) + " " + code(finding.rule) + " " +
                    code(object_of(finding)) + "</summary>\n\n" + prose(finding.message) + "\n\n";
  line(out, "was", finding.previous_address);
  line(out, "type", finding.tier.empty() ? finding.type : finding.type + " (" + finding.tier + ")");
  line(out, "forced by", finding.cause);
  line(out, "recovery", finding.recovery);
  if (finding.waiver) line(out, "waiver", waiver_of(finding));
  out += members(group);
  if (!finding.fix.empty()) {
    // An empty line would end the block of HTML.
    std::string block;
    for (const std::string_view text : split(finding.fix, '\n')) {
      if (!text.empty()) block += (block.empty() ? "" : "\n") + escaped(printable(text));
      if (block.size() > most_block) break;
    }
    if (block.size() > 2 * most_block) block = "(too long to be shown)";
    out += "\n<pre>" + block + "</pre>\n";
  }
  return out + "\n</details>\n\n";
}

}  // namespace

std::string render_markdown(const Verdict& verdict, const RenderOptions&) {
  const std::vector<Group> groups = grouped(verdict.findings);
  std::string out = headline(verdict) + problems(verdict);
  if (!groups.empty()) out += "| | rule | object | change |\n|---|---|---|---|\n";
  const std::size_t begin = out.size();
  std::size_t rows = 0;
  for (; rows < groups.size(); ++rows) {
    const std::string text = row(groups[rows]);
    if (out.size() - begin + text.size() > most_table) break;
    out += text;
  }
  if (!groups.empty()) out += "\n";
  if (rows < groups.size()) out += "… and " + std::to_string(groups.size() - rows) + " more, not shown in this table.\n\n";
  std::size_t folds = 0;
  for (; folds < rows; ++folds) {
    const std::string text = fold(groups[folds]);
    if (out.size() + text.size() > most_bytes) break;
    out += text;
  }
  if (folds < groups.size()) out += "… and details of " + std::to_string(groups.size() - folds) + " more, left out.\n";
  return without_commands(std::move(out), " #");
}

}  // namespace tidegate::verdict
