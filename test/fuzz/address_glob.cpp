// SPDX-License-Identifier: Apache-2.0
// The input is a pattern and an address, parted by a line end; also dates, times and ages.
#include "policy/address_glob.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include "place.hpp"
#include "policy/organisation/moment.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using fuzz::require;
  const std::string text(reinterpret_cast<const char*>(data), size < 4096 ? size : 4096);
  const std::string glob = text.substr(0, text.find('\n'));
  const std::string address = glob.size() < text.size() ? text.substr(glob.size() + 1) : std::string();
  const bool matches = policy::matches_address(glob, address);
  // Without a star a pattern is a text; `\*` reads in two ways.
  if (!policy::has_wildcard(glob) && glob.find("\\*") == std::string::npos) require(matches == (glob == address));
  require(policy::matches_address(policy::exact_glob(address), address));
  require(!policy::has_wildcard(policy::exact_glob(address)));
  require(policy::matches_address("**", address));
  // A backslash in front of an appended star would change its meaning.
  if (matches && glob.find('\\') == std::string::npos) require(policy::matches_address("**" + glob, address) && policy::matches_address(glob + "**", address));
  if (const auto day = organisation::parse_date(address)) require(organisation::to_date(*day) == address);
  // An offset can lead out of the years that have four digits.
  const auto time = organisation::parse_time(address);
  if (time && *time >= 0 && *time < 253402300800) require(organisation::parse_time(organisation::to_time(*time)) == time);
  if (const auto age = organisation::parse_age(address)) require(*age > 0 && organisation::parse_age(organisation::to_age(*age)) == age);
  return 0;
}
