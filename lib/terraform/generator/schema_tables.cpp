// SPDX-License-Identifier: Apache-2.0
// Build step: schemas OUT-FOLDER FILE.json…: the schemas that Terraform prints -> one table each
// (grammar: lib/catalogue/schema.cpp), and the C++ that names them. A file of the folder providers-4
// is an extract: types may be missing in it.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "system/file_sink.hpp"

namespace {

using namespace tidegate;
using document::Node;

std::vector<Node> sorted(const Node& object) {
  std::vector<Node> out;
  for (const Node child : object) out.push_back(child);
  std::sort(out.begin(), out.end(), [](const Node& a, const Node& b) { return a.key() < b.key(); });
  return out;
}

std::string type_text(const Node& type) {
  const std::string_view word = type.is_string() ? type.as_string() : type.at(0).as_string();
  if (word == "string") return "S";
  if (word == "number") return "N";
  if (word == "bool") return "B";
  if (word == "list") return "L" + type_text(type.at(1));
  if (word == "set") return "E" + type_text(type.at(1));
  if (word == "map") return "M" + type_text(type.at(1));
  if (word == "tuple") {
    std::string out = "T(";
    for (const Node one : type.at(1)) out += type_text(one);
    return out + ")";
  }
  if (word == "object") {
    std::string out = "O{";
    for (const Node& one : sorted(type.at(1))) out += std::string(one.key()) + "=" + type_text(one) + ";";
    return out + "}";
  }
  return "A";
}

char nesting_letter(std::string_view mode) {
  return mode == "list" ? 'l' : mode == "set" ? 's' : mode == "map" ? 'm' : '1';
}

std::string attributes_text(const Node& attributes) {
  std::string out;
  for (const Node& one : sorted(attributes)) {
    out += std::string(one.key()) + "=";
    if (one["required"].as_boolean()) out += 'r';
    if (one["optional"].as_boolean()) out += 'o';
    if (one["computed"].as_boolean()) out += 'c';
    const Node nested = one["nested_type"];
    if (nested.exists()) {
      out += std::string("<") + nesting_letter(nested["nesting_mode"].as_string()) + "{" +
             attributes_text(nested["attributes"]) + "}";
    } else {
      out += type_text(one["type"]);
    }
    out += ';';
  }
  return out;
}

std::string block_text(const Node& block) {
  std::string out = "{" + attributes_text(block["attributes"]);
  for (const Node& one : sorted(block["block_types"])) {
    out += std::string(one.key()) + "[" + nesting_letter(one["nesting_mode"].as_string()) +
           std::to_string(one["min_items"].as_integer().value_or(0)) + "," +
           std::to_string(one["max_items"].as_integer().value_or(0)) + block_text(one["block"]) + ";";
  }
  return out + "}";
}

void add_kind(std::vector<std::string>& lines, const Node& types, char letter) {
  for (const Node type : types) {
    lines.push_back(std::string{letter, ' '} + std::string(type.key()) + " " +
                    block_text(type["block"]));
  }
}

int fail(const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  const std::string folder = argv[1];
  std::string assembly, rows;
  for (int i = 2; i < argc; ++i) {
    const std::string path = argv[i];
    auto text = system::read_file(path);
    if (!text) return fail(render_diagnostic(text.failure()));
    const auto parsed = document::parse_json(path, std::move(*text));
    if (!parsed) return fail(render_diagnostic(parsed.failure()));
    const Node provider = *(*parsed)->root()["provider_schemas"].begin();
    std::vector<std::string> lines{"p - " + block_text(provider["provider"]["block"])};
    add_kind(lines, provider["resource_schemas"], 'r');
    add_kind(lines, provider["data_source_schemas"], 'd');
    add_kind(lines, provider["ephemeral_resource_schemas"], 'e');
    // By their keys, as the look-up compares them: `a_b` is before `a_b_c`.
    std::sort(lines.begin(), lines.end(), [](const std::string& a, const std::string& b) {
      return std::string_view(a).substr(0, a.find(' ', 2)) <
             std::string_view(b).substr(0, b.find(' ', 2));
    });
    const std::string stem(file_stem(file_name(path)));
    const std::string table = folder + "/" + stem + ".schemas";
    std::string content;
    for (const std::string& line : lines) content += line + "\n";
    if (!system::write_file(table, content)) return fail("cannot write " + table);
    const std::string symbol = "tidegate_schemas_" + std::to_string(i - 2);
    assembly += "asm(\".section .rodata\\n.global " + symbol + "\\n" + symbol + ":\\n.incbin \\\"" +
                table + "\\\"\\n.previous\\n\");\nextern \"C\" const char " + symbol + "[];\n";
    const std::string key(provider.key());
    const std::string source = key.substr(key.find('/') + 1);
    rows += "    {\"" + source + "\", \"" + stem.substr(stem.rfind('-') + 1) + "\", " +
            (path.find("/providers-4/") == path.npos ? "true" : "false") + ", {" + symbol + ", " +
            std::to_string(content.size()) + "}},\n";
  }
  const std::string code =
      "// Generated: do not edit.\n#include \"catalogue/schema.hpp\"\n\n" + assembly +
      "\nnamespace tidegate::catalogue {\nstd::span<const ProviderRelease> provider_releases() {\n"
      "  static const ProviderRelease rows[] = {\n" +
      rows + "  };\n  return rows;\n}\n}  // namespace tidegate::catalogue\n";
  return system::write_file(folder + "/schemas.cpp", code) ? 0 : 1;
}
