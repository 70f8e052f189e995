// SPDX-License-Identifier: Apache-2.0
// Whatever the zip says, paths stay inside and are sorted; and what the entries say of a zip that
// is whole is given back as it was.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "databricks/archive.hpp"
#include "place.hpp"
#include "support/zip.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using fuzz::require;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto entries = databricks::read_archive("a.dbc", bytes);
  if (!entries) {
    require(entries.failure().code == "databricks.invalid-notebook" &&
            !entries.failure().message.empty());
  } else {
    for (std::size_t i = 0; i < entries->size(); ++i) {
      const std::string wrapped = "/" + (*entries)[i].path + "/";
      require(wrapped.find("/../") == std::string::npos && wrapped.find("//") == std::string::npos);
      require(i == 0 || (*entries)[i - 1].path <= (*entries)[i].path);
    }
  }
  const std::string content(bytes);
  const auto whole =
      databricks::read_archive("a.dbc", test::make_zip({{"b", content}, {"a/c", "x"}}));
  require(whole.ok() && whole->size() == 2 && whole->at(0).path == "a/c" &&
          whole->at(1).bytes == content);
  return 0;
}
