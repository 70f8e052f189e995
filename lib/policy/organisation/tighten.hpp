// SPDX-License-Identifier: Apache-2.0
// The policy of a service (`checks/policy.yaml` of its repository) on top of the organisation's. It
// can only tighten: a line that would loosen is a fault (gate.policy-loosened, exit 13), and what
// it raises is applied as a minimum, so that no mistake here could loosen either.
#pragma once

#include "base/diagnostic.hpp"
#include "policy/organisation/policy.hpp"

namespace tidegate::organisation {

// `custom`: severities of the developers' own rules, by id.
Policy tighten(Policy organisation, const Policy& service, const Levels& custom,
               Diagnostics& faults);

}  // namespace tidegate::organisation
