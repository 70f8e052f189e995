// SPDX-License-Identifier: Apache-2.0
// Logging commands of Azure Pipelines. There is no third level: a note is a line of the log.
#include "base/build_server.hpp"
#include "verdict/annotations.hpp"
#include "verdict/shown.hpp"

namespace tidegate::verdict {

namespace {

using policy::Level;

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
           ";code=" + azure_escaped(annotation.title, true) + "]" + azure_escaped(annotation.text, false) + "\n";
  }
  return out + "deploy-gate: " + one_line(summary(verdict)) + "\n";
}

}  // namespace tidegate::verdict
