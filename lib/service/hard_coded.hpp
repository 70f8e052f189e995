// SPDX-License-Identifier: Apache-2.0
// What stands in Data Factory objects and works in one environment only (adf.md, section 8): the
// artifact would carry it everywhere, unless a binding replaces it.
#pragma once

#include "adf/factory.hpp"
#include "base/diagnostic.hpp"
#include "service/binding.hpp"

namespace tidegate::service {

// Hosts, subscriptions, tenant and client ids, clusters in strings outside the bound leaves and
// spans: code adf.hard-coded-environment of severity `severity`, each distinct value once an object.
// Code adf.encrypted-credential (E; N where it is bound).
void check_hard_coded(const adf::Factory& factory, const Bindings& bindings, Severity severity,
                      Diagnostics& diagnostics);

}  // namespace tidegate::service
