// SPDX-License-Identifier: Apache-2.0
#include "buildpack/cli/log_terminal.hpp"

#include "base/text.hpp"
#include "document/write.hpp"

namespace tidegate::cli {

std::string without_commands(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    const bool next = i + 1 < text.size() && text[i] == text[i + 1];
    if (text[i] == '#' && next) out += ' ';                                            // ##vso[, ##[
    if (text[i] == ':' && next && trim(text.substr(0, i)).empty()) out += ' ';         // ::error at the beginning
  }
  return out;
}

void LogTerminal::err(std::string_view text) {
  if (quiet_) return;
  if (format_ == LogFormat::text) return real_.err(text);
  rest_ += text;
  std::size_t begin = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    line(std::string_view(rest_).substr(begin, end - begin));
    begin = end + 1;
  }
  rest_.erase(0, begin);
}

void LogTerminal::flush() {
  if (!rest_.empty()) line(rest_);
  rest_.clear();
}

void LogTerminal::line(std::string_view text) {
  if (format_ != LogFormat::json) return real_.err(without_commands(text) + "\n");
  std::string out;
  document::JsonWriter json(out, false);
  json.begin_object().member("severity", "info").member("message", printable(trim(text))).end_object();
  real_.err(out + "\n");
}

}  // namespace tidegate::cli
