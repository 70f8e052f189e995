// SPDX-License-Identifier: Apache-2.0
// Terraform's JSON syntax: every string is a template, so `${` and `%{` of plain text are doubled
// in strings and in keys, and nothing else is. `//` is an ordinary key inside a value. All of it
// was checked with the real Terraform (test/e2e/terraform_test.cpp).
#include "terraform/value.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "document/write.hpp"
#include "system/digest.hpp"

namespace tidegate::terraform {

namespace {

std::string escape_template(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if ((text[i] == '$' || text[i] == '%') && i + 1 < text.size() && text[i + 1] == '{')
      out += text[i];
  }
  return out;
}

void append_string(std::string& out, std::string_view text) {
  if (text.find("${") == std::string_view::npos && text.find("%{") == std::string_view::npos) {
    document::append_json_string(out, text);
  } else {
    document::append_json_string(out, escape_template(text));
  }
}

// Adjacent literals are joined first: "$" and "{" may stand in two of them. A literal that ends in
// `$` right before an expression would escape it, so that run becomes an expression of its own.
void append_template(std::string& out, const Template& value) {
  std::string text;
  for (std::size_t i = 0; i < value.parts.size();) {
    if (value.parts[i].is_expression) {
      text += "${" + value.parts[i++].text + "}";
      continue;
    }
    std::string literal;
    while (i < value.parts.size() && !value.parts[i].is_expression)
      literal += value.parts[i++].text;
    const std::size_t last = literal.find_last_not_of('$');
    const std::size_t run = last == std::string::npos ? 0 : last + 1;
    if (i == value.parts.size() || run == literal.size()) {
      text += escape_template(literal);
    } else {
      text += escape_template(std::string_view(literal).substr(0, run)) + "${\"" +
              literal.substr(run) + "\"}";
    }
  }
  document::append_json_string(out, text);
}

class Borrower {
 public:
  Borrower(std::string& out, const Borrowed& borrowed) : out_(out), borrowed_(borrowed) {}

  void append(const document::Node& node) {
    if (!borrowed_.replaced.empty()) {
      const auto found = borrowed_.replaced.find(node.index());
      if (found != borrowed_.replaced.end()) return append_value(out_, found->second);
    }
    switch (node.kind()) {
      case document::Kind::null:
        out_ += "null";
        return;
      case document::Kind::boolean:
        out_ += node.as_boolean() ? "true" : "false";
        return;
      case document::Kind::number:
        out_ += node.number_text();
        return;
      case document::Kind::string:
        append_string(out_, node.as_string());
        return;
      case document::Kind::array:
        return children(node, '[', ']');
      case document::Kind::object:
        return children(node, '{', '}');
    }
  }

 private:
  void children(const document::Node& node, char open, char close) {
    out_ += open;
    bool first = true;
    for (const document::Node child : node) {
      if (std::binary_search(borrowed_.dropped.begin(), borrowed_.dropped.end(), child.index()))
        continue;
      if (!first) out_ += ',';
      first = false;
      if (open == '{') {
        append_string(out_, child.key());
        out_ += ':';
      }
      append(child);
    }
    out_ += close;
  }

  std::string& out_;
  const Borrowed& borrowed_;
};

struct Appender {
  std::string& out;
  void operator()(std::monostate) const { out += "null"; }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }
  void operator()(const std::string& text) const { append_string(out, text); }
  void operator()(const Number& number) const { out += number.text; }
  void operator()(const Expression& expression) const {
    document::append_json_string(out, "${" + expression.text + "}");
  }
  void operator()(const Template& value) const { append_template(out, value); }
  void operator()(const std::shared_ptr<Value::List>& list) const {
    out += '[';
    for (const Value& value : *list) {
      if (&value != list->data()) out += ',';
      append_value(out, value);
    }
    out += ']';
  }
  void operator()(const std::shared_ptr<Members>& members) const {
    out += '{';
    for (const auto& member : *members) {
      if (&member != members->data()) out += ',';
      append_string(out, member.first);
      out += ':';
      append_value(out, member.second);
    }
    out += '}';
  }
  void operator()(const std::shared_ptr<Borrowed>& borrowed) const {
    Borrower(out, *borrowed).append(borrowed->node);
  }
};

// Nested JSON objects, one member a line, values in one line.
class File {
 public:
  explicit File(std::string& out) : out_(out) { open("{"); }
  void begin(std::string_view name) {
    member(name);
    open("{");
  }
  void end() {
    --depth_;
    if (!first_) line();
    out_ += '}';
    first_ = false;
  }
  void put(std::string_view name, const Value& value) {
    member(name);
    append_value(out_, value);
  }
  void put_plain(std::string_view name, const std::vector<std::string>& texts) {
    member(name);
    out_ += '[';
    for (const std::string& text : texts) {
      if (&text != texts.data()) out_ += ',';
      document::append_json_string(out_, text);
    }
    out_ += ']';
  }
  void finish() {
    end();
    out_ += '\n';
  }

