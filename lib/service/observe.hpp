// SPDX-License-Identifier: Apache-2.0
// What the activities of a factory read and write: Copy, data flows, Delete, Lookup and their
// neighbours. Notebooks and jars are not looked into: for them tidegate.yaml speaks.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adf/factory.hpp"
#include "base/diagnostic.hpp"

namespace tidegate::service {

// Where a dataset lies, after constants are folded: parameters of the dataset have the values of the
// reference to it, or their defaults.
struct Place {
  std::string linked_service{};         // lower case; "" when unknown
  std::vector<std::string> segments{};  // container and folders, or schema and table
  bool open = false;                    // behind the segments something is computed at run time
};

enum class Relation : std::uint8_t { apart, possible, certain };
// certain: equal, or one inside the other. possible: a part that decides is computed at run time.
Relation relation(const Place& a, const Place& b);

Place place_of_path(std::string_view linked_service, std::string_view path);
std::string to_string(const Place& place);  // "ls_lake:orders/curated/…"

struct Access {
  enum class Kind : std::uint8_t { read, write, mutate };  // mutate: takes away or changes rows
  Kind kind = Kind::read;
  std::size_t pipeline = 0;             // index into Factory::objects
  std::string_view dataset{};           // name of the Data Factory dataset, in the document
  std::optional<std::size_t> target{};  // its object; nothing when it is external
  document::Node reference{};
  document::Node node{};                // the name in the reference, or what mutates

  Location where() const { return node.location(); }  // costs reading the text up to there
};

struct PlacedAccess : Access {
  Place place{};
};

// In the order of the objects and of their text.
void for_each_access(const adf::Factory& factory, const std::function<void(const Access&)>& take);
std::vector<PlacedAccess> observe(const adf::Factory& factory);

// The place that the dataset object names by itself.
Place place_of_dataset(const adf::Object& dataset);

}  // namespace tidegate::service
