// SPDX-License-Identifier: Apache-2.0
// `tidegate/waivers/1`: docs/formats/waivers.md. One entry lets one rule pass for one effect on one
// address (or a bounded number of them) until a day.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "document/node.hpp"
#include "policy/organisation/moment.hpp"

namespace tidegate::organisation {

struct SourceText {    // a file, read by somebody else
  std::string file{};  // as given
  std::string text{};
  std::string sha256{};  // of the text, 64 hex digits
};

struct Waiver {
  std::string rule{};
  std::string address{};  // pattern: policy/address_glob.hpp
  std::string effect{};   // as in findings; "none" for those without one
  std::string reason{};
  std::string owner{};
  Days expires = 0;     // the last day on which it counts
  std::size_t max = 1;  // more findings than that: it covers none
  std::string plan{};   // sha256 of the only plan it is for; empty: any
  Location where{};
  std::string sha256{};     // of its file
  bool of_service = false;  // stands in the repository of the service
};

inline constexpr Days most_days_ahead = 90;
inline constexpr std::string_view no_effect = "none";

// Faults, all with exit 13: gate.waiver-invalid, gate.waiver-overbroad.
std::vector<Waiver> parse_waivers(const SourceText& source, Days today, Diagnostics& faults);

// The list `waivers:` of a policy.
std::vector<Waiver> read_waivers(const document::Node& list, const SourceText& source, Days today,
                                 Diagnostics& faults);

// A whole file with these entries, in the form that parse_waivers reads.
std::string render_waivers(const std::vector<Waiver>& waivers);

}  // namespace tidegate::organisation
