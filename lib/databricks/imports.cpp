// SPDX-License-Identifier: Apache-2.0
#include "databricks/imports.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::databricks {

namespace {

// Reads statements by their tokens; an import begins its line, or follows a : or ;.
class Finder {
 public:
  Finder(std::string_view text, const std::vector<Token>& tokens, const TakeImport& take)
      : text_(text), tokens_(tokens), take_(take) {}

  void run() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind != TokenKind::identifier) continue;
      const std::string_view word = source(i);
      if (word == "import" && begins_statement(i)) read_import(i + 1);
      if (word == "from" && begins_statement(i)) read_from(i + 1);
      if ((word == "import_module" || word == "__import__") && is_mark(i + 1, '(') &&
          !(i > 0 && source(i - 1) == "def"))
        read_call(i + 2);
    }
  }

 private:
  std::string_view source(std::size_t i) const {
    return i < tokens_.size() ? text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin)
                              : std::string_view();
  }
  bool is_mark(std::size_t i, char mark) const {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::punctuation &&
           text_[tokens_[i].begin] == mark;
  }
  bool is_name(std::size_t i) const {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::identifier;
  }

  bool begins_statement(std::size_t i) const {
    if (is_mark(i - 1, ';') || is_mark(i - 1, ':'))
      return true;  // of the first one: none before it
    const std::string_view before = text_.substr(0, tokens_[i].begin);
    const std::size_t line = before.find_last_of('\n');
    if (before.find_first_not_of(" \t\f", line == std::string_view::npos ? 0 : line + 1) !=
        std::string_view::npos)
      return false;
    if (line == std::string_view::npos) return true;
    std::string_view above = before.substr(0, line);
    if (above.ends_with('\r')) above.remove_suffix(1);
    return !above.ends_with('\\');
  }

  // a.b.c; `i` is behind it afterwards.
  std::string dotted(std::size_t& i) const {
    std::string out;
    while (is_name(i)) {
      out += source(i++);
      if (!is_mark(i, '.') || !is_name(i + 1)) break;
      out += '.';
      ++i;
    }
    return out;
  }

  void read_import(std::size_t i) {
    while (is_name(i)) {
      const std::size_t at = tokens_[i].begin;
      PythonImport found;
      found.module.text = dotted(i);
      take_(std::move(found), at);
      if (source(i) == "as") i += 2;
      if (!is_mark(i, ',')) return;
      ++i;
    }
  }

  void read_from(std::size_t i) {
    if (i >= tokens_.size()) return;
    const std::size_t at = tokens_[i].begin;
    PythonImport found;
    while (is_mark(i, '.')) {
      ++found.dots;
      ++i;
    }
    if (source(i) != "import") found.module.text = dotted(i);
    if (source(i) != "import" || (found.dots == 0 && found.module.text.empty())) return;
    ++i;
    if (is_mark(i, '*')) found.names.emplace_back("*");
    if (is_mark(i, '(')) ++i;
    while (is_name(i)) {
      found.names.emplace_back(source(i++));
      if (source(i) == "as") i += 2;
      if (!is_mark(i, ',')) break;
      ++i;
    }
    take_(std::move(found), at);
  }

  void read_call(std::size_t i) {
    if (i >= tokens_.size()) return;
    const Token& token = tokens_[i];
    PythonImport found;
    const bool literal = token.kind == TokenKind::string && !token.interpolated &&
                         (is_mark(i + 1, ',') || is_mark(i + 1, ')'));
    if (literal) {
      const std::string name = decode_string(text_, token);
      found.dots = std::min(name.find_first_not_of('.'), name.size());
      found.module.text = name.substr(found.dots);
    } else {
      found.computed = true;
    }
    take_(std::move(found), token.begin);
  }

  std::string_view text_;
  const std::vector<Token>& tokens_;
  const TakeImport& take_;
};

}  // namespace

