// SPDX-License-Identifier: Apache-2.0
#include "databricks/extract.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "databricks/imports.hpp"
#include "databricks/tokens.hpp"

namespace tidegate::databricks {
namespace {

constexpr int embedded_depth = 8;            // code in a string in code in a string …
constexpr std::size_t call_tokens = 4096;    // tokens of one argument list that are looked at
constexpr std::size_t longest_secret = 512;  // bytes of scope/key; bounds the look ahead
constexpr std::size_t dynamic_text = 200;    // bytes of an expression that are kept

constexpr std::array<std::string_view, 11> data_prefixes{
    "dbfs:/",  "/dbfs/", "/mnt/", "abfss://", "abfs://", "wasbs://",
    "wasb://", "adl://", "s3://", "s3a://",   "gs://"};

bool is_data_path(std::string_view text) {
  return std::any_of(data_prefixes.begin(), data_prefixes.end(), [text](std::string_view prefix) {
    return text.size() > prefix.size() && starts_with_ignoring_case(text, prefix);
  });
}

bool is_workspace_path(std::string_view text) {
  if (text.starts_with("file:")) text.remove_prefix(5);
  for (const std::string_view root : {"/Workspace/", "/Repos/"})
    if (text.size() > root.size() && text.starts_with(root)) return true;
  return false;
}

bool is_widget_constructor(std::string_view name) {
  return name == "text" || name == "dropdown" || name == "combobox" || name == "multiselect";
}

struct Argument {
  std::string_view name{};  // of name=value, else empty
  std::size_t begin = 0;    // tokens of the value: [begin, end)
  std::size_t end = 0;
};

// One cell, or one expression embedded in a string of it.
class Extractor {
 public:
  Extractor(const Cell& cell, Notebook& notebook) : cell_(cell), notebook_(notebook) {}

  void run(Range range, int depth) {
    Tokens scanned;
    scan_tokens(cell_.text, range, cell_.kind, scanned);
    tokens_ = &scanned.tokens;
    for (std::size_t i = 0; i < scanned.tokens.size(); ++i) visit(i);
    for (const Range& name : scanned.substitutions) add_substitution(name);
    if (depth == 0 && cell_.kind == CellKind::python) {
      find_imports(cell_.text, scanned, [&](PythonImport import, std::size_t offset) {
        import.module = found(std::move(import.module.text), offset);
        notebook_.imports.push_back(std::move(import));
      });
    }
    if (depth >= embedded_depth) return;
    for (const Range& inner : scanned.embedded) run(inner, depth + 1);
  }

 private:
  const Token* token(std::size_t i) const { return i < tokens_->size() ? &(*tokens_)[i] : nullptr; }
  std::string_view source(std::size_t i) const {
    const Token* t = token(i);
    if (t == nullptr) return {};
    return std::string_view(cell_.text).substr(t->begin, t->end - t->begin);
  }
  bool is_mark(std::size_t i, char mark) const {
    const Token* t = token(i);
    return t != nullptr && t->kind == TokenKind::punctuation && cell_.text[t->begin] == mark;
  }
  bool is_name(std::size_t i) const {
    const Token* t = token(i);
    return t != nullptr && t->kind == TokenKind::identifier;
  }
  bool is_name(std::size_t i, std::string_view name) const {
    return is_name(i) && source(i) == name;
  }
  bool is_word(std::size_t i, std::string_view word) const {
    return is_name(i) && equal_ignoring_case(source(i), word);
  }
  bool is_sql() const { return cell_.kind == CellKind::sql; }

  Found found(std::string text, std::size_t offset) const {
    const Location where = locate(cell_, offset);
    return {std::move(text), where.line, where.column};
  }

