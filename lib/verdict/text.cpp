// SPDX-License-Identifier: Apache-2.0
// The verdict for people. One block a finding; findings of one group are one block.
#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::verdict {

namespace {

using policy::Finding;
using policy::Level;

class Text {
 public:
  Text(const Verdict& verdict, const RenderOptions& options) : verdict_(verdict), options_(options) {}

  std::string render() {
    headline();
    for (const Diagnostic& problem : verdict_.facts.problems) add_problem(problem);
    for (const std::string& note : verdict_.facts.notes) out_ += " note   " + note + "\n";
    findings();
    last_line();
    return std::move(out_);
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

  std::string rule_counts() const {
    return counted(verdict_.rules, "rule") + (verdict_.custom > 0 ? ", " + counted(verdict_.custom, "custom rule") : "");
  }

  void headline() {
    if (verdict_.exit == ExitCode::success) {
      out_ += "allowed: " + rule_counts() + ", " + counted(verdict_.facts.changed(), "change") + ", " +
              counted(verdict_.findings.size(), "finding") + "\n";
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

  void findings() {
    std::map<std::string, std::vector<const Finding*>> groups;
    for (const Finding& finding : verdict_.findings) {
      if (!finding.group.empty() && !finding.waiver) groups[key(finding)].push_back(&finding);
    }
    for (const Finding& finding : verdict_.findings) {
      if (finding.waiver) {
        waived(finding);
      } else if (finding.group.empty()) {
        block(finding, {});
      } else if (const auto& members = groups[key(finding)]; members.front() == &finding) {
        block(finding, {members.begin() + 1, members.end()});
      }
    }
  }

  static std::string key(const Finding& finding) {
    return std::to_string(static_cast<int>(finding.level)) + finding.group;
  }

  void block(const Finding& finding, const std::vector<const Finding*>& others) {
    std::string level(policy::to_string(finding.level));
    level.resize(6, ' ');
    out_ += "\n " + painted(level, finding.level) + " " + finding.rule + "   " + finding.address;
    if (!finding.deposed.empty()) out_ += " (deposed " + finding.deposed + ")";
    if (!finding.effect.empty()) out_ += "   " + finding.effect;
    out_ += "\n";
    field("", finding.message);
    if (!finding.previous_address.empty() && finding.previous_address != finding.address) field("was", finding.previous_address);
    field("type", finding.tier.empty() ? finding.type : finding.type + " (" + finding.tier + ")");
    field("forced by", finding.cause);
    field("recovery", finding.recovery);
    with_it(others);
    field("instead", finding.fix);
  }

  void waived(const Finding& finding) {
    out_ += "\n waived " + finding.rule + "   " + finding.address;
    if (!finding.deposed.empty()) out_ += " (deposed " + finding.deposed + ")";
    if (!finding.effect.empty()) out_ += "   " + finding.effect;
    out_ += "   " + finding.waiver->owner + ", until " + finding.waiver->expires + "\n";
    field("", finding.message);
    field("because", finding.waiver->reason);
    field("waiver", finding.waiver->file);
  }

  void with_it(const std::vector<const Finding*>& others) {
    if (others.empty()) return;
    constexpr std::size_t most = 5;
    std::string text = std::to_string(others.size()) + " more of the same cause: ";
    for (std::size_t i = 0; i < std::min(most, others.size()); ++i) {
      text += (i > 0 ? ", " : "") + others[i]->address;
    }
    if (others.size() > most) text += ", …";
    field("with it", text);
  }

  // `name` in its column, the text behind it, further lines below.
  void field(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    bool first = true;
    for (const std::string_view line : split(text, '\n')) {
      std::string column(first ? name : std::string_view());
      if (!name.empty()) column.resize(11, ' ');
      out_ += "        " + column + printable(line) + "\n";
      first = false;
    }
  }

  void last_line() {
    if (verdict_.exit == ExitCode::success) return;
    out_ += "\n" + rule_counts() + ", " + counted(verdict_.facts.changed(), "change") + ", " +
            counted(verdict_.findings.size(), "finding") + ". Exit " + std::to_string(to_int(verdict_.exit)) + ".\n";
  }

  const Verdict& verdict_;
  RenderOptions options_;
  std::string out_{};
};

}  // namespace

std::string render_text(const Verdict& verdict, const RenderOptions& options) { return Text(verdict, options).render(); }

}  // namespace tidegate::verdict