void find_imports(std::string_view text, const Tokens& tokens, const TakeImport& take) {
  Finder(text, tokens.tokens, take).run();
}

PythonFiles::PythonFiles(const std::vector<std::string>& paths)
    : paths_(paths.begin(), paths.end()) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const std::string& path : paths_) {
    // a/b/c.py: c in a/b, b in a, a at the top.
    std::string_view rest = path;
    rest.remove_suffix(3);
    for (;;) {
      const std::size_t slash = rest.rfind('/');
      const std::string_view folder =
          slash == std::string_view::npos ? std::string_view() : rest.substr(0, slash);
      const std::string_view name = rest.substr(slash == std::string_view::npos ? 0 : slash + 1);
      if (seen.emplace(name, folder).second) roots_.emplace(name, folder);
      if (folder.empty()) break;
      rest = folder;
    }
  }
}

bool PythonFiles::is_folder(const std::string& path) const {
  const auto first = paths_.lower_bound(path + "/");
  return first != paths_.end() && first->starts_with(path + "/");
}

void PythonFiles::take_all(const std::string& folder, std::set<std::string>& found) const {
  const std::string prefix = folder.empty() ? folder : folder + "/";
  for (auto file = paths_.lower_bound(prefix); file != paths_.end() && file->starts_with(prefix);
       ++file)
    found.insert(*file);
}

// True if the whole name is there.
bool PythonFiles::take_module(const std::string& root, std::string_view module,
                              std::set<std::string>& found) const {
  // Most imports are of no file of the repository, wherever one looks.
  if (!roots_.contains(module.substr(0, module.find('.')))) return false;
  std::set<std::string> way;
  std::string path = root;
  const std::vector<std::string_view> parts = split(module, '.');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    path = join_path(path, parts[i]);
    const bool package = exists(path + "/__init__.py");
    if (package) way.insert(path + "/__init__.py");
    if (i + 1 < parts.size()) continue;
    const bool file = exists(path + ".py");
    if (file) way.insert(path + ".py");
    if (!file && !package && !is_folder(path)) return false;
  }
  found.merge(way);
  return true;
}

bool PythonFiles::resolve_in(const std::string& root, const PythonImport& import,
                             std::set<std::string>& found) const {
  const std::string& module = import.module.text;
  if (module.empty()) {
    if (exists(join_path(root, "__init__.py"))) found.insert(join_path(root, "__init__.py"));
  } else if (!take_module(root, module, found)) {
    return false;
  }
  std::string folder = root;
  for (const std::string_view part :
       module.empty() ? std::vector<std::string_view>() : split(module, '.'))
    folder = join_path(folder, part);
  for (const std::string& name : import.names) {
    if (name != "*") {
      take_module(folder, name, found);
    } else if (!folder.empty() && is_folder(folder)) {
      take_all(folder, found);
    }
  }
  return true;
}

std::set<std::string> PythonFiles::resolve(const PythonImport& import,
                                           std::string_view from) const {
  std::set<std::string> found;
  if (import.computed) return found;
  std::string folder(parent_path(from));
  if (import.dots > 0) {
    for (std::size_t i = 1; i < import.dots; ++i) {
      if (folder.empty()) return found;
      folder = std::string(parent_path(folder));
    }
    resolve_in(folder, import, found);
    return found;
  }
  if (import.module.text.empty()) return found;
  for (;;) {
    if (resolve_in(folder, import, found)) return found;
    if (folder.empty()) break;
    folder = std::string(parent_path(folder));
  }
  const std::string first = import.module.text.substr(0, import.module.text.find('.'));
  for (auto [root, last] = roots_.equal_range(first); root != last; ++root)
    resolve_in(root->second, import, found);
  return found;
}

std::set<std::string> PythonFiles::package_of(std::string_view file) const {
  std::set<std::string> found;
  if (const std::string folder(parent_path(file)); !folder.empty()) take_all(folder, found);
  return found;
}

}  // namespace tidegate::databricks