  void visit(std::size_t i) {
    const Token& t = (*tokens_)[i];
    if (t.kind == TokenKind::string) return visit_string(t);
    if (t.kind == TokenKind::identifier) {
      const std::string_view name = source(i);
      if (name == "dbutils") return visit_utilities(i);
      if (name == "getArgument" && is_mark(i + 1, '(') && !follows_member(i, "widgets")) {
        return read_widget(i + 1, true);
      }
      if (name == "getCurrentBindings") notebook_.reads_all_widgets = true;
      if (is_sql() && equal_ignoring_case(name, "create")) return create_widget(i);
      if (is_sql() && is_mark(i + 1, '(') && is_secret_function(name)) return add_secret(i + 1);
    } else if (is_sql() && is_mark(i, '$') && is_name(i + 1) && token(i + 1)->begin == t.end) {
      notebook_.widget_reads.push_back(found(std::string(source(i + 1)), t.begin));  // SELECT $n
    } else if (is_sql() && is_parameter_marker(i)) {
      notebook_.widget_reads.push_back(found(std::string(source(i + 1)), t.begin));
    }
  }

  static bool is_secret_function(std::string_view name) {
    return equal_ignoring_case(name, "secret") || equal_ignoring_case(name, "try_secret");
  }

  bool follows_member(std::size_t i, std::string_view owner) const {
    return i >= 2 && is_mark(i - 1, '.') && is_name(i - 2, owner);
  }

  // `:n` with nothing attached before it: `a:b` takes a field out of JSON, `a::int` casts.
  bool is_parameter_marker(std::size_t i) const {
    if (!is_mark(i, ':') || !is_name(i + 1)) return false;
    const Token& mark = (*tokens_)[i];
    if ((*tokens_)[i + 1].begin != mark.end) return false;
    if (i == 0 || (*tokens_)[i - 1].end != mark.begin) return true;
    const Token& before = (*tokens_)[i - 1];
    if (before.kind != TokenKind::punctuation) return false;
    const char c = cell_.text[before.begin];
    return c != ':' && c != ')' && c != ']' && c != '}';
  }

  void visit_string(const Token& t) {
    if (t.block) return;
    const std::string text = decode_string(cell_.text, t);
    if (is_data_path(text)) notebook_.data_paths.push_back(found(text, t.begin));
    if (is_workspace_path(text)) {
      const std::string_view before = std::string_view(cell_.text).substr(0, t.begin);
      const std::string_view line = before.substr(before.rfind('\n') + 1);
      notebook_.workspace_paths.push_back(
          {found(text, t.begin), line.find("sys.path") != std::string_view::npos});
    }
    constexpr std::string_view open = "{{secrets/";  // in Spark settings
    for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at + 1)) {
      std::string_view name = std::string_view(text).substr(at + open.size(), longest_secret);
      name = name.substr(0, name.find("}}"));
      const std::size_t slash = name.find('/');
      if (slash == std::string_view::npos || name.find('{') != std::string_view::npos) continue;
      if (!std::string_view(text).substr(at + open.size() + name.size()).starts_with("}}"))
        continue;
      notebook_.secrets.push_back({found(std::string(name.substr(0, slash)), t.begin),
                                   std::string(name.substr(slash + 1))});
    }
  }

  // dbutils.<service>.<method>(…
  void visit_utilities(std::size_t i) {
    // Another function, or another name, may read any widget.
    if (is_mark(i + 1, ',') || is_mark(i + 1, ')')) notebook_.reads_all_widgets = true;
    if (is_mark(i + 1, '.') && is_name(i + 2, "widgets") && !is_mark(i + 3, '.')) notebook_.reads_all_widgets = true;
    if (!is_mark(i + 1, '.') || !is_name(i + 2) || !is_mark(i + 3, '.') || !is_name(i + 4)) return;
    const std::string_view service = source(i + 2);
    const std::string_view method = source(i + 4);
    const std::size_t open = i + 5;
    if (!is_mark(open, '(')) return;
    if (service == "notebook" && method == "run") return add_child_run(i, open);
    if (service == "secrets" && (method == "get" || method == "getBytes")) return add_secret(open);
    if (service != "widgets") return;
    if (method == "get" || method == "getArgument") return read_widget(open, method != "get");
    if (method == "getAll") notebook_.reads_all_widgets = true;
    if (is_widget_constructor(method)) declare_widget(open);
  }

