// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/place.hpp"
#include "sandbox/state.hpp"

// However the bytes are cut into pieces, the endpoint says the same, and what it says is HTTP.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  const std::string input(reinterpret_cast<const char*>(data), size);
  sandbox::StateStore whole_store("t"), cut_store("t");
  const auto whole = sandbox::converse(whole_store);
  const auto cut = sandbox::converse(cut_store);
  const std::string once = whole->receive(input);
  std::string pieces;
  bool expected = false;
  for (const char c : input) {
    const std::string said = cut->receive(std::string_view(&c, 1));
    if (said.starts_with("HTTP/1.1 100 ")) expected = true;  // asked for in pieces only
    pieces += said;
  }
  if (!expected) fuzz::require(once == pieces && whole->finished() == cut->finished());
  fuzz::require(once.empty() || once.starts_with("HTTP/1.1 "));
  for (const char* name : {"a", "new"}) {
    fuzz::require(whole_store.state(name) == cut_store.state(name));
  }
  return 0;
}
