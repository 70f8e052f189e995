// SPDX-License-Identifier: Apache-2.0
// Datasets by name and by place. Only what has the same name, or lies at the same place, above it or below it, can be
// related: a service has thousands of each.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/observe.hpp"

namespace tidegate::service {

class Neighbours {
 public:
  void add_name(std::string_view dataset, std::size_t index);
  void add_place(const Place& place, std::size_t index);  // nothing without linked service

  // Of a dataset of Data Factory.
  std::span<const std::size_t> named(std::string_view dataset) const;
  // Sorted by place, not by index; one index may come more than once.
  std::vector<std::size_t> near(const Place& place) const;

 private:
  using Lists = std::map<std::string, std::vector<std::size_t>>;

  Lists by_name_{};   // lower case
  Lists by_place_{};
};

}  // namespace tidegate::service
