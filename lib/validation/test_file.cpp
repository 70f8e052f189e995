// SPDX-License-Identifier: Apache-2.0
#include "validation/test_file.hpp"

#include <map>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "terraform/value.hpp"

namespace tidegate::validation {

namespace {

constexpr std::size_t piece_size = 65536;

std::string text_of(const Assignment& assignment) {
  std::string out;
  if (!assignment.is_string) {
    auto parsed = document::parse_json(assignment.name, assignment.value);
    if (parsed) {
      terraform::append_value(
          out, terraform::Borrowed{.node = (*parsed)->root(), .owner = std::move(*parsed)});
      return out;
    }
  }
  terraform::append_value(out, terraform::Value(assignment.value));
  return out;
}

void append_variables(std::string& out, const std::vector<Assignment>& variables) {
  out += "{";
  for (const Assignment& variable : variables) {
    if (out.back() != '{') out += ",";
    document::append_json_string(out, variable.name);
    out += ":" + text_of(variable);
  }
  out += "}";
}

// {"azurerm": {}, "aws": [{}, {"alias": "two"}]}
void append_providers(std::string& out, const std::vector<MockedProvider>& providers) {
  std::map<std::string, std::vector<std::string>> by_name;
  for (const MockedProvider& one : providers) by_name[one.name].push_back(one.alias);
  document::JsonWriter writer(out, false);
  writer.begin_object();
  for (const auto& one : by_name) {
    writer.key(one.first).begin_array();
    for (const std::string& alias : one.second) {
      writer.begin_object();
      if (!alias.empty()) writer.member("alias", alias);
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
}

void append_assertion(std::string& out, const Assertion& assertion) {
  out += "{\"condition\":";
  document::append_json_string(out, "${" + assertion.condition + "}");
  out += ",\"error_message\":";
  terraform::append_value(out, terraform::Value(assertion.message));
  out += "}";
}

Status write_run(const TestRun& run, std::string& out, const Sink& sink) {
  out += "    {";
  document::append_json_string(out, run.name);
  out += ": {\n      \"command\": \"plan\",\n";
  if (!run.variables.empty()) {
    out += "      \"variables\": ";
    append_variables(out, run.variables);
    out += ",\n";
  }
  out += "      \"assert\": [";
  for (std::size_t i = 0; i < run.count; ++i) {
    out += i == 0 ? "\n        " : ",\n        ";
    append_assertion(out, run.make(i));
    if (out.size() < piece_size) continue;
    if (Status status = sink(out); !status) return status;
    out.clear();
  }
  out += "\n      ]\n    }}";
  return Done{};
}

}  // namespace

Status write_test_file(const TestFile& file, const Sink& sink) {
  std::string out = "{\n  \"mock_provider\": ";
  append_providers(out, file.providers);
  if (!file.variables.empty()) {
    out += ",\n  \"variables\": ";
    append_variables(out, file.variables);
  }
  out += ",\n  \"run\": [\n";
  for (std::size_t i = 0; i < file.runs.size(); ++i) {
    if (i > 0) out += ",\n";
    if (Status status = write_run(file.runs[i], out, sink); !status) return status;
  }
  out += "\n  ]\n}\n";
  return sink(out);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool opens = (c == '$' || c == '%') && at + 1 < text.size() && text[at + 1] == '{';
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
    if (opens) out += c;
  }
  return out + "\"";
}

}  // namespace tidegate::validation
