// SPDX-License-Identifier: Apache-2.0
// Version numbers of programs, providers and packs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidegate {

using Version = std::array<std::uint32_t, 3>;  // compares as versions do

struct WrittenVersion {
  Version version{};      // parts that are missing are 0
  std::size_t parts = 0;  // that are written; 0: this is no version
  bool whole = false;     // nothing stands there but one to three numbers
};

// "1.2.3", "v1.2", "5". A label ("-beta1", "+build") does not count. Reading ends at what is no
// number: "1.x" has one part and is not whole.
WrittenVersion read_version(std::string_view text);

std::string to_string(const Version& version);  // "1.2.0"

}  // namespace tidegate
