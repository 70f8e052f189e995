// SPDX-License-Identifier: Apache-2.0
// The input is an address of a store or of a release; also what servers answer: codes of errors, encoded text.
#include "store/address.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include "place.hpp"
#include "store/web.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using fuzz::require;
  const std::string text(reinterpret_cast<const char*>(data), size < 4096 ? size : 4096);
  if (const auto address = store::parse_address(text); address && address->scheme != store::Scheme::folder) {
    require(!address->host.empty() && address->shown.find_first_of("?#") == std::string::npos);
    require(("/" + address->path + "/").find("/../") == std::string::npos);
    const auto again = store::parse_address(address->shown);
    require(again.ok() && again->host == address->host && again->path == address->path);
  }
  if (const auto release = store::parse_release_address(text)) {
    require(store::is_coordinate(release->at.name) && store::is_coordinate(release->at.version));
    const auto again = store::parse_release_address(store::render_release_address(release->store, release->at, release->identity));
    require(again.ok() && again->at.name == release->at.name && again->at.version == release->at.version);
    require(again->identity == release->identity && again->store.path == release->store.path);
  }
  require(store::percent_decoded(store::percent_encoded(text)) == text);
  require(store::split_url(text).path.starts_with('/'));
  for (const char c : store::error_code_of(text)) require(c > ' ' && c != '<');
  return 0;
}
