// SPDX-License-Identifier: Apache-2.0
// Workflow commands of GitHub Actions. Percent encoding as its toolkit has it (core/command.ts):
// data without `%`, CR, LF; properties without `:` and `,` as well.
#include <array>
#include <span>

#include "verdict/annotations.hpp"
#include "verdict/shown.hpp"

namespace tidegate::verdict {

namespace {

using policy::Level;

// Text of a message has the first three only, a property all.
constexpr std::array<Code, 5> codes{{{'%', "%25"}, {'\r', "%0D"}, {'\n', "%0A"}, {':', "%3A"}, {',', "%2C"}}};

std::string escaped(std::string_view text, bool is_property) {
  const std::span<const Code> all = codes;
  return without_commands(encoded(text, is_property ? all : all.first(3)), " #");  // the older form, anywhere in a line
}

std::string command(std::string_view word, std::string_view title, std::string_view text) {
  return "::" + std::string(word) + " title=" + escaped(title, true) + "::" + escaped(text, false) + "\n";
}

}  // namespace

std::string render_github(const Verdict& verdict, const RenderOptions&) {
  std::string out;
  for (const Annotation& annotation : annotations(verdict)) {
    const Level level = annotation.level;
    out += command(level == Level::block ? "error" : level == Level::warn ? "warning" : "notice", annotation.title, annotation.text);
  }
  return out + command("notice", "deploy-gate", summary(verdict));
}

}  // namespace tidegate::verdict
