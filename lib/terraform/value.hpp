// SPDX-License-Identifier: Apache-2.0
// Terraform configuration as values. Strings are plain text; text that Terraform shall evaluate is
// an Expression. Only the writer knows how either is spelt in JSON syntax, so no input string can
// become an expression by accident. Source: Terraform language, JSON configuration syntax.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "document/node.hpp"

namespace tidegate::terraform {

class Value;

struct Expression {  // HCL expression without ${ }, for example var.workspace_url
  std::string text{};
};

struct Part {  // of a template: literal text, or an expression
  std::string text{};
  bool is_expression = false;
};

struct Template {  // parts concatenated to one string
  std::vector<Part> parts{};
};

struct Number {  // number text as in the source (JSON grammar)
  std::string text{};
};

// A tree of the source, taken over as it is, but for replaced or dropped nodes. Saves copying whole
// pipelines. Keys of `replaced` are document::Node::index().
struct Borrowed {
  document::Node node{};
  document::DocumentPtr owner{};
  std::map<std::uint32_t, Value> replaced{};
  std::vector<std::uint32_t> dropped{};  // members or elements left out, sorted
};

using Members = std::vector<std::pair<std::string, Value>>;  // order kept

class Value {
 public:
  using List = std::vector<Value>;
  Value() = default;  // null
  Value(std::string text) : data_(std::move(text)) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(bool flag) : data_(flag) {}
  Value(int number) : data_(Number{std::to_string(number)}) {}
  Value(Number number) : data_(std::move(number)) {}
  Value(Expression expression) : data_(std::move(expression)) {}
  Value(Template text) : data_(std::move(text)) {}
  Value(List list) : data_(std::make_shared<List>(std::move(list))) {}
  Value(Members members) : data_(std::make_shared<Members>(std::move(members))) {}
  Value(Borrowed borrowed) : data_(std::make_shared<Borrowed>(std::move(borrowed))) {}

  using Data =
      std::variant<std::monostate, bool, std::string, Number, Expression, Template,
                   std::shared_ptr<List>, std::shared_ptr<Members>, std::shared_ptr<Borrowed>>;
  const Data& data() const { return data_; }

 private:
  Data data_{};
};

struct Variable {
  std::string name{};
  std::string type = "string";
  std::string description{};
  bool sensitive = false;
  bool required = true;
  Value default_value{};  // used when not required
};

struct Block {                            // resource, output, …
  std::string type{};                     // "azapi_resource"
  std::string name{};                     // "pipeline_load"
  Members body{};                         // arguments; nested blocks as Members or List
  std::vector<std::string> depends_on{};  // addresses, written as plain reference strings
  Members lifecycle{};  // create_before_destroy; references stand as Expression in lists

  std::string address() const { return type + "." + name; }
};

// The blocks of one file. They are made when the file is written, one at a time: a service has
// thousands. `make(i)` gives the same block each time it is asked, blocks of one type stand
// together.
struct Blocks {
  std::size_t count = 0;
  std::function<Block(std::size_t)> make{};
  std::function<std::string(std::size_t)> address{};  // of make(i), which need not be made for it
  std::vector<std::string> types{};                   // that occur, in order

  Blocks() = default;
  Blocks(std::vector<Block> blocks);  // ready-made, grouped by type here
};

struct Provider {
  std::string local_name{};  // "azapi"
  std::string source{};      // "Azure/azapi"
  std::string constraint{};  // ">= 2.4, < 3"
  Members configuration{};   // written only when not empty
  bool configure = false;    // write an (empty) provider block
};

struct Configuration {
  std::string required_version{};
  std::vector<Provider> providers{};
  std::vector<Variable> variables{};
  std::map<std::string, Blocks> files{};  // "pipelines.tf.json" -> its resources
  std::vector<std::pair<std::string, Value>> outputs{};
};

// The files of the configuration, sorted: main.tf.json (terraform, providers), variables.tf.json,
// outputs.tf.json, and one per Configuration::files that has blocks.
std::vector<std::string> file_names(const Configuration& configuration);

// The text of one of them in pieces, ending in a newline. Same input, same bytes. Fails only as
// `sink` does. Holds no more than one block (one resource) in memory.
Status write_file(const Configuration& configuration, const std::string& name,
                  const std::function<Status(std::string_view)>& sink);

// File name -> text: all of them, for tests and small configurations.
std::map<std::string, std::string> render_configuration(const Configuration& configuration);

// Appends `value` in Terraform's JSON syntax: `${` and `%{` of literal text doubled.
void append_value(std::string& out, const Value& value);

// `<kind>_<name>` as a Terraform identifier; characters outside [A-Za-z0-9_-] become '_', and a
// changed name gets '_' and 8 hex digits of sha256(name).
std::string resource_name(std::string_view kind, std::string_view name);

}  // namespace tidegate::terraform
