// SPDX-License-Identifier: Apache-2.0
// The findings of a Data Factory of texts, as lines. A `§` in a text marks the place where a
// finding is expected; it is no part of the text.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "adf/factory.hpp"

namespace tidegate::adf {

using Files = std::map<std::string, std::string>;  // `<kind folder>/<file>` -> text

inline Diagnostics diagnose(Files files, const std::set<std::string>& external = {}) {
  std::vector<FactoryFile> list;
  for (const auto& file : files) {
    list.push_back({.path = file.first, .kind_folder = file.first.substr(0, file.first.find('/'))});
  }
  const system::MemoryTree tree(std::move(files));
  Diagnostics diagnostics;
  Factory factory = read_factory(tree, "", list, diagnostics);
  resolve_references(factory, external, diagnostics);
  check_factory(factory, diagnostics);
  diagnostics.sort();
  return diagnostics;
}

// What small texts made for one check lack, and would be told each time. Tests of these codes name
// them: expect_code, expect_no.
constexpr std::array<std::string_view, 7> by_the_way{
    "adf.missing-property", "adf.unknown-property", "adf.no-activities", "adf.unused-parameter",
    "adf.unused-variable",  "adf.unused-object",    "adf.trigger-without-pipeline"};

inline bool is_by_the_way(const Diagnostic& item) {
  return std::find(by_the_way.begin(), by_the_way.end(), item.code) != by_the_way.end();
}

inline Diagnostics diagnose_without_those(Files files, const std::set<std::string>& external = {}) {
  const Diagnostics found = diagnose(std::move(files), external);
  Diagnostics kept;
  for (const Diagnostic& item : found.items()) {
    if (!is_by_the_way(item)) kept.add(item);
  }
  return kept;
}

// `<severity> <code> <file:line:col>` a line, in order of place; of one code, or of all but those.
inline std::string all_findings(Files files, const std::set<std::string>& external = {},
                                std::string_view code = {}) {
  const Diagnostics found = diagnose(std::move(files), external);
  std::string text;
  for (const Diagnostic& item : found.items()) {
    const bool wanted = code.empty() ? !is_by_the_way(item) : item.code == code;
    if (!wanted) continue;
    text += std::string(to_string(item.severity)) + " " + item.code + " " + to_string(item.where) +
            "\n";
  }
  return text;
}

// Takes the mark out of `text`; `file:line:col` of where it stood, columns in code points.
inline std::string take_mark(const std::string& file, std::string& text) {
  const std::string mark = "\xC2\xA7";
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return "";
  text.erase(at, mark.size());
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i < at; ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) {
      ++column;
    }
  }
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

// Exactly one finding, `what` ("error adf.x"), at the mark.
inline void expect_finding(const std::string& what, Files files,
                           const std::set<std::string>& external = {}) {
  std::string place;
  for (auto& file : files) place += take_mark(file.first, file.second);
  EXPECT_NE(place, "") << "no mark";
  EXPECT_EQ(all_findings(files, external), what + " " + place + "\n");
}

inline void expect_silence(const Files& files, const std::set<std::string>& external = {}) {
  EXPECT_EQ(all_findings(files, external), "");
}

// Of all findings of its code exactly one, `what` ("error adf.x"), at the mark.
inline void expect_code(const std::string& what, Files files) {
  std::string place;
  for (auto& file : files) place += take_mark(file.first, file.second);
  EXPECT_NE(place, "") << "no mark";
  const std::string code = what.substr(what.find(' ') + 1);
  EXPECT_EQ(all_findings(files, {}, code), what + " " + place + "\n");
}

inline void expect_no(const std::string& code, const Files& files) {
  EXPECT_EQ(all_findings(files, {}, code), "");
}

inline std::string object_text(const std::string& name, const std::string& properties) {
  return "{\"name\": \"" + name + "\", \"properties\": {" + properties + "}}";
}

inline Files pipeline_file(const std::string& activities, const std::string& more = "") {
  return {{"pipeline/p.json", object_text("p", more + "\"activities\": [" + activities + "]")}};
}

inline std::string reference(const std::string& name, const std::string& type) {
  return "{\"referenceName\": " + name + ", \"type\": \"" + type + "Reference\"}";
}

}  // namespace tidegate::adf
