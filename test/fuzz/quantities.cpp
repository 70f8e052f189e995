// SPDX-License-Identifier: Apache-2.0
// Numbers, durations, dates, times and ages: orders are orders, and what is read is written back as it was.
// The input is three texts, a line each.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "place.hpp"
#include "policy/organisation/moment.hpp"
#include "policy/quantity.hpp"

namespace {

using namespace tidegate;
using fuzz::require;
using policy::Order;

Order mirrored(Order order) {
  if (order == Order::less) return Order::greater;
  return order == Order::greater ? Order::less : order;
}

void check_orders(std::string_view a, std::string_view b, std::string_view c) {
  const Order ab = policy::compare_quantities(a, b);
  const Order bc = policy::compare_quantities(b, c);
  const Order ac = policy::compare_quantities(a, c);
  require(policy::compare_quantities(b, a) == mirrored(ab));
  if (policy::is_quantity(a)) require(policy::compare_quantities(a, a) == Order::equal);
  if (policy::is_zero_quantity(a)) require(policy::is_quantity(a));
  if (ab == Order::less && bc == Order::less) require(ac != Order::greater && ac != Order::equal);
  if (ab == Order::equal && bc == Order::equal) require(ac == Order::equal || ac == Order::unclear);
  require(policy::compare_ranks(b, a) == mirrored(policy::compare_ranks(a, b)));
}

void check_moments(std::string_view text) {
  if (const auto day = organisation::parse_date(text)) require(organisation::to_date(*day) == text);
  if (const auto time = organisation::parse_time(text)) require(organisation::parse_time(organisation::to_time(*time)) == time);
  if (const auto age = organisation::parse_age(text)) require(organisation::parse_age(organisation::to_age(*age)) == age);
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view a = take_line(text);
  const std::string_view b = take_line(text);
  const std::string_view c = take_line(text);
  check_orders(a, b, c);
  for (const std::string_view one : {a, b, c}) check_moments(one);
  return 0;
}
