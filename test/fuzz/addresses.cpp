// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "plan/change.hpp"
#include "policy/quantity.hpp"
#include "policy/references.hpp"

// Steps of an address give the address again, its key is its end, and what has no keys stays as it is.
// The order of two quantities is turned when they are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string joined;
  const auto steps = policy::address_steps(text);
  for (std::size_t i = 0; i < steps.size(); ++i) joined += (i > 0 ? "." : "") + steps[i];
  if (joined != text && joined + "." != text) std::abort();
  const policy::SplitAddress parts = policy::split_key(text);
  if (parts.resource + parts.key != text) std::abort();
  const std::string plain = plan::without_keys(text);
  if (plan::without_keys(plain) != plain) std::abort();

  const std::size_t cut = text.find('\n');
  if (cut == std::string_view::npos) return 0;
  const std::string_view left = text.substr(0, cut), right = text.substr(cut + 1);
  using policy::Order;
  const Order there = policy::compare_quantities(left, right);
  const Order back = policy::compare_quantities(right, left);
  const Order turned = there == Order::less ? Order::greater : there == Order::greater ? Order::less : there;
  if (back != turned) std::abort();
  const Order rank = policy::compare_ranks(left, right);
  const Order rank_back = policy::compare_ranks(right, left);
  if ((rank == Order::less) != (rank_back == Order::greater)) std::abort();
  return 0;
}
