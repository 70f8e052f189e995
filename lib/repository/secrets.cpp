// SPDX-License-Identifier: Apache-2.0
// A window over the text: what a form needs to be judged is in it, before its place and behind,
// wherever the pieces are cut.
#include "repository/secrets.hpp"

#include <algorithm>

#include "repository/secret_forms.hpp"

namespace tidegate::repository {

void SecretScanner::advance(std::size_t to) {
  const std::string_view text = std::string_view(window_).substr(begin_, to - begin_);
  begin_ = to;
  const auto lines = std::count(text.begin(), text.end(), '\n');
  if (lines == 0) {
    column_ += static_cast<std::uint32_t>(text.size());
    return;
  }
  line_ += static_cast<std::uint32_t>(lines);
  column_ = static_cast<std::uint32_t>(text.size() - text.rfind('\n'));
}

// Forms that begin before `limit`. Four places at a time: nearly always none of them can begin one.
void SecretScanner::scan(std::size_t limit) {
  constexpr std::size_t at_once = 4;
  const std::string_view text = window_;
  const std::size_t end = std::min(limit, text.size() - std::min<std::size_t>(text.size(), 2));
  for (std::size_t i = begin_; i < end; i += at_once) {
    if (i + at_once <= end && !may_begin_in_four(text.data() + i)) continue;
    for (std::size_t place = i; place < std::min(i + at_once, end); ++place) look_at(place);
  }
}

void SecretScanner::look_at(std::size_t place) {
  const std::string_view text = window_;
  if (!may_begin_secret(text[place], text[place + 1], text[place + 2])) return;
  const std::size_t from = place - std::min(place, bytes_before_secret);
  const auto match = find_secret(text.substr(from, place - from), text.substr(place, bytes_behind_secret));
  if (!match || found_.size() == max_findings) return;
  const bool inside = place < covered_;  // `password=ghp_…` is one
  covered_ = std::max(covered_, place + match->size);
  if (inside) return;
  advance(place);
  found_.push_back({match->kind, line_, column_ - static_cast<std::uint32_t>(match->back)});
}

void SecretScanner::feed(std::string_view piece) {
  if (binary_) return;
  if (piece.find('\0') != std::string_view::npos) {
    binary_ = true;
    window_.clear();
    begin_ = 0;
    return;
  }
  constexpr std::size_t worth_it = std::size_t{64} * 1024;
  window_ += piece;
  if (window_.size() - begin_ < worth_it) return;
  const std::size_t limit =
      window_.size() - bytes_behind_secret;  // whoever begins later is seen whole next time
  scan(limit);
  advance(limit);
  const std::size_t gone = begin_ - std::min(begin_, bytes_before_secret);
  window_.erase(0, gone);
  begin_ -= gone;
  covered_ -= std::min(covered_, gone);
}

std::vector<SecretFinding> SecretScanner::finish() {
  if (!binary_) scan(window_.size());
  window_.clear();
  begin_ = 0;
  return std::move(found_);
}

}  // namespace tidegate::repository
