// SPDX-License-Identifier: Apache-2.0
// Workflow commands of GitHub Actions.
#include "base/build_server.hpp"
#include "verdict/annotations.hpp"
#include "verdict/shown.hpp"

namespace tidegate::verdict {

namespace {

using policy::Level;

std::string command(std::string_view word, std::string_view title, std::string_view text) {
  return "::" + std::string(word) + " title=" + github_escaped(title, true) + "::" + github_escaped(text, false) + "\n";
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
