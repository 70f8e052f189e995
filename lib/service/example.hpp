// SPDX-License-Identifier: Apache-2.0
// Made-up values for contract/environment.json: of the shape of the real value, so that a rehearsal
// looks real, but of no real environment (names below .example, the nil GUID).
#pragma once

#include <string>
#include <string_view>

namespace tidegate::service {

// For the type string: the text itself; for other types JSON text. `property` is the name of the
// Data Factory property, `value` what stands there in the source.
std::string make_example(std::string_view type, std::string_view property, std::string_view value);

}  // namespace tidegate::service
