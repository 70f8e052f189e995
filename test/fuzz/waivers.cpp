// SPDX-License-Identifier: Apache-2.0
// Policies and waivers: faults lie inside the file and say exit 13; what is accepted is printed and read
// again as the same, and frees nothing but its own rule and effect.
#include <cstddef>
#include <cstdint>
#include <string>

#include "place.hpp"
#include "policy/organisation/apply.hpp"
#include "policy/organisation/tighten.hpp"

namespace {

using namespace tidegate;
using fuzz::require;

void check_faults(const Diagnostics& faults, const std::string& text) {
  for (const Diagnostic& one : faults.items()) {
    require(one.exit == ExitCode::policy_broken);
    require(one.where.line == 0 || fuzz::is_inside(text, one.where.line, one.where.column));
  }
}

void check_waivers(const std::vector<organisation::Waiver>& waivers, organisation::Days today) {
  Diagnostics faults;
  const auto again = organisation::parse_waivers({.file = "w", .text = organisation::render_waivers(waivers)}, today, faults);
  require(!faults.has_errors() && again.size() == waivers.size());
  for (std::size_t i = 0; i < waivers.size(); ++i) {
    require(again[i].address == waivers[i].address && again[i].rule == waivers[i].rule && again[i].max == waivers[i].max);
    require(again[i].reason == waivers[i].reason && again[i].expires == waivers[i].expires && again[i].plan == waivers[i].plan);
    require(waivers[i].expires - today <= organisation::most_days_ahead);
    const policy::Finding other{.rule = waivers[i].rule + "x", .address = waivers[i].address, .effect = waivers[i].effect};
    require(!organisation::names(waivers[i], other));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const organisation::Days today = 20784;
  Diagnostics faults;
  const auto waivers = organisation::parse_waivers({.file = "w", .text = text}, today, faults);
  check_faults(faults, text);
  if (!faults.has_errors()) check_waivers(waivers, today);
  Diagnostics others;
  const organisation::Policy policy = organisation::parse_policy({.file = "p", .text = text}, today, others);
  check_faults(others, text);
  if (others.has_errors()) return 0;
  check_waivers(policy.waivers, today);
  // A service that repeats the organisation's policy loosens nothing; on top of nothing its faults have places.
  Diagnostics same;
  organisation::tighten(policy, policy, policy.severity, same);
  require(!same.has_errors());
  Diagnostics loosened;
  organisation::tighten({}, policy, {}, loosened);
  check_faults(loosened, text);
  return 0;
}