  // The arguments of the call whose "(" is token `open`; an unclosed list ends with the text.
  std::vector<Argument> arguments(std::size_t open) const {
    std::vector<Argument> all;
    std::size_t depth = 0;
    Argument current{.begin = open + 1, .end = open + 1};
    const std::size_t limit = std::min(tokens_->size(), open + call_tokens);
    std::size_t i = open + 1;
    for (; i < limit; ++i) {
      const Token& t = (*tokens_)[i];
      const char c = t.kind == TokenKind::punctuation ? cell_.text[t.begin] : '\0';
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') {
        if (depth == 0) break;
        --depth;
      }
      if (c == ',' && depth == 0) {
        current.end = i;
        all.push_back(current);
        current = {.begin = i + 1, .end = i + 1};
      } else if (c == '=' && depth == 0 && i == current.begin + 1 && is_name(current.begin) &&
                 !is_mark(i + 1, '=')) {
        current.name = source(current.begin);
        current.begin = i + 1;
      }
    }
    current.end = i;
    if (current.end > current.begin) all.push_back(current);
    return all;
  }

  // By name, else by position among the unnamed ones.
  static std::optional<Argument> pick(const std::vector<Argument>& all, std::size_t position,
                                      std::string_view name) {
    for (const Argument& argument : all) {
      if (argument.name == name) return argument;
    }
    if (position < all.size() && all[position].name.empty()) return all[position];
    return std::nullopt;
  }

  // The text, if the argument is nothing but literals (Python joins adjacent ones).
  std::optional<std::string> literal(const Argument& argument) const {
    if (argument.begin >= argument.end) return std::nullopt;
    if (argument.end - argument.begin > 1 && cell_.kind != CellKind::python) return std::nullopt;
    std::string text;
    for (std::size_t i = argument.begin; i < argument.end; ++i) {
      const Token& t = (*tokens_)[i];
      if (t.kind != TokenKind::string || t.interpolated) return std::nullopt;
      text += decode_string(cell_.text, t);
    }
    return text;
  }

  void add_child_run(std::size_t call, std::size_t open) {
    const auto path = pick(arguments(open), 0, "path");
    NotebookRun run{.child = true};
    if (!path || path->begin >= path->end) {
      run.dynamic = true;
      run.path = found({}, (*tokens_)[call].begin);
    } else if (const auto text = literal(*path)) {
      run.path = found(*text, (*tokens_)[path->begin].begin);
    } else {
      const std::size_t begin = (*tokens_)[path->begin].begin;
      const std::size_t end = (*tokens_)[path->end - 1].end;
      std::size_t size = end - begin;
      if (size > dynamic_text) {
        size = dynamic_text;
        while (size > 0 &&
               (static_cast<unsigned char>(cell_.text[begin + size]) & 0xC0U) == 0x80U) {
          --size;
        }
      }
      run.dynamic = true;
      run.path = found(cell_.text.substr(begin, size), begin);
    }
    notebook_.runs.push_back(std::move(run));
  }

  void read_widget(std::size_t open, bool takes_default) {
    const auto all = arguments(open);
    auto name = pick(all, 0, "name");
    if (!name) name = pick(all, 0, "argName");
    const auto text = name ? literal(*name) : std::nullopt;
    if (!text) {
      if (name) notebook_.reads_all_widgets = true;  // any of them
      return;
    }
    const Found read = found(*text, (*tokens_)[name->begin].begin);
    notebook_.widget_reads.push_back(read);
    if (takes_default && all.size() > 1) notebook_.widgets.push_back({read, true});
  }

  void declare_widget(std::size_t open) {
    const auto all = arguments(open);
    const auto name = pick(all, 0, "name");
    const auto text = name ? literal(*name) : std::nullopt;
    if (!text) return;
    const bool has_default = pick(all, 1, "defaultValue").has_value();
    notebook_.widgets.push_back({found(*text, (*tokens_)[name->begin].begin), has_default});
  }

  void add_secret(std::size_t open) {
    const auto all = arguments(open);
    const auto scope = pick(all, 0, "scope");
    const auto key = pick(all, 1, "key");
    if (!scope || scope->begin >= scope->end) return;
    SecretUse use;
    use.scope = found(literal(*scope).value_or(""), (*tokens_)[scope->begin].begin);
    if (key) use.key = literal(*key).value_or("");
    notebook_.secrets.push_back(std::move(use));
  }

  // CREATE WIDGET TEXT|DROPDOWN|COMBOBOX|MULTISELECT name [DEFAULT "x"] …
  void create_widget(std::size_t i) {
    if (!is_word(i + 1, "widget") || !is_widget_constructor(to_lower(source(i + 2)))) return;
    const Token* name = token(i + 3);
    if (name == nullptr) return;
    if (name->kind != TokenKind::identifier && name->kind != TokenKind::string) return;
    const std::string text = name->kind == TokenKind::string ? decode_string(cell_.text, *name)
                                                             : std::string(source(i + 3));
    notebook_.widgets.push_back({found(text, name->begin), is_word(i + 4, "default")});
  }

  void add_substitution(Range range) {
    const std::string_view raw =
        std::string_view(cell_.text).substr(range.begin, range.end - range.begin);
    const std::string_view name = trim(raw);
    // ${spark.x} and ${hivevar:x} are settings.
    if (name.empty() || name.find_first_of(".:") != std::string_view::npos) return;
    notebook_.widget_reads.push_back(found(std::string(name), range.begin - 2));
  }

  const Cell& cell_;
  Notebook& notebook_;
  const std::vector<Token>* tokens_ = nullptr;
};

