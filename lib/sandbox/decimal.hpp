// SPDX-License-Identifier: Apache-2.0
// Numbers as decimal text: exact, whatever their size.
#pragma once

#include <string>
#include <string_view>

namespace tidegate::sandbox {

// One text for every way to write a number: no sign before 0, no leading zeros, no exponent as long
// as 40 digits are enough, else d.ddde±n. The text is given back unchanged if it is no number.
std::string canonical_number(std::string_view text);

// The exact value of a finite double.
std::string exact_decimal(double value);

}  // namespace tidegate::sandbox
