// SPDX-License-Identifier: Apache-2.0
#include "service/neighbours.hpp"

#include "base/text.hpp"

namespace tidegate::service {

namespace {

// Whatever lies below a place has a key that begins with the key of the place.
std::string key_of(const Place& place) {
  std::string key = place.linked_service + ":";
  for (const std::string& segment : place.segments) key += to_lower(segment) + "/";
  return key;
}

template <class Lists>
std::span<const std::size_t> at(const Lists& lists, const std::string& key) {
  const auto found = lists.find(key);
  return found == lists.end() ? std::span<const std::size_t>() : std::span(found->second);
}

}  // namespace

void Neighbours::add_name(std::string_view dataset, std::size_t index) { by_name_[to_lower(dataset)].push_back(index); }

void Neighbours::add_place(const Place& place, std::size_t index) {
  if (!place.linked_service.empty()) by_place_[key_of(place)].push_back(index);
}

std::span<const std::size_t> Neighbours::named(std::string_view dataset) const { return at(by_name_, to_lower(dataset)); }

std::vector<std::size_t> Neighbours::near(const Place& place) const {
  std::vector<std::size_t> out;
  if (place.linked_service.empty()) return out;
  const auto add = [&](std::span<const std::size_t> some) { out.insert(out.end(), some.begin(), some.end()); };
  const std::string whole = key_of(place);
  for (std::size_t end = place.linked_service.size() + 1; end < whole.size(); end = whole.find('/', end) + 1)
    add(at(by_place_, whole.substr(0, end)));
  for (auto below = by_place_.lower_bound(whole); below != by_place_.end() && below->first.starts_with(whole); ++below)
    add(below->second);
  return out;
}

}  // namespace tidegate::service
