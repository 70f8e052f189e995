// SPDX-License-Identifier: Apache-2.0
// A rename without `moved` is a delete and a create of one type. Pairs them by equal attribute values
// and writes the block that keeps the object: `moved` for a rename, else `removed`. A Terraform that is
// too old for a block gets the command that does the same.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "policy/rules.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy {

class Renames {
 public:
  void take(const plan::Change& change);  // creates and deletes of managed objects

  // Puts a block into the fix of every finding on the delete of a current object.
  void complete(Report& report, std::string_view terraform_version) const;

 private:
  struct Side {
    std::string address{};
    std::vector<std::uint64_t> values{};  // sorted fingerprints of `attribute = value`
  };
  struct Match;
  using Pairs = std::map<std::string, std::string>;  // address of a delete -> address of its create
  static Side side_of(const plan::Change& change, const document::Node& object);
  static Pairs pair(const std::vector<Side>& lost, const std::vector<Side>& fresh);
  Pairs all_pairs() const;

  std::map<std::string, std::vector<Side>> created_{};  // by type
  std::map<std::string, std::vector<Side>> deleted_{};
  std::size_t kept_ = 0;
};

}  // namespace tidegate::policy
