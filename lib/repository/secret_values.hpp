// SPDX-License-Identifier: Apache-2.0
// Whether a value is that of a secret, or stands for one: a name, a reference, a placeholder.
// Internal to secret_forms.
#pragma once

#include <cstddef>
#include <string_view>

namespace tidegate::repository {

// Enough different characters: `xxxxxxxx`, `00000000` and `example` repeated are no keys.
bool is_varied(std::string_view text);

// <password>, ${var.x}, @{…}, {{secrets/…}}, ***, __X__, %X%, changeme, and texts that say they are
// examples.
bool is_placeholder(std::string_view text);

// What people choose: letters, digits and one kind of characters more. `bare`: no quotes around it,
// so that it may be a name.
bool is_password(std::string_view text, bool bare);

// What machines make: upper and lower case and digits, 16 or more. `bare` as above.
bool is_made_secret(std::string_view text, bool bare);

// base64 of NAME:PASSWORD, as of the header Authorization.
bool is_basic_login(std::string_view text);

}  // namespace tidegate::repository
