// SPDX-License-Identifier: Apache-2.0
// Dangerous changes in place of objects that azapi manages: entries of the catalogue's grammar
// whose paths lie in the ARM body. Source: the reference of the ARM types (Azure REST API).
#pragma once

#include <vector>

#include "catalogue/types.hpp"

namespace tidegate::policy {

struct Subject;

// Of the ARM type of an azapi_resource or azapi_update_resource (compared without case and
// `@version`).
std::vector<catalogue::Entry> arm_entries(const Subject& subject);

// What may be dangerous in a change of this object: entries of its Terraform type, then of its ARM
// type.
std::vector<catalogue::Entry> entries_of(const Subject& subject);

}  // namespace tidegate::policy
