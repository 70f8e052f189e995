// SPDX-License-Identifier: Apache-2.0
// Build step: data/types.txt -> adf/types.inc, constant tables. Usage: adf_types INPUT OUTPUT. Any
// line it does not understand fails the build.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace {

using tidegate::split;
using tidegate::to_lower;

struct Member {
  std::string name{};
  bool required = false;
  std::string type{};
};

struct Type {
  std::string kind{};
  std::string name{};
  std::string rest = "0";  // object: 1 + type of other keys, 0: none; array: type of its elements; values: 1: no others
  std::string discriminator{};
  std::vector<Member> members{};
  std::vector<Member> values{};
};

[[noreturn]] void stop(std::size_t line, const std::string& why) {
  std::fprintf(stderr, "types.txt:%zu: %s\n", line, why.c_str());
  std::exit(1);
}

// All names in one block; equal ones are stored once.
class Names {
 public:
  std::string place(const std::string& word) {
    const auto placed = places_.emplace(word, bytes_.size());
    if (placed.second) bytes_ += word;
    return std::to_string(placed.first->second) + "," + std::to_string(word.size());
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::map<std::string, std::size_t> places_{};
  std::string bytes_{};
};

struct Tables {
  std::vector<std::pair<std::string, std::string>> roots{};
  std::vector<Type> types{Type{.kind = "any"}};
};

std::string number(const std::string& text, std::size_t line) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    stop(line, "\"" + text + "\" is no number");
  return text;
}

void read_type(const std::vector<std::string>& cells, std::size_t line, Tables& tables) {
  if (cells.size() == 3 && cells[0] == "root") {
    tables.roots.emplace_back(cells[1], number(cells[2], line));
  } else if (cells.size() == 3 && cells[0] == "object") {
    const std::string rest =
        cells[2] == "-" ? "0" : std::to_string(1 + std::stoi(number(cells[2], line)));
    tables.types.push_back({.kind = "object", .name = cells[1], .rest = rest});
  } else if (cells.size() == 2 && cells[0] == "array") {
    tables.types.push_back({.kind = "array", .rest = number(cells[1], line)});
  } else if (cells.size() == 2 && cells[0] == "values" && (cells[1] == "open" || cells[1] == "closed")) {
    tables.types.push_back({.kind = "values", .rest = cells[1] == "closed" ? "1" : "0"});
  } else if (cells.size() == 3 && cells[0] == "variant") {
    tables.types.push_back({.kind = "variant", .name = cells[1], .discriminator = cells[2]});
  } else {
    stop(line, "is no type");
  }
}

void read_member(const std::vector<std::string>& cells, std::size_t line, Type& type) {
  if (cells.size() != 3 || cells[1].empty()) stop(line, "is no member");
  Member member{.name = cells[1], .type = number(cells[2], line)};
  if (member.name.starts_with("= ")) {
    member.name.erase(0, 2);
    type.values.push_back(std::move(member));
    return;
  }
  member.required = member.name.ends_with('!');
  if (member.required) member.name.pop_back();
  type.members.push_back(std::move(member));
}

Tables read_tables(const char* file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) stop(0, "cannot be read");
  Tables tables;
  std::string text;
  for (std::size_t line = 1; std::getline(in, text); ++line) {
    std::vector<std::string> cells;
    for (const std::string_view cell : split(std::string_view(text), '\t')) cells.emplace_back(cell);
    if (text.starts_with('\t')) {
      read_member(cells, line, tables.types.back());
    } else {
      read_type(cells, line, tables);
    }
  }
  return tables;
}

void sort(std::vector<Member>& members) {
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
    return to_lower(a.name) < to_lower(b.name);
  });
}

void write_tables(Tables& tables, std::ofstream& out) {
  Names names;
  std::string members, types;
  std::size_t count = 0;
  for (Type& type : tables.types) {
    sort(type.members);
    sort(type.values);
    types += "{TypeKind::" + type.kind + "," + names.place(type.name) + "," +
             names.place(type.discriminator) + "," + type.rest + "," + std::to_string(count) + "," +
             std::to_string(type.members.size()) + "," + std::to_string(type.values.size()) + "},\n";
    for (const std::vector<Member>* list : {&type.members, &type.values}) {
      for (const Member& member : *list) {
        members += "{" + names.place(member.name) + "," + (member.required ? "true" : "false") + "," +
                   member.type + "},\n";
      }
      count += list->size();
    }
  }
  out << "constexpr char names[] =\n";
  for (std::size_t at = 0; at < names.bytes().size(); at += 90)
    out << '"' << names.bytes().substr(at, 90) << "\"\n";
  out << ";\nconstexpr MemberRow members[] = {\n" << members << "};\n";
  out << "constexpr TypeRow types[] = {\n" << types << "};\n";
  for (const auto& root : tables.roots) {
    std::string name = root.first.substr(root.first.rfind('/') + 1);
    out << "constexpr std::uint16_t root_" << name << " = " << root.second << ";\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) stop(0, "usage: adf_types INPUT OUTPUT");
  Tables tables = read_tables(argv[1]);
  std::ofstream out(argv[2], std::ios::binary);
  write_tables(tables, out);
  return out.good() ? 0 : 1;
}
