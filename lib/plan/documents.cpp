// SPDX-License-Identifier: Apache-2.0
#include "plan/documents.hpp"

namespace tidegate::plan {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

void DocumentParter::take(std::string_view bytes) {
  if (bytes.empty()) return;
  open_ = true;
  piece_(bytes);
}

void DocumentParter::feed(std::string_view bytes) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i, ++seen_) {
    const char c = bytes[i];
    // No JSON text begins with these bytes, and half a character never looks like a brace.
    if (seen_ < 2 && (c == '\xFF' || c == '\xFE')) wide_ = true;
    if (wide_) continue;
    if (text_) {
      if (escape_)
        escape_ = false;
      else if (c == '\\')
        escape_ = true;
      else
        text_ = c != '"';
      continue;
    }
    if (!open_ && begin == i && is_space(c)) {
      ++begin;
      continue;
    }
    if (c == '"') text_ = true;
    if (c == '{' || c == '[') ++depth_;
    if ((c != '}' && c != ']') || depth_ == 0 || --depth_ > 0) continue;
    take(bytes.substr(begin, i + 1 - begin));
    begin = i + 1;
    open_ = false;
    end_();
  }
  take(bytes.substr(begin));
}

void DocumentParter::finish() {
  if (!open_) return;
  open_ = false;
  end_();
}

}  // namespace tidegate::plan
