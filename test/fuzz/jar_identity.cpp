// SPDX-License-Identifier: Apache-2.0
// The first byte says what the rest is: m a MANIFEST.MF, p a pom.properties, n a file name, else a jar. Every jar has an
// answer; coordinates that are complete hold only words of Maven.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"
#include "spark/identity.hpp"

namespace {

using namespace tidegate;
using fuzz::require;

void check(const spark::Coordinates& found) {
  for (const std::string* part : {&found.group, &found.artifact, &found.version}) {
    require(part->size() <= 200 && part->find_first_of("/@?#% \n${}") == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'm':
      check(spark::parse_jar_manifest(text));
      return 0;
    case 'p':
      if (const auto found = spark::parse_properties(text); spark::is_complete(found)) check(found);
      return 0;
    case 'n':
      check(spark::parse_jar_name(text));
      return 0;
    default:
      break;
  }
  system::Spill spill;
  require(spill.put(text).ok());
  const auto found = spark::identify_jar("libs/app-1.0.jar", spill);
  require(found.ok() && !found->all.empty() && found->all[0].place.empty() && found->all[0].sha256.size() == 64);
  for (const spark::JarIdentity& one : found->all) check(one.coordinates);
  return 0;
}
