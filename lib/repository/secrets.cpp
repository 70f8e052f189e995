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

// Forms that begin before `limit`.
void SecretScanner::scan(std::size_t limit) {
  const std::string_view text = window_;
  for (std::size_t i = begin_; i + 2 < text.size() && i < limit; ++i) {
    if (!may_begin_secret(text[i], text[i + 1], text[i + 2])) continue;
    const std::size_t from = i - std::min(i, bytes_before_secret);
    const auto match =
        find_secret(text.substr(from, i - from), text.substr(i, bytes_behind_secret));
    if (!match || found_.size() == max_findings) continue;
    const bool inside = i < covered_;  // `password=ghp_…` is one
    covered_ = std::max(covered_, i + match->size);
    if (inside) continue;
    advance(i);
    found_.push_back({match->kind, line_, column_ - static_cast<std::uint32_t>(match->back)});
  }
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
