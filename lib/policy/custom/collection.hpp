// SPDX-License-Identifier: Apache-2.0
// All checks files of a service together: read, their types joined, their tests run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/custom/examples.hpp"
#include "policy/custom/rule.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy::custom {

// *.yaml and *.yml of the folder itself; policy and waivers have formats of their own.
bool is_checks_name(std::string_view name);

struct Collected {
  ChecksFile file{};
  std::vector<TestOutcome> outcomes{};  // one for each rule
};

struct Collection {
  std::vector<Collected> files{};  // sound ones only
  Diagnostics diagnostics{};       // what is wrong, in all files; exit 13

  // Adds the types of the file to `settings`.
  void add(const std::string& file, std::string text, Settings& settings);
  void finish(const Settings& settings);  // when all are added: ids are used once, tests pass
};

}  // namespace tidegate::policy::custom
