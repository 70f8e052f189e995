// SPDX-License-Identifier: Apache-2.0
// Takes changes in their order, a batch at a time on a second thread while the text behind them is
// still being split. A plan that fits into one batch starts no thread.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/parallel.hpp"

namespace tidegate::plan {

class ChangeBatches {
 public:
  using Take = std::function<void(std::size_t index, std::string_view text, bool is_drift)>;
  explicit ChangeBatches(Take take) : take_(std::move(take)) {}

  void add(std::size_t index, std::string_view text, bool is_drift);  // copies the text
  // Everything that was added has been taken. Rethrows what `take` threw.
  void finish();

 private:
  struct Entry {
    std::size_t index = 0;
    std::size_t begin = 0;  // in the text of the batch
    std::size_t end = 0;
    bool is_drift = false;
  };
  struct Batch {
    std::string text{};
    std::vector<Entry> entries{};
  };
  void take(const Batch& batch);  // no exception leaves it

  Take take_;
  Batch batch_{};
  std::exception_ptr failure_{};     // of the second thread, until it is waited for
  std::optional<Worker> worker_{};   // last: its thread ends before what it uses
};

}  // namespace tidegate::plan
