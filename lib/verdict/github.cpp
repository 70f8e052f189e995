// SPDX-License-Identifier: Apache-2.0
// Workflow commands of GitHub Actions. Percent encoding as its toolkit has it (core/command.ts):
// data without `%`, CR, LF; properties without `:` and `,` as well.
#include "verdict/annotations.hpp"
#include "verdict/shown.hpp"

namespace tidegate::verdict {

namespace {

using policy::Level;

std::string escaped(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%': out += "%25"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      case ':': out += is_property ? "%3A" : ":"; break;
      case ',': out += is_property ? "%2C" : ","; break;
      default: out += c;
    }
  }
  return without_commands(std::move(out), " #");  // the older form, anywhere in a line
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
