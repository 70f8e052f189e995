// SPDX-License-Identifier: Apache-2.0
#include "terraform/declared.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "terraform/hcl.hpp"

namespace tidegate::terraform {

namespace {

// Runs of white space outside of quotes as nothing behind a bracket or comma, else as one blank.
std::string on_one_line(std::string_view text) {
  std::string out;
  bool quoted = false, blank = false;
  for (const char c : text) {
    if (!quoted && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
      blank = !out.empty();
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    if (c == '"') quoted = !quoted;
    out += c;
  }
  return out;
}

// A quoted text without template; its escapes are those of JSON.
std::string plain_text(const std::string& file, std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.find("${") != text.npos ||
      text.find("%{") != text.npos) {
    return {};
  }
  const auto parsed = document::parse_json(file, std::string(text));
  return parsed ? std::string((*parsed)->root().as_string()) : std::string();
}

std::string type_text(std::string_view text) {
  if (text.starts_with('"') && text.ends_with('"') && text.size() > 2) {  // as before Terraform 0.12
    text = text.substr(1, text.size() - 2);
  }
  return on_one_line(text);
}

DeclaredVariable from_block(const std::string& file, const HclBlock& block) {
  DeclaredVariable variable{.name = block.labels.front(), .where = block.where};
  if (const HclArgument* type = block.find("type")) variable.type = type_text(type->text);
  if (const HclArgument* about = block.find("description"))
    variable.description = plain_text(file, about->text);
  variable.required = block.find("default") == nullptr;
  const HclArgument* sensitive = block.find("sensitive");
  variable.sensitive = sensitive != nullptr && sensitive->text == "true";
  return variable;
}

DeclaredVariable from_node(const document::Node& node) {
  DeclaredVariable variable{.name = std::string(node.key()), .where = node.key_location()};
  const document::Node body = node.is_array() ? node.at(0) : node;
  if (body["type"].is_string()) variable.type = type_text(body["type"].as_string());
  variable.description = std::string(body["description"].as_string());
  variable.required = !body["default"].exists();
  variable.sensitive = body["sensitive"].is_boolean() && body["sensitive"].as_boolean();
  return variable;
}

void take_members(const document::Node& variables, std::vector<DeclaredVariable>& out) {
  if (variables.is_array()) {
    for (const document::Node part : variables) take_members(part, out);
  }
  if (!variables.is_object()) return;
  for (const document::Node member : variables) out.push_back(from_node(member));
}

}  // namespace

Result<std::vector<DeclaredVariable>> parse_variables(const std::string& file,
                                                      std::string_view text) {
  std::vector<DeclaredVariable> out;
  if (file.ends_with(".json")) {
    const auto parsed = document::parse_json(file, std::string(text));
    if (!parsed) return parsed.failure();
    take_members((*parsed)->root()["variable"], out);
    return out;
  }
  const Result<HclBlock> top = parse_hcl(file, text);
  if (!top) return top.failure();
  for (const HclBlock& block : top->blocks) {
    if (block.type == "variable" && block.labels.size() == 1)
      out.push_back(from_block(file, block));
  }
  return out;
}

}  // namespace tidegate::terraform
