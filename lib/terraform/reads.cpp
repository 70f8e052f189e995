// SPDX-License-Identifier: Apache-2.0
// Expressions are walked, not parsed: strings, templates, here-documents, comments and brackets are
// known, and a name in front of a bracket is a call. Templates inside of strings are expressions
// again.
#include "terraform/reads.hpp"

#include <algorithm>
#include <array>

#include "document/parse.hpp"
#include "terraform/blocks.hpp"
#include "terraform/hcl.hpp"
#include "terraform/hcl_cursor.hpp"

namespace tidegate::terraform {

namespace {

using Base = FileRead::Base;
using Kind = FileRead::Kind;

constexpr int max_depth = 200;
constexpr std::array<std::string_view, 11> readers{
    "file",       "filebase64", "filebase64sha256", "filebase64sha512", "filemd5",   "filesha1",
    "filesha256", "filesha512", "templatefile",     "fileset",          "fileexists"};

// A text as it is written, up to the first part that is computed and from the last one on.
struct Path {
  bool from_module = false, from_root = false;  // starts with ${path.module}, ${path.root}
  bool computed = false;
  std::string begin{};
  std::string end{};
};

class Walker {
 public:
  Walker(std::string_view text, Location where, std::vector<FileRead>& out)
      : in_(text, std::move(where)), out_(out) {}

  void expression() { expression('\0'); }
  // A string of JSON, which is a template as a whole.
  void whole_template() {
    const Location where = in_.place();
    mention(template_until('\0'), where);
  }

 private:
  // A traversal or the name of a function: "path.module", "provider::terraform::x".
  std::string_view name() {
    const std::size_t begin = in_.at;
    while (is_name(in_.peek()) || (in_.peek() == '.' && is_letter(in_.peek(1))) ||
           (in_.looking_at("::") && is_letter(in_.peek(2))))
      in_.at += in_.looking_at("::") ? 2 : 1;
    return in_.text.substr(begin, in_.at - begin);
  }

  // Up to the closing bracket, which is taken.
  void expression(char close) {
    if (++depth_ > max_depth) in_.at = in_.text.size();
    for (in_.skip_space(); !in_.done(); in_.skip_space()) {
      const char c = in_.peek();
      if (close != '\0' && c == close) {
        ++in_.at;
        break;
      }
      part(c);
    }
    --depth_;
  }

  void part(char c) {
    if (c == '"') {
      const Location where = in_.place();
      ++in_.at;
      mention(template_until('"'), where);
    } else if (c == '(' || c == '[' || c == '{') {
      ++in_.at;
      expression(c == '(' ? ')' : c == '[' ? ']' : '}');
    } else if (in_.looking_at("<<") &&
               (is_letter(in_.peek(2)) || (in_.peek(2) == '-' && is_letter(in_.peek(3))))) {
      heredoc();
    } else if (is_letter(c)) {
      const std::string_view word = name();
      if (in_.peek() == '(') call(word);
    } else {
      ++in_.at;
    }
  }

  void call(std::string_view function) {
    ++in_.at;
    const bool guards = function == "try" || function == "can";
    if (std::find(readers.begin(), readers.end(), function) != readers.end()) read(function);
    guards_ += guards ? 1 : 0;
    expression(')');
    guards_ -= guards ? 1 : 0;
  }

  // The first argument, and of fileset the second one, too.
  void read(std::string_view function) {
    in_.skip_space();
    FileRead found{.kind = function == "fileset"      ? Kind::set
                           : function == "fileexists" ? Kind::mention
                                                      : Kind::file,
                   .function = std::string(function),
                   .guarded = guards_ > 0,
                   .where = in_.place()};
    if (!take_path(found)) return;
    in_.skip_space();
    if (in_.peek() != ',' && in_.peek() != ')') found.computed = true;  // "a" == b ? …
    if (found.kind == Kind::set && in_.peek() == ',') {
      ++in_.at;
      in_.skip_space();
      if (in_.peek() == '"') {
        ++in_.at;
        const Path pattern = template_until('"');
        if (!pattern.computed && !pattern.from_module && !pattern.from_root)
          found.pattern = pattern.begin;
      }
    }
    out_.push_back(std::move(found));
  }

  bool take_path(FileRead& found) {
    if (in_.peek() == '"') {
      ++in_.at;
      Path path = template_until('"');
      if (path.computed && path.begin.empty() && !path.from_module && !path.from_root)
        return false;  // "${local.file}"
      found.base = path.from_module ? Base::module : Base::root;
      fill(found, std::move(path));
      return true;
    }
    const std::size_t before = in_.at;
    const std::string_view word = is_letter(in_.peek()) ? name() : std::string_view();
    if (word == "path.module" || word == "path.root") {
      found.base = word == "path.module" ? Base::module : Base::root;
      return true;
    }
    in_.at = before;
    return false;
  }

  static void fill(FileRead& found, Path path) {
    if (path.from_module || path.from_root) path.begin.erase(0, path.begin.find_first_not_of('/'));
    found.path = std::move(path.begin);
    found.end = std::move(path.end);
    found.computed = path.computed;
  }

