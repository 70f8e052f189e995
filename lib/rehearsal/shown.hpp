// SPDX-License-Identifier: Apache-2.0
// Texts that the forms of a report share.
#pragma once

#include <string>
#include <string_view>

#include "rehearsal/report.hpp"

namespace tidegate::rehearsal {

std::string seconds(std::int64_t ms);            // "0.05 s"
std::string name_of(const Step& step);           // "upgrade: second plan"
std::string stand_ins_of(const Report& report);  // "azapi 2.12.0, azurerm 5.2.0"
std::string lines_of(std::string_view text);     // printable, line ends stay, none at the end
std::string indented(std::string_view text);     // lines_of, two spaces before each line

}  // namespace tidegate::rehearsal
