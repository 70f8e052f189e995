// SPDX-License-Identifier: Apache-2.0
#include "plan/change_batch.hpp"

#include <memory>

namespace tidegate::plan {

namespace {

// Large enough that handing one over costs nothing beside it.
constexpr std::size_t batch_size = std::size_t{128} * 1024;
constexpr std::size_t waiting = 2;

}  // namespace

void ChangeBatches::add(std::size_t index, std::string_view text, bool is_drift) {
  const std::size_t begin = batch_.text.size();
  // Once, not by doubling; a last batch is never so long.
  if (begin == 0 && worker_) batch_.text.reserve(batch_size + text.size());
  batch_.text += text;
  batch_.entries.push_back({.index = index, .begin = begin, .end = batch_.text.size(), .is_drift = is_drift});
  if (batch_.text.size() < batch_size) return;
  if (!worker_) worker_.emplace(waiting);
  worker_->add([this, batch = std::make_shared<const Batch>(std::move(batch_))] { take(*batch); });
  batch_ = {};
}

void ChangeBatches::finish() {
  worker_.reset();
  take(batch_);
  batch_ = {};
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ChangeBatches::take(const Batch& batch) {
  if (failure_) return;
  try {
    for (const Entry& entry : batch.entries) {
      take_(entry.index, std::string_view(batch.text).substr(entry.begin, entry.end - entry.begin), entry.is_drift);
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
}

}  // namespace tidegate::plan
