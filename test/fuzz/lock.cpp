// SPDX-License-Identifier: Apache-2.0
// A lock file that is accepted is written again as one that means the same, and its paths are safe.
#include <cstddef>
#include <cstdint>
#include <string>

#include "place.hpp"
#include "spark/maven/lock.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using fuzz::require;
  const auto lock = spark::maven::parse_lock("l", std::string(reinterpret_cast<const char*>(data), size));
  if (!lock) {
    require(lock.failure().code == "spark.invalid-lock");
    return 0;
  }
  const std::string text = spark::maven::render_lock(*lock);
  const auto again = spark::maven::parse_lock("l", text);
  require(again.ok() && spark::maven::render_lock(*again) == text);
  for (const auto& one : lock->dependencies) {
    require(one.file.path().find("..") == std::string::npos || one.file.artifact.find("..") != std::string::npos ||
            one.file.version.find("..") != std::string::npos || one.file.classifier.find("..") != std::string::npos);
    require(one.file.path().find("/../") == std::string::npos && !one.file.path().starts_with("/"));
  }
  return 0;
}
