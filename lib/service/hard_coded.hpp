// SPDX-License-Identifier: Apache-2.0
// Values of one environment that stand in Data Factory objects and have no binding (adf.md, section
// 8): the artifact would carry them everywhere.
#pragma once

#include "adf/factory.hpp"
#include "base/diagnostic.hpp"
#include "service/binding.hpp"

namespace tidegate::service {

// Hosts, subscriptions, tenant and client ids, clusters in strings outside the bound leaves and
// spans. Code adf.hard-coded-environment (W), each distinct value once an object. Severity: live
// factories hold them (256 places in 41 of 60 public repositories).
void check_hard_coded(const adf::Factory& factory, const Bindings& bindings,
                      Diagnostics& diagnostics);

}  // namespace tidegate::service
