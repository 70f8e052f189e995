// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/shown.hpp"

#include "base/text.hpp"

namespace tidegate::rehearsal {

std::string seconds(std::int64_t ms) {
  std::string hundredths = std::to_string(ms % 1000 / 10);
  if (hundredths.size() < 2) hundredths.insert(0, "0");
  return std::to_string(ms / 1000) + "." + hundredths + " s";
}

std::string name_of(const Step& step) {
  return step.phase == "upgrade" ? "upgrade: " + step.name : step.name;
}

std::string stand_ins_of(const Report& report) {
  std::string out;
  for (const auto& one : report.stand_ins) {
    out += (out.empty() ? "" : ", ") + std::string(file_name(one.first)) + " " + one.second;
  }
  return out;
}

std::string lines_of(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(trim(text), '\n')) {
    if (!out.empty()) out += "\n";
    out += printable(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
  }
  return out;
}

std::string indented(std::string_view text) {
  const std::string lines = lines_of(text);
  std::string out;
  for (const std::string_view line : split(lines, '\n')) {
    out += (out.empty() ? "" : "\n") + std::string(line.empty() ? "" : "  ") + std::string(line);
  }
  return out;
}

}  // namespace tidegate::rehearsal
