// SPDX-License-Identifier: Apache-2.0
// Any settings give a value or one finding, and locating a repository never shows a password.
#include <cstddef>
#include <cstdint>
#include <string>

#include "place.hpp"
#include "spark/maven/settings.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using fuzz::require;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const system::MemoryEnvironment environment({{"HOME", "/home/x"}, {"A", "${env.A}"}});
  const auto settings = spark::maven::parse_settings("settings.xml", text, environment);
  if (!settings) {
    require(settings.failure().code == "spark.invalid-settings");
    return 0;
  }
  auto all = settings->repositories;
  all.push_back({.id = "central", .url = "https://r.example/m"});
  for (const auto& one : all) {
    const auto located = spark::maven::locate_repository(one, *settings);
    require(located || located.failure().code == "spark.invalid-settings");
    if (located) require(!located->url.ends_with('/'));
  }
  return 0;
}
