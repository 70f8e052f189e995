// SPDX-License-Identifier: Apache-2.0
// The verdict for people. One block a cause; a warning about one attribute is one line.
#include <algorithm>

#include "base/text.hpp"
#include "verdict/shown.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::verdict {

namespace {

using policy::Finding;
using policy::Level;

constexpr std::size_t width = 110;   // lines are cut at the last space before
constexpr std::size_t margin = 8;    // before the name of a field
constexpr std::size_t column = 11;   // of that name

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Generated configuration is to be copied: its lines stay whole.
bool is_configuration(std::string_view line) {
  return line.starts_with(' ') || line.ends_with('{') || line.ends_with('}') || line.find(" = ") != line.npos;
}

std::vector<std::string> wrapped(std::string_view line, std::size_t most) {
  std::vector<std::string> lines;
  if (is_configuration(line)) return {std::string(line)};
  std::string row;
  for (const std::string_view word : split(line, ' ')) {
    if (!row.empty() && characters(row) + 1 + characters(word) > most) {
      lines.push_back(std::move(row));
      row.clear();
    }
    if (!row.empty()) row += ' ';
    row += word;
  }
  lines.push_back(std::move(row));
  // A line of GitHub's log that begins with two colons is a command.
  for (std::string& text : lines) {
    if (text.starts_with("::")) text.insert(1, " ");
  }
  return lines;
}

class Text {
 public:
  Text(const Verdict& verdict, const RenderOptions& options) : verdict_(verdict), options_(options) {}

  std::string render() {
    headline();
    for (const Diagnostic& problem : verdict_.facts.problems) add_problem(problem);
    for (const std::string& note : verdict_.facts.notes) out_ += " note   " + printable(note) + "\n";
    for (const Group& group : grouped(verdict_.findings)) add_group(group);
    last_line();
    return without_commands(std::move(out_), " #");
  }

 private:
  std::string painted(std::string_view text, Level level) const {
    if (!options_.colour) return std::string(text);
    const char* code = level == Level::block ? "31" : level == Level::warn ? "33" : "36";
    return "\x1B[" + std::string(code) + "m" + std::string(text) + "\x1B[0m";
  }

  std::string upper_word() const {
    std::string word = verdict_.word;
    for (char& c : word) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return painted(word, Level::block);
  }

  std::string figures() const {
    std::string text = counted(verdict_.rules, "rule");
    if (verdict_.custom > 0) text += ", " + counted(verdict_.custom, "custom rule");
    text += ", " + counted(verdict_.facts.changed(), "change") + ", " + counted(verdict_.findings.size(), "finding");
    const auto waived = std::count_if(verdict_.findings.begin(), verdict_.findings.end(),
                                      [](const Finding& finding) { return finding.waiver.has_value(); });
    if (waived > 0) text += " (" + std::to_string(waived) + " waived)";
    return text;
  }

  void headline() {
    if (verdict_.exit == ExitCode::success) {
      out_ += "allowed: " + figures() + "\n";
      return;
    }
    out_ += upper_word() + "  " + printable(verdict_.reason) + "    plan sha256:" + verdict_.sha256.substr(0, 12) + "…  " +
            counted(verdict_.facts.changed(), "change") + "\n";
  }

  void add_problem(const Diagnostic& problem) {
    out_ += "\n " + painted("error ", Level::block) + " " + problem.code + "   " + printable(to_string(problem.where)) + "\n";
    field("", problem.message);
    field("instead", problem.hint);
  }

  void add_group(const Group& group) {
    const Finding& finding = *group.first;
    const bool is_short = finding.waiver || (finding.level != Level::block && !finding.attribute.empty() &&
                                             finding.cause.empty() && finding.recovery.empty());
    if (!is_short || !after_short_) out_ += "\n";
    after_short_ = is_short;
    std::string level(finding.waiver ? "waived" : policy::to_string(finding.level));
    level.resize(6, ' ');
    out_ += " " + (finding.waiver ? level : painted(level, finding.level)) + " " + printable(finding.rule) + "   " + object_of(finding);
    if (is_short && !finding.attribute.empty()) out_ += "   " + change_of(finding);
    else if (!finding.effect.empty()) out_ += "   " + finding.effect;
    if (finding.waiver) out_ += "   " + printable(finding.waiver->owner + ", until " + finding.waiver->expires);
    out_ += "\n";
    if (finding.waiver) {
      field("because", finding.waiver->reason);
      field("waiver", finding.waiver->file);
    } else if (!is_short) {
      fields(finding);
      with_it(group);
      field("instead", finding.fix + other_blocks(finding, group.others));
    } else {
      with_it(group);
    }
  }

  void fields(const Finding& finding) {
    field("", finding.message);
    if (!finding.previous_address.empty() && finding.previous_address != finding.address) field("was", finding.previous_address);
    field("type", finding.tier.empty() ? finding.type : finding.type + " (" + finding.tier + ")");
    field("forced by", finding.cause);
    field("recovery", finding.recovery);
  }

  // What the others of a group need added that the first does not say already.
  static std::string other_blocks(const Finding& first, const std::vector<const Finding*>& others) {
    constexpr std::size_t most = 5;
    std::vector<std::string> blocks;
    for (const Finding* other : others) {
      const std::size_t at = other->fix.find("moved {\n");
      if (at == std::string::npos || first.fix.find(other->fix.substr(at)) != std::string::npos) continue;
      if (std::find(blocks.begin(), blocks.end(), other->fix.substr(at)) == blocks.end()) blocks.push_back(other->fix.substr(at));
    }
    std::string out;
    for (std::size_t i = 0; i < std::min(most, blocks.size()); ++i) out += "\n" + blocks[i];
    return out + (blocks.size() > most ? "\n… (all in the JSON)" : "");
  }

  void with_it(const Group& group) {
    if (group.others.empty()) return;
    constexpr std::size_t most = 3;
    std::string text = blast_radius(group) + ": ";
    for (std::size_t i = 0; i < std::min(most, group.others.size()); ++i) {
      text += (i > 0 ? ", " : "") + object_of(*group.others[i]);
    }
    if (group.others.size() > most) text += ", …";
    field("with it", text);
  }

  // `name` in its column, the text behind it, further lines below.
  void field(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    const std::size_t indent = margin + (name.empty() ? 0 : column);
    std::string head = std::string(margin, ' ') + std::string(name);
    head.resize(indent, ' ');
    for (const std::string_view line : split(text, '\n')) {
      for (const std::string& row : wrapped(printable(line), width - indent)) {
        out_ += head + row + "\n";
        head = std::string(indent, ' ');
      }
    }
  }

  void last_line() {
    if (verdict_.exit == ExitCode::success) return;
    out_ += "\n" + figures() + ". Exit " + std::to_string(to_int(verdict_.exit)) + ".\n";
  }

  const Verdict& verdict_;
  RenderOptions options_;
  std::string out_{};
  bool after_short_ = false;
};

}  // namespace

std::string render_text(const Verdict& verdict, const RenderOptions& options) { return Text(verdict, options).render(); }

}  // namespace tidegate::verdict