// Calls `visit(line, offset)` for every line of the text.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    visit(text.substr(begin, end - begin), begin);
    begin = end + 1;
  }
}

// The end of an unquoted path: names may hold blanks, so it ends where ` $name=` begins.
std::size_t unquoted_end(std::string_view rest) {
  for (std::size_t at = rest.find('$'); at != std::string_view::npos; at = rest.find('$', at + 1)) {
    if (at == 0 || (rest[at - 1] != ' ' && rest[at - 1] != '\t')) continue;
    const std::size_t equals = rest.find_first_of("= \t", at);
    if (equals != std::string_view::npos && rest[equals] == '=') return at;
  }
  return rest.size();
}

// %run path | %run "path" [$name="value" …]
void extract_run(const Cell& cell, Notebook& notebook) {
  for_each_line(cell.text, [&](std::string_view line, std::size_t begin) {
    constexpr std::string_view word = "%run";
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return;
    if (!starts_with_ignoring_case(line.substr(start), word)) return;
    std::size_t at = start + word.size();
    if (at < line.size() && line[at] != ' ' && line[at] != '\t' && line[at] != '"' &&
        line[at] != '\'') {
      return;
    }
    at = std::min(line.find_first_not_of(" \t\r", at), line.size());
    std::string_view path = line.substr(at);
    if (!path.empty() && (path.front() == '"' || path.front() == '\'')) {
      const std::size_t close = path.find(path.front(), 1);
      path = path.substr(1, close == std::string_view::npos ? close : close - 1);
    } else {
      path = path.substr(0, unquoted_end(path));
    }
    const Location where = locate(cell, begin + at);
    notebook.runs.push_back({.path = {std::string(trim(path)), where.line, where.column}});
  });
}

// %fs ls /mnt/x
void extract_file_command(const Cell& cell, Notebook& notebook) {
  const std::string_view text = cell.text;
  for (std::size_t at = text.find_first_not_of(" \t\r\n"); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
    std::size_t begin = at;
    std::string_view word = text.substr(at, end - at);
    if (word.size() > 1 && (word.front() == '"' || word.front() == '\'')) {
      ++begin;
      word = word.substr(1, word.find(word.front(), 1) - 1);
    }
    if (is_data_path(word)) {
      const Location where = locate(cell, begin);
      notebook.data_paths.push_back({std::string(word), where.line, where.column});
    }
    at = text.find_first_not_of(" \t\r\n", end);
  }
}

}  // namespace

void extract_facts(const std::vector<Cell>& cells, Notebook& notebook) {
  for (const Cell& cell : cells) {
    switch (cell.kind) {
      case CellKind::python:
      case CellKind::scala:
      case CellKind::sql:
      case CellKind::r:
        Extractor(cell, notebook).run({0, static_cast<std::uint32_t>(cell.text.size())}, 0);
        break;
      case CellKind::run:
        extract_run(cell, notebook);
        break;
      case CellKind::files:
        extract_file_command(cell, notebook);
        break;
      case CellKind::other:
        break;
    }
  }
}

}  // namespace tidegate::databricks
