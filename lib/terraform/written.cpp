// SPDX-License-Identifier: Apache-2.0
#include "terraform/written.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "terraform/hcl.hpp"

namespace tidegate::terraform {

namespace {

using document::Node;
using Form = WrittenMember::Form;

// Arguments that are no expressions: plain references, names of arguments, type constraints.
constexpr std::array<std::string_view, 6> plain_arguments{
    "depends_on", "provider", "providers", "ignore_changes", "replace_triggered_by", "type"};

bool is_labelled(std::string_view kind) {
  return kind == "resource" || kind == "data" || kind == "ephemeral";
}

class Reader {
 public:
  explicit Reader(WrittenFile& file) : file_(file) {}

  void read(const HclBlock& top) {
    for (const HclBlock& block : top.blocks) {
      if (block.type == "locals") {
        for (const HclArgument& argument : block.arguments) declare_local(argument);
        continue;
      }
      Declaration made{.kind = block.type, .where = block.where};
      if (is_labelled(block.type)) {
        if (block.labels.size() != 2) continue;
        made.type = block.labels[0];
        made.name = block.labels[1];
      } else if (!block.labels.empty()) {
        made.name = block.labels[0];
      }
      made.body = body_of(block);
      file_.declarations.push_back(std::move(made));
    }
  }

  void read(const Node& root) {
    for (const Node section : root) {
      const std::string kind(section.key());
      if (kind == "//") continue;
      if (is_labelled(kind)) {
        each_member(section, [&](const Node& type) {
          each_member(type, [&](const Node& name) { declare(kind, std::string(type.key()), name); });
        });
      } else if (kind == "locals") {
        each_member(section, [&](const Node& local) { declare("local", {}, local); });
      } else if (kind == "terraform") {
        each_element(section, [&](const Node& body) {
          file_.declarations.push_back(
              {.kind = kind, .body = value_of(body, kind), .where = section.key_location()});
        });
      } else {
        each_member(section, [&](const Node& name) { declare(kind, {}, name); });
      }
    }
  }

 private:
  void declare_local(const HclArgument& argument) {
    file_.declarations.push_back(
        {.kind = "local",
         .name = argument.name,
         .body = read_expression(argument.text, argument.value, file_.references),
         .where = argument.where});
  }

  Written body_of(const HclBlock& block) {
    Written body{.kind = Written::Kind::object, .where = block.where};
    for (const HclArgument& argument : block.arguments) {
      // The type of a variable and the plain words of lifecycle refer to nothing.
      std::vector<WrittenReference> ignored;
      const bool words = argument.name == "ignore_changes" || argument.name == "provider" ||
                         argument.name == "providers" ||
                         (block.type == "variable" && argument.name == "type");
      body.members.push_back(
          {.name = argument.name,
           .where = argument.where,
           .form = Form::argument,
           .value = read_expression(argument.text, argument.value, words ? ignored : file_.references)});
    }
    for (const HclBlock& inner : block.blocks) {
      WrittenMember member{.name = inner.type, .where = inner.where, .form = Form::block};
      member.value = body_of(inner);
      if (inner.type == "dynamic" && !inner.labels.empty()) {
        // The block that it makes: its content is known, how many there are is not.
        member.name = inner.labels[0];
        const auto content = std::find_if(inner.blocks.begin(), inner.blocks.end(),
                                          [](const HclBlock& b) { return b.type == "content"; });
        member.value = content == inner.blocks.end() ? Written{} : body_of(*content);
        member.value.text = "dynamic";
        for (const HclArgument& argument : inner.arguments)
          read_expression(argument.text, argument.value, file_.references);
      }
      body.members.push_back(std::move(member));
    }
    return body;
  }

  template <class Take>
  static void each_element(const Node& node, const Take& take) {
    if (!node.is_array()) return take(node);
    for (const Node one : node) take(one);
  }
  template <class Take>
  static void each_member(const Node& node, const Take& take) {
    each_element(node, [&](const Node& one) {
      if (!one.is_object()) return;
      for (const Node member : one) {
        if (member.key() != "//") take(member);
      }
    });
  }

  void declare(const std::string& kind, const std::string& type, const Node& body) {
    file_.declarations.push_back({.kind = kind,
                                  .type = type,
                                  .name = std::string(body.key()),
                                  .body = value_of(body.is_array() ? body.at(0) : body, kind),
                                  .where = body.key_location()});
  }

  Written value_of(const Node& node, std::string_view around) {
    Written value{.where = node.location()};
    switch (node.kind()) {
      case document::Kind::null:
        value.kind = Written::Kind::null;
        break;
      case document::Kind::boolean:
        value.kind = Written::Kind::boolean;
        value.text = node.as_boolean() ? "true" : "false";
        break;
      case document::Kind::number:
        value.kind = Written::Kind::number;
        value.text = std::string(node.number_text());
        break;
      case document::Kind::string:
        return text_of(node, around);
      case document::Kind::array:
        value.kind = Written::Kind::list;
        for (const Node one : node) value.items.push_back(value_of(one, around));
        break;
      case document::Kind::object:
        value.kind = Written::Kind::object;
        for (const Node one : node) {
          if (one.key() == "//") continue;
          value.members.push_back({.name = std::string(one.key()),
                                   .where = one.key_location(),
                                   .value = value_of(one, one.key())});
        }
        break;
    }
    return value;
  }

  Written text_of(const Node& node, std::string_view around) {
    Location where = node.location_in_string(0);
    if (around == "depends_on" || around == "replace_triggered_by") {
      Written value = read_expression(node.as_string(), where, file_.references);
      value.kind = Written::Kind::unknown;
      return value;
    }
    if (std::find(plain_arguments.begin(), plain_arguments.end(), around) != plain_arguments.end() &&
        around != "type")
      return {.kind = Written::Kind::unknown, .where = std::move(where)};
    return read_template(node.as_string(), where, file_.references);
  }

  WrittenFile& file_;
};

}  // namespace

const Written* Written::find(std::string_view name) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const WrittenMember& one) { return one.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

Result<WrittenFile> parse_written(const std::string& file, std::string_view text) {
  WrittenFile out;
  if (file.ends_with(".json")) {
    const auto parsed = document::parse_json(file, std::string(text));
    if (!parsed) return parsed.failure();
    Reader(out).read((*parsed)->root());
    return out;
  }
  const Result<HclBlock> top = parse_hcl(file, text);
  if (!top) return top.failure();
  Reader(out).read(*top);
  return out;
}

}  // namespace tidegate::terraform
