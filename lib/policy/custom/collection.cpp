// SPDX-License-Identifier: Apache-2.0
#include "policy/custom/collection.hpp"

#include <set>

#include "base/text.hpp"
#include "policy/custom/read.hpp"
#include "policy/custom/types.hpp"

namespace tidegate::policy::custom {

namespace {

void check_ids(Collection& collection) {
  std::set<std::string> seen;
  const auto check = [&](const std::string& id, const Location& where) {
    if (seen.insert(id).second) return;
    collection.diagnostics.add({.code = "gate.check-invalid",
                                .where = where,
                                .message = "the id " + id + " is used in another file too",
                                .hint = "give each its own",
                                .exit = ExitCode::policy_broken});
  };
  for (const Collected& one : collection.files) {
    for (const CheckRule& rule : one.file.rules) check(rule.id, rule.where);
    for (const ExecCheck& exec : one.file.execs) check(exec.id, exec.where);
  }
}

}  // namespace

bool is_checks_name(std::string_view name) {
  if (name.find('/') != std::string_view::npos ||
      (!name.ends_with(".yaml") && !name.ends_with(".yml")))
    return false;
  const std::string_view stem = file_stem(name);
  return stem != "policy" && stem != "waivers";
}

void Collection::add(const std::string& file, std::string text, Settings& settings) {
  Diagnostics found;
  ChecksFile parsed = parse_checks(file, std::move(text), found);
  if (!found.has_errors()) add_types(parsed, settings, found);
  const bool sound = !found.has_errors();
  found.sort();
  diagnostics.append(std::move(found));
  if (sound) files.push_back({.file = std::move(parsed)});
}

void Collection::finish(const Settings& settings) {
  check_ids(*this);
  // A rule of one file may match a type of another.
  for (Collected& one : files) {
    Diagnostics found;
    one.outcomes = run_tests(one.file, settings, found);
    found.sort();
    diagnostics.append(std::move(found));
  }
}

}  // namespace tidegate::policy::custom
