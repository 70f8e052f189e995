// SPDX-License-Identifier: Apache-2.0
#include "base/diagnostic.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/text.hpp"

namespace tidegate {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

std::string to_string(const Location& location) {
  std::string text = printable(location.file);
  if (location.line > 0) text += ":" + std::to_string(location.line);
  if (location.line > 0 && location.column > 0) text += ":" + std::to_string(location.column);
  return text;
}

std::string render_diagnostic(const Diagnostic& diagnostic) {
  std::string text = to_string(diagnostic.where);
  if (!text.empty()) text += ": ";
  text += to_string(diagnostic.severity);
  text += ": " + printable(diagnostic.message);
  if (!diagnostic.code.empty()) text += " [" + diagnostic.code + "]";
  if (!diagnostic.hint.empty()) text += "\n  " + printable(diagnostic.hint);
  return text;
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::note && !keeps_notes_) {
    ++dropped_notes_;
  } else {
    items_.push_back(std::move(diagnostic));
  }
}

void Diagnostics::append(Diagnostics others) {
  dropped_notes_ += others.dropped_notes_;
  if (!keeps_notes_) {
    dropped_notes_ += std::erase_if(others.items_, [](const Diagnostic& one) { return one.severity == Severity::note; });
  }
  items_.insert(items_.end(), std::make_move_iterator(others.items_.begin()),
                std::make_move_iterator(others.items_.end()));
}

Diagnostics Diagnostics::empty_like_this() const {
  Diagnostics made;
  made.keeps_notes_ = keeps_notes_;
  return made;
}

void Diagnostics::error(std::string code, Location where, std::string message, std::string hint) {
  add({.code = std::move(code),
       .severity = Severity::error,
       .where = std::move(where),
       .message = std::move(message),
       .hint = std::move(hint)});
}

void Diagnostics::warning(std::string code, Location where, std::string message, std::string hint) {
  add({.code = std::move(code),
       .severity = Severity::warning,
       .where = std::move(where),
       .message = std::move(message),
       .hint = std::move(hint)});
}

void Diagnostics::note(std::string code, Location where, std::string message, std::string hint) {
  add({.code = std::move(code),
       .severity = Severity::note,
       .where = std::move(where),
       .message = std::move(message),
       .hint = std::move(hint)});
}

void Diagnostics::raise(Severity from, Severity to) {
  for (Diagnostic& item : items_)
    if (item.severity == from) item.severity = to;
}

std::size_t Diagnostics::count(Severity severity) const {
  const auto kept = std::count_if(items_.begin(), items_.end(),
                                  [&](const Diagnostic& item) { return item.severity == severity; });
  return static_cast<std::size_t>(kept) + (severity == Severity::note ? dropped_notes_ : 0);
}

void Diagnostics::sort() {
  std::stable_sort(items_.begin(), items_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.where.file, a.where.line, a.where.column, a.code, a.message) <
           std::tie(b.where.file, b.where.line, b.where.column, b.code, b.message);
  });
}

}  // namespace tidegate
