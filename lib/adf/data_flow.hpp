// SPDX-License-Identifier: Apache-2.0
// The script of a mapping data flow, as far as names go: streams, what they read, parameters.
//   parameters{ name as type ['(' default ')'], … }
//   [in {, in}] operation(…) ~> name ['@(' out, … ')']
// Source: Microsoft, "Data flow script". Tokens suffice: texts and comments are skipped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adf/factory.hpp"

namespace tidegate::adf {

struct ScriptName {
  std::string name{};
  std::size_t offset = 0;  // in the script
};

struct ScriptStream {
  ScriptName name{};
  std::string operation{};            // source, sink, filter, …
  std::vector<ScriptName> inputs{};   // "stream" or "split@out"
  std::vector<std::string> outputs{};  // of a split
};

struct ScriptParameter {
  std::string name{};
  bool has_default = false;
};

struct Script {
  std::vector<ScriptParameter> parameters{};
  std::vector<ScriptStream> streams{};
  std::vector<ScriptName> uses{};  // `$name`, each once
};

// Any text; what does not look like a statement is skipped.
Script parse_script(std::string_view text);

// `script`, or `scriptLines` put together; "" for wrangling flows, whose script is another language.
std::string script_of(const Object& data_flow);

}  // namespace tidegate::adf
