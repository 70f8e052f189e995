// SPDX-License-Identifier: Apache-2.0
// Logging commands of Azure Pipelines. Percent encoding as its task library has it
// (taskcommand.ts): `%` is %AZP25; properties without `;` and `]` as well. There is no third level:
// a note is a line of the log.
#include <array>
#include <span>

#include "verdict/annotations.hpp"
#include "verdict/shown.hpp"

namespace tidegate::verdict {

namespace {

using policy::Level;

// Text of a message has the first three only, a property all.
constexpr std::array<Code, 5> codes{{{'%', "%AZP25"}, {'\r', "%0D"}, {'\n', "%0A"}, {';', "%3B"}, {']', "%5D"}}};

std::string escaped(std::string_view text, bool is_property) {
  const std::span<const Code> all = codes;
  return without_commands(encoded(text, is_property ? all : all.first(3)), " #");
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? ' ' : c;
  return without_commands(std::move(out), " #");
}

}  // namespace

std::string render_azure(const Verdict& verdict, const RenderOptions&) {
  std::string out;
  for (const Annotation& annotation : annotations(verdict)) {
    if (annotation.level == Level::note) {
      out += "note: " + one_line(annotation.title + ": " + annotation.text) + "\n";
      continue;
    }
    out += "##vso[task.logissue type=" + std::string(annotation.level == Level::block ? "error" : "warning") +
           ";code=" + escaped(annotation.title, true) + "]" + escaped(annotation.text, false) + "\n";
  }
  return out + "deploy-gate: " + one_line(summary(verdict)) + "\n";
}

}  // namespace tidegate::verdict
