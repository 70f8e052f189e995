// SPDX-License-Identifier: Apache-2.0
// What a rule found. All text is ready to be shown: redacted, without control characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::policy {

enum class Level : std::uint8_t { off, note, warn, block };

std::string_view to_string(Level level);

// The waiver that a finding is covered by. All text as shown.
struct WaiverUse {
  std::string owner{};
  std::string reason{};
  std::string expires{};            // YYYY-MM-DD
  std::string file{};               // where it stands: file:line
  std::string sha256{};             // of that file
};

struct Finding {
  std::string rule{};               // gate.stateful-destroy
  std::string stands_for{};         // of gate.unproven: the rule whose severity it has
  Level level = Level::block;
  std::string address{};            // "plan" for a finding on the plan as a whole
  std::string previous_address{};
  std::string deposed{};
  std::string type{};               // resource type; for azapi the ARM type
  std::string tier{};               // "unknown" for a type in no list, "stateless"
  std::string effect{};
  std::string attribute{};          // path of the attribute that decides
  std::string before{};             // shown values
  std::string after{};
  std::string message{};            // what happens
  std::string cause{};              // what forces it
  std::string recovery{};           // how it could be undone; empty when nothing is known
  std::string fix{};                // lines; what gives the same result without the loss
  std::string group{};              // findings of one cause have the same
  std::optional<WaiverUse> waiver{};  // set: waived, it counts no more
};

// By level, most severe first, then rule, address, deposed, attribute, message.
void sort_findings(std::vector<Finding>& findings);

}  // namespace tidegate::policy
