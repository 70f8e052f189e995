// SPDX-License-Identifier: Apache-2.0
// A delta of git: how one object is made of parts of another one and of bytes of its own.
// Source: git's Documentation/gitformat-pack.txt, section "Deltified representation".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "system/spill.hpp"

namespace tidegate::repository {

struct DeltaSizes {
  std::uint64_t base = 0;    // bytes of the object that is copied from
  std::uint64_t result = 0;  // bytes of what is made
};

// The two numbers at the beginning of a delta; takes them off. Nothing if `bytes` ends before, or a number
// has more than 63 bits.
std::optional<DeltaSizes> take_delta_sizes(std::string_view& bytes);

inline constexpr std::size_t most_delta_head = 18;  // bytes of the two numbers

// Takes a delta in pieces of any length and gives what it makes in pieces of at most 64 KiB. The base is read from
// at any place, so a part of it need not be in memory.
class DeltaReader {
 public:
  using Sink = std::function<Status(std::string_view)>;
  DeltaReader(const system::Spill& base, Sink sink) : base_(base), sink_(std::move(sink)) {}

  // Code repository.broken with an empty place: an instruction that is none, copies from outside of the base, or
  // makes more than the delta said.
  Status take(std::string_view piece);
  Status finish() const;  // the same: it ended in an instruction, or made less

 private:
  Status instruction(std::string_view& rest, bool& whole);
  Status copy(std::uint64_t begin, std::uint64_t size);
  Status insert(std::string_view bytes);
  bool makes_too_much(std::uint64_t size) const { return size > sizes_->result - made_; }

  const system::Spill& base_;
  Sink sink_;
  std::optional<DeltaSizes> sizes_{};
  std::uint64_t made_ = 0;
  std::string waiting_{};  // the beginning of an instruction
};

}  // namespace tidegate::repository