  void mention(Path path, const Location& where) {
    if (!path.from_module && !path.from_root) return;
    FileRead found{.kind = Kind::mention,
                   .base = path.from_module ? Base::module : Base::root,
                   .guarded = guards_ > 0,
                   .where = where};
    if (!path.begin.starts_with('/')) return;  // the folder itself, or a text about it
    fill(found, std::move(path));
    if (!found.path.empty() || found.computed) out_.push_back(std::move(found));
  }

  // Behind the opening quote, up to the closing one, which is taken; '\0': up to the end.
  Path template_until(char close) {
    Path path;
    if (++depth_ > max_depth) in_.at = in_.text.size();
    std::string* literal = &path.begin;
    bool first = true;
    while (!in_.done() && (close == '\0' || in_.peek() != close)) {
      if (in_.looking_at("$${") || in_.looking_at("%%{")) {
        *literal += in_.text.substr(in_.at + 1, 2);
        in_.at += 3;
      } else if (in_.looking_at("${") || in_.looking_at("%{")) {
        const std::string_view word = evaluated();
        if (first && word == "path.module") {
          path.from_module = true;
        } else if (first && word == "path.root") {
          path.from_root = true;
        } else {
          path.computed = true;
          path.end.clear();
          literal = &path.end;
        }
      } else if (close != '\0' && in_.peek() == '\\') {
        *literal += in_.peek(1);
        in_.at += 2;
      } else {
        *literal += in_.text[in_.at++];
      }
      first = false;
    }
    in_.at = std::min(in_.at + (close == '\0' ? 0 : 1), in_.text.size());
    --depth_;
    return path;
  }

  // A ${…} as a whole; the name, if there is nothing else in it.
  std::string_view evaluated() {
    in_.at += 2;
    if (in_.peek() == '~') ++in_.at;
    in_.skip_space();
    const std::size_t begin = in_.at;
    std::string_view word = is_letter(in_.peek()) ? name() : std::string_view();
    in_.skip_space();
    if (in_.peek() == '~' && in_.peek(1) == '}') ++in_.at;
    if (!word.empty() && in_.peek() == '}') {
      ++in_.at;
      return word;
    }
    in_.at = begin;
    expression('}');
    return {};
  }

  void heredoc() {
    in_.at += in_.peek(2) == '-' ? 3 : 2;
    const std::string_view word = name();
    std::size_t line = in_.text.find('\n', in_.at);
    std::size_t stop = in_.text.size();
    while (line != std::string_view::npos) {
      const std::size_t next = in_.text.find('\n', line + 1);
      std::string_view content =
          in_.text.substr(line + 1, next == std::string_view::npos ? next : next - line - 1);
      while (!content.empty() && (content.front() == ' ' || content.front() == '\t'))
        content.remove_prefix(1);
      while (!content.empty() && (content.back() == ' ' || content.back() == '\r'))
        content.remove_suffix(1);
      if (content == word) {
        stop = line;
        break;
      }
      line = next;
    }
    const std::string_view all = in_.text;
    in_.text = all.substr(0, stop);
    template_until('\0');
    in_.text = all;
    in_.at = stop;
    for (in_.skip_space(); is_name(in_.peek());) ++in_.at;  // the word at its end
  }

  HclCursor in_;
  int depth_ = 0;
  int guards_ = 0;  // open try() and can()
  std::vector<FileRead>& out_;
};

void walk(const HclBlock& block, std::vector<FileRead>& out) {
  const bool module = block.type == "module";
  for (const HclArgument& argument : block.arguments) {
    if (module && argument.name == "source") continue;
    if (block.type == "variable" && argument.name == "type") continue;
    Walker(argument.text, argument.value, out).expression();
  }
  for (const HclBlock& inner : block.blocks) walk(inner, out);
}

void walk(const document::Node& node, std::vector<FileRead>& out) {
  if (node.is_string()) {
    if (node.as_string().find("${") != std::string_view::npos)
      Walker(node.as_string(), node.location_in_string(0), out).whole_template();
  } else if (node.is_object() || node.is_array()) {
    for (const document::Node child : node) walk(child, out);
  }
}

}  // namespace

std::vector<FileRead> find_reads(const std::string& file, std::string_view text) {
  std::vector<FileRead> out;
  std::vector<DeclaredBlock> blocks;
  read_blocks(file, text, blocks);
  for (const DeclaredBlock& block : blocks) {
    if (block.kind == BlockKind::module)
      out.push_back({.kind = Kind::module, .path = block.source, .where = block.where});
  }
  if (file.ends_with(".json")) {
    const auto parsed = document::parse_json(file, std::string(text));
    if (parsed) walk((*parsed)->root(), out);
  } else if (const auto top = parse_hcl(file, text)) {
    walk(*top, out);
  }
  std::stable_sort(out.begin(), out.end(), [](const FileRead& a, const FileRead& b) {
    return a.where.line != b.where.line ? a.where.line < b.where.line
                                        : a.where.column < b.where.column;
  });
  return out;
}

}  // namespace tidegate::terraform
