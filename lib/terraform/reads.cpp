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

namespace tidegate::terraform {

namespace {

using Base = FileRead::Base;
using Kind = FileRead::Kind;

constexpr int max_depth = 200;
constexpr std::array<std::string_view, 11> readers{
    "file",       "filebase64", "filebase64sha256", "filebase64sha512", "filemd5",   "filesha1",
    "filesha256", "filesha512", "templatefile",     "fileset",          "fileexists"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_name(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }

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
      : text_(text), counted_at_(std::move(where)), out_(out) {}

  void expression() { expression('\0'); }
  // A string of JSON, which is a template as a whole.
  void whole_template() {
    const Location where = place();
    mention(template_until('\0'), where);
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool looking_at(std::string_view word) const {
    return !done() && text_.substr(at_).starts_with(word);
  }

  Location place() {
    for (; counted_ < at_ && counted_ < text_.size(); ++counted_) {
      if (text_[counted_] == '\n') {
        ++counted_at_.line;
        counted_at_.column = 1;
      } else if ((static_cast<unsigned char>(text_[counted_]) & 0xC0U) != 0x80U) {
        ++counted_at_.column;
      }
    }
    return counted_at_;
  }

  void skip_space() {
    while (!done()) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at_;
      } else if (c == '#' || looking_at("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (looking_at("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  // A traversal or the name of a function: "path.module", "provider::terraform::x".
  std::string_view name() {
    const std::size_t begin = at_;
    while (is_name(peek()) || (peek() == '.' && is_letter(peek(1))) ||
           (looking_at("::") && is_letter(peek(2))))
      at_ += looking_at("::") ? 2 : 1;
    return text_.substr(begin, at_ - begin);
  }

  // Up to the closing bracket, which is taken.
  void expression(char close) {
    if (++depth_ > max_depth) at_ = text_.size();
    for (skip_space(); !done(); skip_space()) {
      const char c = peek();
      if (close != '\0' && c == close) {
        ++at_;
        break;
      }
      part(c);
    }
    --depth_;
  }

  void part(char c) {
    if (c == '"') {
      const Location where = place();
      ++at_;
      mention(template_until('"'), where);
    } else if (c == '(' || c == '[' || c == '{') {
      ++at_;
      expression(c == '(' ? ')' : c == '[' ? ']' : '}');
    } else if (looking_at("<<") && (is_letter(peek(2)) || (peek(2) == '-' && is_letter(peek(3))))) {
      heredoc();
    } else if (is_letter(c)) {
      const std::string_view word = name();
      if (peek() == '(') call(word);
    } else {
      ++at_;
    }
  }

  void call(std::string_view function) {
    ++at_;
    const bool guards = function == "try" || function == "can";
    if (std::find(readers.begin(), readers.end(), function) != readers.end()) read(function);
    guards_ += guards ? 1 : 0;
    expression(')');
    guards_ -= guards ? 1 : 0;
  }

  // The first argument, and of fileset the second one, too.
  void read(std::string_view function) {
    skip_space();
    FileRead found{.kind = function == "fileset"      ? Kind::set
                           : function == "fileexists" ? Kind::mention
                                                      : Kind::file,
                   .function = std::string(function),
                   .guarded = guards_ > 0,
                   .where = place()};
    if (!take_path(found)) return;
    skip_space();
    if (peek() != ',' && peek() != ')') found.computed = true;  // "a" == b ? …
    if (found.kind == Kind::set && peek() == ',') {
      ++at_;
      skip_space();
      if (peek() == '"') {
        ++at_;
        const Path pattern = template_until('"');
        if (!pattern.computed && !pattern.from_module && !pattern.from_root)
          found.pattern = pattern.begin;
      }
    }
    out_.push_back(std::move(found));
  }

  bool take_path(FileRead& found) {
    if (peek() == '"') {
      ++at_;
      Path path = template_until('"');
      if (path.computed && path.begin.empty() && !path.from_module && !path.from_root)
        return false;  // "${local.file}"
      found.base = path.from_module ? Base::module : Base::root;
      fill(found, std::move(path));
      return true;
    }
    const std::size_t before = at_;
    const std::string_view word = is_letter(peek()) ? name() : std::string_view();
    if (word == "path.module" || word == "path.root") {
      found.base = word == "path.module" ? Base::module : Base::root;
      return true;
    }
    at_ = before;
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
    if (++depth_ > max_depth) at_ = text_.size();
    std::string* literal = &path.begin;
    bool first = true;
    while (!done() && (close == '\0' || peek() != close)) {
      if (looking_at("$${") || looking_at("%%{")) {
        *literal += text_.substr(at_ + 1, 2);
        at_ += 3;
      } else if (looking_at("${") || looking_at("%{")) {
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
      } else if (close != '\0' && peek() == '\\') {
        *literal += peek(1);
        at_ += 2;
      } else {
        *literal += text_[at_++];
      }
      first = false;
    }
    at_ = std::min(at_ + (close == '\0' ? 0 : 1), text_.size());
    --depth_;
    return path;
  }

  // A ${…} as a whole; the name, if there is nothing else in it.
  std::string_view evaluated() {
    at_ += 2;
    if (peek() == '~') ++at_;
    skip_space();
    const std::size_t begin = at_;
    std::string_view word = is_letter(peek()) ? name() : std::string_view();
    skip_space();
    if (peek() == '~' && peek(1) == '}') ++at_;
    if (!word.empty() && peek() == '}') {
      ++at_;
      return word;
    }
    at_ = begin;
    expression('}');
    return {};
  }

  void heredoc() {
    at_ += peek(2) == '-' ? 3 : 2;
    const std::string_view word = name();
    std::size_t line = text_.find('\n', at_);
    std::size_t stop = text_.size();
    while (line != std::string_view::npos) {
      const std::size_t next = text_.find('\n', line + 1);
      std::string_view content =
          text_.substr(line + 1, next == std::string_view::npos ? next : next - line - 1);
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
    const std::string_view all = text_;
    text_ = all.substr(0, stop);
    template_until('\0');
    text_ = all;
    at_ = stop;
    for (skip_space(); is_name(peek());) ++at_;  // the word at its end
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int guards_ = 0;  // open try() and can()
  std::size_t counted_ = 0;
  Location counted_at_;
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
