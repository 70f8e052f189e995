// SPDX-License-Identifier: Apache-2.0
#include "system/progress.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tidegate::system {

namespace {

constexpr std::int64_t first_live = 1000, next_live = 100, plain = 10000;  // milliseconds

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> units{"kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < units.size(); ++unit) value /= 1000;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  return text.data();
}

}  // namespace

std::string render_progress(std::string_view what, std::uint64_t done, std::uint64_t total,
                            std::int64_t milliseconds) {
  const std::uint64_t rate =
      milliseconds > 0 ? done * 1000 / static_cast<std::uint64_t>(milliseconds) : 0;
  std::string text = std::string(what) + "  " + bytes_text(done);
  if (total > 0) text += " of " + bytes_text(total);
  text += "  " + bytes_text(rate) + "/s";
  if (total > done && rate > 0) {
    const std::uint64_t seconds = (total - done) / rate + 1;
    text +=
        "  " +
        (seconds < 120 ? std::to_string(seconds) + " s" : std::to_string(seconds / 60) + " min") +
        " left";
  }
  return text;
}

bool has_live_terminal(const Terminal& terminal, const Environment& environment) {
  const std::string server = environment.get("CI").value_or("");
  return terminal.err_is_terminal() && environment.get("TERM").value_or("") != "dumb" &&
         (server.empty() || server == "false");
}

void ProgressLine::begin(std::string_view what, std::uint64_t total) {
  const std::lock_guard lock(mutex_);
  what_ = what;
  total_ = total;
  done_ = 0;
  started_ = now_();
  next_ = live_ ? first_live : plain;
}

void ProgressLine::add(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  done_ += bytes;
  const std::int64_t elapsed = now_() - started_;
  if (elapsed >= next_) show(elapsed);
}

void ProgressLine::show(std::int64_t elapsed) {
  next_ = elapsed + (live_ ? next_live : plain);
  std::string text = render_progress(what_, done_, total_, elapsed);
  if (!live_) return terminal_.err(text + "\n");
  const std::size_t width = text.size();
  text.resize(std::max(width, width_),
              ' ');  // over what stands there; no escape sequence is needed
  width_ = width;
  terminal_.err("\r" + text);
}

void ProgressLine::end() {
  const std::lock_guard lock(mutex_);
  if (width_ > 0) terminal_.err("\r" + std::string(width_, ' ') + "\r");
  width_ = 0;
}

}  // namespace tidegate::system
