// SPDX-License-Identifier: Apache-2.0
// The first byte says what the rest is: m core metadata, n a file name, else a wheel. Every wheel has an answer; a name
// and a version that are there hold only what a package may be called.
#include "spark/wheel.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"

namespace {

using namespace tidegate;
using fuzz::require;

void check(const std::string& name, const std::string& version) {
  require(name.empty() == version.empty() && name.size() <= 200 && version.size() <= 100);
  for (const std::string* part : {&name, &version}) require(part->find_first_of("/@?#% \n${}:") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'm' || data[0] == 'n') {
    const spark::PackageName found = data[0] == 'm' ? spark::parse_core_metadata(text) : spark::parse_wheel_name(text);
    check(found.name, found.version);
    return 0;
  }
  system::Spill spill;
  require(spill.put(text).ok());
  const auto found = spark::identify_wheel("dist/app-1.0-py3-none-any.whl", spill);
  require(found.ok() && found->sha256.size() == 64 && found->sha1.size() == 40 && !found->name.empty());
  check(found->name, found->version);
  return 0;
}
