// SPDX-License-Identifier: Apache-2.0
#include "verdict/annotations.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "verdict/shown.hpp"

namespace tidegate::verdict {

namespace {

using policy::Finding;
using policy::Level;

std::vector<Annotation> all_annotations(const Verdict& verdict) {
  std::vector<Annotation> all;
  for (const Diagnostic& problem : verdict.facts.problems) {
    all.push_back({.title = printable(problem.code), .text = printable(problem.message) +
                                                             (problem.hint.empty() ? "" : "\n" + shown_lines(problem.hint))});
  }
  for (const Group& group : grouped(verdict.findings)) {
    if (group.first->waiver) continue;
    std::string text = object_of(*group.first) + ": " + sentence_of(*group.first);
    if (const std::string more = blast_radius(group); !more.empty()) text += "\nwith it: " + more;
    all.push_back({.level = group.first->level, .title = printable(group.first->rule), .text = std::move(text)});
  }
  return all;
}

}  // namespace

std::vector<Annotation> annotations(const Verdict& verdict) {
  std::vector<Annotation> all = all_annotations(verdict);
  if (all.size() > most_annotations) all.resize(most_annotations);
  return all;
}

std::string summary(const Verdict& verdict) {
  std::string text = verdict.word + ": " + printable(verdict.reason);
  const std::size_t count = all_annotations(verdict).size();
  if (count > most_annotations) {
    const std::size_t left = count - most_annotations;
    text += "; " + std::to_string(left) + " more " + (left == 1 ? "is" : "are") + " not shown here";
  }
  const auto waived = std::count_if(verdict.findings.begin(), verdict.findings.end(),
                                    [](const Finding& finding) { return finding.waiver.has_value(); });
  if (waived > 0) text += "; " + std::to_string(waived) + " waived";
  return text + "; plan sha256:" + verdict.sha256;
}

}  // namespace tidegate::verdict
