// SPDX-License-Identifier: Apache-2.0
// A digest of what applying the plan does: two plans of one state differ as files (timestamps, order)
// and agree in their effects. Sensitive values count only as changed or unchanged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/change.hpp"

namespace tidegate::plan {

class EffectsDigest {
 public:
  void add(const Change& change);                                    // nothing for a pure no-op
  void add_output(std::string_view name, const document::Node& change);
  std::string finish_hex();                                          // sha256; the order of adding does not matter

 private:
  std::vector<std::string> parts_{};
};

}  // namespace tidegate::plan
