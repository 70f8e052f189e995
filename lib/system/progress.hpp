// SPDX-License-Identifier: Apache-2.0
// How far a long piece of work is, in bytes. On a terminal one line that changes, after a second;
// elsewhere a plain line every ten seconds; short work says nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "system/environment.hpp"
#include "system/terminal.hpp"

namespace tidegate::system {

class Progress {
 public:
  virtual ~Progress() = default;
  virtual void begin(std::string_view what, std::uint64_t total) = 0;  // bytes; 0: not known
  virtual void add(std::uint64_t bytes) = 0;                           // by any thread
  virtual void end() = 0;
};

class ProgressLine final : public Progress {
 public:
  // `live`: see has_live_terminal. `now`: milliseconds of a clock that never goes back.
  ProgressLine(Terminal& terminal, bool live, std::function<std::int64_t()> now)
      : terminal_(terminal), live_(live), now_(std::move(now)) {}
  void begin(std::string_view what, std::uint64_t total) override;
  void add(std::uint64_t bytes) override;
  void end() override;

 private:
  void show(std::int64_t elapsed);
  Terminal& terminal_;
  bool live_;
  std::function<std::int64_t()> now_;
  std::mutex mutex_{};
  std::string what_{};
  std::uint64_t total_ = 0, done_ = 0;
  std::int64_t started_ = 0, next_ = 0;
  std::size_t width_ = 0;  // of the line that stands there
};

// Whether a person sees standard error as it is written: a terminal that can go back to the
// beginning of a line (TERM is not "dumb"), and no build server (CI is not set, or empty, or
// "false").
bool has_live_terminal(const Terminal& terminal, const Environment& environment);

// "packing  1.2 GB of 4.0 GB  312 MB/s  9 s left"
std::string render_progress(std::string_view what, std::uint64_t done, std::uint64_t total,
                            std::int64_t milliseconds);

// A piece of work from here to the end of the scope; `progress` may be null.
class Work {
 public:
  Work(Progress* progress, std::string_view what, std::uint64_t total = 0) : progress_(progress) {
    if (progress_ != nullptr) progress_->begin(what, total);
  }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  ~Work() {
    if (progress_ != nullptr) progress_->end();
  }
  void add(std::uint64_t bytes) const {
    if (progress_ != nullptr) progress_->add(bytes);
  }

 private:
  Progress* progress_;
};

}  // namespace tidegate::system
