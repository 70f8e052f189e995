// SPDX-License-Identifier: Apache-2.0
// Build step: provider schemas (`terraform providers schema -json`) -> policy/attributes.inc, the
// names of all attributes of all resource types. Usage: attribute_tables OUTPUT SCHEMA….
//
// A list of names is stored once, however many blocks have the same one. Lists and sets are left
// out: a path passes through them. A map is a list with the one name `*`; what can hold anything is
// list 1.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "document/parse.hpp"

namespace {

using tidegate::document::Node;

constexpr std::size_t leaf = 0;      // no names below
constexpr std::size_t anything = 1;  // any name

[[noreturn]] void stop(const std::string& file, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", file.c_str(), why.c_str());
  std::exit(1);
}

using Names = std::map<std::string, std::size_t>;  // name -> list below it

class Tables {
 public:
  std::size_t place(const Names& names) {
    if (names.empty()) return leaf;
    return lists_.emplace(names, lists_.size() + 2).first->second;
  }

  std::size_t of_type(const Node& type, const std::string& file) {
    if (type.is_string()) return type.as_string() == "dynamic" ? anything : leaf;
    const std::string_view word = type.at(0).as_string();
    if (word == "list" || word == "set") return of_type(type.at(1), file);
    if (word == "map") return place({{"*", of_type(type.at(1), file)}});
    if (word == "tuple") return anything;
    if (word != "object") stop(file, "a type that is not understood at " + type.pointer());
    Names names;
    for (const Node member : type.at(1)) names.emplace(member.key(), of_type(member, file));
    return place(names);
  }

  std::size_t of_block(const Node& block, const std::string& file) {
    Names names;
    for (const Node attribute : block["attributes"]) {
      const Node nested = attribute["nested_type"];
      const std::size_t below =
          nested.is_object() ? of_block(nested, file) : of_type(attribute["type"], file);
      const bool map = nested["nesting_mode"].as_string() == "map";
      names.emplace(attribute.key(), map ? place({{"*", below}}) : below);
    }
    for (const Node child : block["block_types"]) {
      const std::size_t below = of_block(child["block"], file);
      const bool map = child["nesting_mode"].as_string() == "map";
      names.emplace(child.key(), map ? place({{"*", below}}) : below);
    }
    return place(names);
  }

  void add(const std::string& type, std::size_t list, const std::string& file) {
    if (!types_.emplace(type, list).second) stop(file, type + " is in two schemas");
  }

  void write(std::ostream& out) {
    std::vector<const Names*> order(lists_.size());
    for (const auto& list : lists_) order[list.second - 2] = &list.first;
    std::ostringstream rows, ranges;
    ranges << "{0,0},{0,0},\n";
    std::size_t count = 0;
    for (const Names* names : order) {
      ranges << "{" << count << "," << names->size() << "},\n";
      for (const auto& name : *names)
        rows << "{" << text(name.first) << "," << name.second << "},\n";
      count += names->size();
    }
    out << "// Generated from lib/catalogue/data/providers.\nconstexpr Row name_rows[] = {\n"
        << rows.str() << "};\nconstexpr Range ranges[] = {\n"
        << ranges.str() << "};\nconstexpr Row type_rows[] = {\n";
    for (const auto& type : types_) out << "{" << text(type.first) << "," << type.second << "},\n";
    out << "};\n";
    write_text(out);
  }

 private:
  std::string text(const std::string& word) {
    const auto placed = places_.emplace(word, bytes_.size());
    if (placed.second) bytes_ += word;
    return std::to_string(placed.first->second) + "," + std::to_string(word.size());
  }

  void write_text(std::ostream& out) const {
    out << "#if defined(__clang__)\n#pragma clang diagnostic push\n"
           "#pragma clang diagnostic ignored \"-Woverlength-strings\"\n#endif\nconstexpr char "
           "text[] =\n";
    constexpr std::size_t width = 90;
    for (std::size_t at = 0; at < bytes_.size(); at += width)
      out << '"' << bytes_.substr(at, width) << "\"\n";
    out << ";\n#if defined(__clang__)\n#pragma clang diagnostic pop\n#endif\n";
  }

  std::map<Names, std::size_t> lists_{};
  std::map<std::string, std::size_t> types_{};
  std::map<std::string, std::size_t> places_{};
  std::string bytes_{};
};

void check_name(const Node& node, const std::string& file) {
  for (const char c : node.key()) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
    if (!good) stop(file, "an unusual name at " + node.pointer());
  }
}

void add_schema(Tables& tables, const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) stop(file, "cannot be read");
  const auto parsed = tidegate::document::parse_json(file, bytes.str());
  if (!parsed) stop(file, parsed.failure().message);
  std::size_t count = 0;
  for (const Node provider : (*parsed)->root()["provider_schemas"]) {
    for (const Node type : provider["resource_schemas"]) {
      check_name(type, file);
      tables.add(std::string(type.key()), tables.of_block(type["block"], file), file);
      ++count;
    }
  }
  if (count == 0) stop(file, "has no resource type");
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) stop("attribute_tables", "usage: attribute_tables OUTPUT SCHEMA…");
  Tables tables;
  for (int i = 2; i < count; ++i) add_schema(tables, words[i]);
  std::ofstream out(words[1], std::ios::binary);
  tables.write(out);
  out.close();
  if (!out) stop(words[1], "cannot be written");
  return 0;
}
