// SPDX-License-Identifier: Apache-2.0
// A rename without `moved` is a delete and a create of one type. Pairs them by equal attribute values
// and writes the block that keeps the object.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "policy/finding.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy {

class Renames {
 public:
  void take(const plan::Change& change);  // creates and deletes of managed objects

  // Puts a `moved` block, else a `removed` block, into the fix of every finding on a delete.
  void complete(std::vector<Finding>& findings) const;

 private:
  struct Side {
    std::string address{};
    std::vector<std::uint64_t> values{};  // sorted fingerprints of `attribute = value`
  };
  static Side side_of(const plan::Change& change, const document::Node& object);
  // Address of a delete -> address of its create.
  static std::map<std::string, std::string> pair(const std::vector<Side>& lost, const std::vector<Side>& fresh);

  std::map<std::string, std::vector<Side>> created_{};  // by type
  std::map<std::string, std::vector<Side>> deleted_{};
  std::size_t kept_ = 0;
};

}  // namespace tidegate::policy
