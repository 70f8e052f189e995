// SPDX-License-Identifier: Apache-2.0
// One finding about an input: where, what was found, what was expected, what to do next.
// `code` is stable, `<area>.<words-with-dashes>`, and has a page docs/codes/<code>.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.hpp"

namespace tidegate {

enum class Severity { note, warning, error };

std::string_view to_string(Severity severity);

// A place in a file. `line` and `column` count from 1, the column in Unicode code points;
// 0 means "the file as a whole". `pointer` is a JSON pointer (RFC 6901), empty when unknown.
struct Location {
  std::string file{};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string pointer{};

  friend bool operator==(const Location&, const Location&) = default;
  friend auto operator<=>(const Location&, const Location&) = default;
};

// `file:line:col`, `file:line`, or `file`, as far as known.
std::string to_string(const Location& location);

struct Diagnostic {
  std::string code{};
  Severity severity = Severity::error;
  Location where{};
  std::string message{};                   // what was found, and what was expected
  std::string hint{};                      // what to do next; may be empty
  ExitCode exit = ExitCode::build_failed;  // what a command that stops here answers
};

// `file:3:7: error: message [code]`, then `  hint` on its own line when there is one. No newline
// at the end. Control characters of untrusted text are shown as \u00XX.
std::string render_diagnostic(const Diagnostic& diagnostic);

// Collects findings; the order of `items()` after `sort()` is (file, line, column, code, message).
class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  void append(Diagnostics others);  // behind the own ones, in their order
  void reserve_more(std::size_t count) { items_.reserve(items_.size() + count); }  // before thousands are appended
  void error(std::string code, Location where, std::string message, std::string hint = {});
  void warning(std::string code, Location where, std::string message, std::string hint = {});
  void note(std::string code, Location where, std::string message, std::string hint = {});

  // From now on notes are counted and not kept, for who shows none: a service may have thousands.
  void keep_no_notes() { keeps_notes_ = false; }
  // A note, made by `make() -> Diagnostic` if it is kept: where there is one for each of thousands of values.
  template <class Make>
  void note_by(const Make& make) {
    if (!keeps_notes_) {
      ++dropped_notes_;
      return;
    }
    items_.push_back(make());
    items_.back().severity = Severity::note;
  }
  std::size_t dropped_notes() const { return dropped_notes_; }
  void raise(Severity from, Severity to);  // of all that are kept
  Diagnostics empty_like_this() const;     // to append later: keeps notes or not, as this one

  const std::vector<Diagnostic>& items() const { return items_; }
  std::size_t count(Severity severity) const;  // of all that were found, kept or not
  bool has_errors() const { return count(Severity::error) > 0; }
  void sort();

 private:
  std::vector<Diagnostic> items_{};
  std::size_t dropped_notes_ = 0;
  bool keeps_notes_ = true;
};

}  // namespace tidegate