 private:
  void open(std::string_view bracket) {
    out_ += bracket;
    ++depth_;
    first_ = true;
  }
  void member(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    line();
    document::append_json_string(out_, name);
    out_ += ": ";
  }
  void line() {
    out_ += '\n';
    out_.append(depth_ * 2, ' ');
  }
  std::string& out_;
  std::size_t depth_ = 0;
  bool first_ = true;
};

std::string render_main(const Configuration& configuration) {
  std::string text;
  File file(text);
  file.begin("terraform");
  file.put("required_version", configuration.required_version);
  file.begin("required_providers");
  for (const Provider& provider : configuration.providers) {
    file.put(provider.local_name,
             Members{{"source", provider.source}, {"version", provider.constraint}});
  }
  file.end();
  file.end();
  // Terraform refuses an empty "provider": it misses the label of a block.
  bool any = false;
  for (const Provider& provider : configuration.providers) {
    if (!provider.configure && provider.configuration.empty()) continue;
    if (!any) file.begin("provider");
    any = true;
    file.put(provider.local_name, provider.configuration);
  }
  if (any) file.end();
  file.finish();
  return text;
}

std::string render_variables(const std::vector<Variable>& variables) {
  std::string text;
  File file(text);
  file.begin("variable");
  for (const Variable& variable : variables) {
    file.begin(variable.name);
    // A type is a plain word here, no template.
    file.put("type", variable.type);
    file.put("description", variable.description);
    file.put("nullable", false);
    if (variable.sensitive) file.put("sensitive", true);
    if (!variable.required) file.put("default", variable.default_value);
    file.end();
  }
  file.end();
  file.finish();
  return text;
}

std::string render_outputs(const std::vector<std::pair<std::string, Value>>& outputs) {
  std::string text;
  File file(text);
  file.begin("output");
  for (const auto& output : outputs) file.put(output.first, Members{{"value", output.second}});
  file.end();
  file.finish();
  return text;
}

using Sink = std::function<Status(std::string_view)>;

Status write_blocks(const Blocks& blocks, const Sink& sink) {
  constexpr std::size_t enough = std::size_t{64} * 1024;
  std::string text;
  std::string type;
  File file(text);
  file.begin("resource");
  for (std::size_t i = 0; i < blocks.count; ++i) {
    const Block block = blocks.make(i);
    if (block.type != type) {  // one JSON object per resource type
      if (!type.empty()) file.end();
      file.begin(block.type);
      type = block.type;
    }
    file.begin(block.name);
    for (const auto& argument : block.body) file.put(argument.first, argument.second);
    if (!block.depends_on.empty()) file.put_plain("depends_on", block.depends_on);
    if (!block.lifecycle.empty()) file.put("lifecycle", block.lifecycle);
    file.end();
    if (text.size() < enough) continue;
    if (Status status = sink(text); !status) return status;
    text.clear();
  }
  if (!type.empty()) file.end();
  file.end();
  file.finish();
  return sink(text);
}

constexpr std::string_view main_file = "main.tf.json";
constexpr std::string_view variables_file = "variables.tf.json";
constexpr std::string_view outputs_file = "outputs.tf.json";

}  // namespace

Blocks::Blocks(std::vector<Block> blocks) : count(blocks.size()) {
  std::stable_sort(blocks.begin(), blocks.end(),
                   [](const Block& a, const Block& b) { return a.type < b.type; });
  for (const Block& block : blocks) {
    if (types.empty() || types.back() != block.type) types.push_back(block.type);
  }
  const auto all = std::make_shared<const std::vector<Block>>(std::move(blocks));
  make = [all](std::size_t i) { return (*all)[i]; };
  address = [all](std::size_t i) { return (*all)[i].address(); };
}

void append_value(std::string& out, const Value& value) { std::visit(Appender{out}, value.data()); }

std::vector<std::string> file_names(const Configuration& configuration) {
  std::vector<std::string> names = {std::string(main_file)};
  if (!configuration.variables.empty()) names.emplace_back(variables_file);
  if (!configuration.outputs.empty()) names.emplace_back(outputs_file);
  for (const auto& file : configuration.files) {
    if (file.second.count > 0) names.push_back(file.first);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Status write_file(const Configuration& configuration, const std::string& name, const Sink& sink) {
  if (name == main_file) return sink(render_main(configuration));
  if (name == variables_file) return sink(render_variables(configuration.variables));
  if (name == outputs_file) return sink(render_outputs(configuration.outputs));
  return write_blocks(configuration.files.at(name), sink);
}

std::map<std::string, std::string> render_configuration(const Configuration& configuration) {
  std::map<std::string, std::string> files;
  for (const std::string& name : file_names(configuration)) {
    std::string& text = files[name];
    (void)write_file(configuration, name, [&](std::string_view piece) -> Status {
      text += piece;
      return Done{};
    });
  }
  return files;
}

std::string resource_name(std::string_view kind, std::string_view name) {
  std::string out(kind);
  out += '_';
  bool changed = false;
  for (const char c : name) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
    out += good ? c : '_';
    changed = changed || !good;
  }
  if (changed) out += "_" + system::sha256_hex(name).substr(0, 8);
  return out;
}

}  // namespace tidegate::terraform
