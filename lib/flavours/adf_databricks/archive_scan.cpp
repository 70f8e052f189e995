// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/archive_scan.hpp"

#include <utility>

#include "repository/secrets.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

// Names in what a build tool wrote about the archive are those of people, lists and branches.
bool is_about_the_archive(std::string_view place) {
  const std::size_t inner = place.rfind('!');
  const std::string_view path = inner == std::string_view::npos ? place : place.substr(inner + 1);
  return path.starts_with("META-INF/") || path.starts_with("EGG-INFO/") ||
         path.substr(0, path.find('/')).ends_with(".dist-info");
}

}  // namespace

std::vector<MemberSecret> find_secrets_in(const std::string& place, std::string_view text) {
  repository::SecretScanner scanner;
  scanner.feed(text);
  std::vector<MemberSecret> found;
  for (const repository::SecretFinding& one : scanner.finish()) {
    found.push_back({.where = {.file = place, .line = one.line, .column = one.column}, .kind = std::string(one.kind)});
  }
  return found;
}

void ArchiveScan::take(const spark::Member& member) {
  const std::string place = file_ + "!" + member.place;
  Diagnostics found;
  service::scan_environment(place, member.text, literals_, severity_, found,
                            !member.is_class && !is_about_the_archive(member.place));
  for (Diagnostic finding : found.items()) {
    if (member.is_class) finding.where.line = finding.where.column = 0;
    findings_.add(std::move(finding));
  }
  for (MemberSecret& one : find_secrets_in(place, member.text)) {
    if (member.is_class) one.where.line = one.where.column = 0;
    secrets_.push_back(std::move(one));
  }
}

void ArchiveScan::finish(const std::string& incomplete) {
  if (incomplete.empty()) return;
  findings_.warning("spark.archive-not-searched", {.file = file_},
                    "not everything in it was searched for secrets and values of an environment: " + incomplete,
                    "build it again if it is damaged; pack fewer libraries into one archive");
}

}  // namespace tidegate::flavours::adf_databricks
