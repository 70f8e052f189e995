// SPDX-License-Identifier: Apache-2.0
#include "terraform/check_body.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "terraform/version_constraint.hpp"

namespace tidegate::terraform {

namespace {

using catalogue::Nesting;
using catalogue::SchemaAttribute;
using catalogue::SchemaBlock;
using catalogue::SchemaNested;
using catalogue::ValueType;
using Form = WrittenMember::Form;

constexpr std::array<std::string_view, 10> meta_arguments{
    "count",      "for_each",    "provider", "depends_on", "lifecycle",
    "connection", "provisioner", "alias",    "version",    "timeouts"};

bool is_meta(std::string_view name) {
  return std::find(meta_arguments.begin(), meta_arguments.end(), name) != meta_arguments.end();
}

std::string_view kind_word(Written::Kind kind) {
  constexpr std::array<std::string_view, 7> words{"an expression", "null",   "a bool",   "a number",
                                                  "a string",      "a list", "an object"};
  return words.at(static_cast<std::size_t>(kind));
}

std::string_view type_word(ValueType::Kind kind) {
  constexpr std::array<std::string_view, 9> words{"a string", "a number", "a bool", "a value", "a list",
                                                  "a set",    "a map",    "an object", "a tuple"};
  return words.at(static_cast<std::size_t>(kind));
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789+-.eE") == text.npos &&
         text.find_first_of("0123456789") != text.npos;
}

class Checker {
 public:
  Checker(const BodyContext& context, Diagnostics& diagnostics)
      : context_(context), diagnostics_(diagnostics) {}

  void block(const Written& body, const SchemaBlock& schema, const std::string& path, bool top) {
    if (body.kind != Written::Kind::object) return;
    for (const WrittenMember& member : body.members) {
      if (top && is_meta(member.name) && schema.find_attribute(member.name) == nullptr &&
          schema.find_block(member.name) == nullptr)
        continue;
      const SchemaAttribute* attribute = schema.find_attribute(member.name);
      const SchemaNested* nested = schema.find_block(member.name);
      if (attribute != nullptr) {
        given(member, *attribute, path);
      } else if (nested != nullptr) {
        given(member, *nested, path);
      } else if (!(top && member.name == "dynamic")) {
        unknown(member, schema, path);
      }
    }
    // A dynamic block of JSON syntax may stand for any of them.
    const bool complete = body.find("dynamic") == nullptr;
    for (const SchemaAttribute& attribute : schema.attributes) {
      if (!attribute.required || (top && context_.is_provider)) continue;
      const Written* value = body.find(attribute.name);
      if (value == nullptr || value->kind == Written::Kind::null)
        missing(body.where, path + attribute.name, "argument");
    }
    for (const SchemaNested& nested : schema.blocks) {
      if (complete && nested.least > 0 && body.find(nested.name) == nullptr)
        missing(body.where, path + nested.name, "block");
    }
  }

 private:
  void report(const char* code, const Location& where, std::string message, std::string hint) {
    diagnostics_.add({.code = code,
                      .severity = context_.severity,
                      .where = where,
                      .message = context_.subject + " " + std::move(message) + " (" +
                                 context_.release + ")",
                      .hint = std::move(hint)});
  }

  void missing(const Location& where, const std::string& path, const std::string& what) {
    report("terraform.missing-argument", where, "lacks the " + what + " " + path,
           "the provider requires it: write it");
  }

  void wrong(const Location& where, const std::string& path, std::string found, std::string expected,
             std::string hint = {}) {
    report("terraform.wrong-value", where,
           "has " + std::move(found) + " for " + path + ", expected " + std::move(expected),
           std::move(hint));
  }

  void unknown(const WrittenMember& member, const SchemaBlock& schema, const std::string& path) {
    std::vector<std::string> known;
    for (const SchemaAttribute& one : schema.attributes) {
      if (one.required || one.optional) known.push_back(one.name);
    }
    for (const SchemaNested& one : schema.blocks) known.push_back(one.name);
    const std::optional<std::string> nearest = find_nearest(member.name, known);
    report("terraform.unknown-argument", member.where,
           "has no " + std::string(member.form == Form::block ? "block" : "argument") + " " +
               printable(path + member.name),
           nearest ? "did you mean \"" + *nearest + "\"?"
                   : "known: " + shortened(join(known, ", "), 300));
  }

  void given(const WrittenMember& member, const SchemaAttribute& attribute, const std::string& path) {
    const std::string name = path + attribute.name;
    if (!attribute.required && !attribute.optional && member.value.kind != Written::Kind::null) {
      report("terraform.read-only-argument", member.where,
             "sets " + name + ", which the provider computes", "remove it");
      return;
    }
    if (member.form == Form::block) {
      // Lists of objects of old providers may be written as blocks.
      const ValueType::Kind kind = attribute.type.kind;
      const bool list = (kind == ValueType::Kind::list || kind == ValueType::Kind::set) &&
                        attribute.type.elements[0].kind == ValueType::Kind::object;
      if (attribute.nesting != Nesting::none || !list) {
        wrong(member.where, name, "a block", "an argument",
              "write it with '=': " + attribute.name + " = …");
      }
      return;
    }
    if (attribute.nesting != Nesting::none) return nested_value(member.value, attribute, name);
    value(member.value, attribute.type, name);
  }

  void nested_value(const Written& found, const SchemaAttribute& attribute, const std::string& name) {
    if (found.kind == Written::Kind::unknown || found.kind == Written::Kind::null) return;
    const bool list = attribute.nesting == Nesting::list || attribute.nesting == Nesting::set;
    if (found.kind != (list ? Written::Kind::list : Written::Kind::object)) {
      wrong(found.where, name, std::string(kind_word(found.kind)), list ? "a list of objects" : "an object");
    } else if (list) {
      for (const Written& item : found.items) block(item, *attribute.inner, name + ".", false);
    } else if (attribute.nesting == Nesting::map) {
      for (const WrittenMember& item : found.members) block(item.value, *attribute.inner, name + ".", false);
    } else {
      block(found, *attribute.inner, name + ".", false);
    }
  }

  void given(const WrittenMember& member, const SchemaNested& nested, const std::string& path) {
    const std::string name = path + nested.name;
    if (member.form == Form::argument) {
      wrong(member.where, name, "an argument", "a block", "write it without '=': " + nested.name + " { … }");
      return;
    }
    const Written& found = member.value;
    if (found.kind == Written::Kind::object) {
      block_value(found, nested, name);
    } else if (found.kind == Written::Kind::list) {
      for (const Written& item : found.items) block_value(item, nested, name);
      if (nested.most > 0 && found.items.size() > nested.most) {
        wrong(member.where, name, counted(found.items.size(), "block"),
              "at most " + std::to_string(nested.most));
      }
    } else if (found.kind != Written::Kind::unknown && found.kind != Written::Kind::null) {
      wrong(found.where, name, std::string(kind_word(found.kind)), "a block");
    }
  }

  void block_value(const Written& found, const SchemaNested& nested, const std::string& name) {
    const bool labelled = nested.nesting == Nesting::map;
    if (labelled && !found.members.empty() && found.members[0].form == Form::either) {
      for (const WrittenMember& one : found.members) block(one.value, *nested.block, name + ".", false);
    } else {
      block(found, *nested.block, name + ".", false);
    }
  }

  void value(const Written& found, const ValueType& type, const std::string& name) {
    using K = Written::Kind;
    if (found.kind == K::unknown || found.kind == K::null) return;
    const auto refuse = [&] {
      const bool shown = found.kind == K::text || found.kind == K::number || found.kind == K::boolean;
      // The value itself may be a secret.
      wrong(found.where, name, std::string(kind_word(found.kind)), std::string(type_word(type.kind)),
            shown ? "Terraform does not turn one into the other" : "");
    };
    switch (type.kind) {
      case ValueType::Kind::any:
        return;
      case ValueType::Kind::text:
        if (found.kind == K::list || found.kind == K::object) refuse();
        return;
      case ValueType::Kind::number:
        if (found.kind != K::number && !(found.kind == K::text && is_number(found.text))) refuse();
        return;
      case ValueType::Kind::boolean:
        if (found.kind != K::boolean && !(found.kind == K::text && (found.text == "true" || found.text == "false")))
          refuse();
        return;
      case ValueType::Kind::list:
      case ValueType::Kind::set:
      case ValueType::Kind::tuple:
        if (found.kind != K::list) return refuse();
        for (std::size_t i = 0; i < found.items.size(); ++i) {
          const bool tuple = type.kind == ValueType::Kind::tuple;
          if (tuple && i >= type.elements.size()) break;
          value(found.items[i], type.elements[tuple ? i : 0], name);
        }
        return;
      case ValueType::Kind::map:
        if (found.kind != K::object) return refuse();
        for (const WrittenMember& one : found.members) value(one.value, type.elements[0], name + "." + one.name);
        return;
      case ValueType::Kind::object:
        if (found.kind != K::object) return refuse();
        for (const WrittenMember& one : found.members) {
          for (const auto& known : type.attributes) {
            if (known.first == one.name) value(one.value, known.second, name + "." + one.name);
          }
        }
        return;
    }
  }

  const BodyContext& context_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_body(const Written& body, const SchemaBlock& schema, const BodyContext& context,
                Diagnostics& diagnostics) {
  Checker(context, diagnostics).block(body, schema, "", true);
  // HCL blocks of one name stand one after the other.
  for (const SchemaNested& nested : schema.blocks) {
    const auto count = static_cast<std::size_t>(std::count_if(
        body.members.begin(), body.members.end(), [&](const WrittenMember& member) {
          return member.name == nested.name && member.form == Form::block && member.value.text != "dynamic";
        }));
    const std::size_t most = nested.nesting == Nesting::single ? 1 : nested.most;
    if (most == 0 || count <= most) continue;
    diagnostics.add({.code = "terraform.wrong-value",
                     .severity = context.severity,
                     .where = body.where,
                     .message = context.subject + " has " + counted(count, "block") + " " + nested.name +
                                ", expected at most " + std::to_string(most) + " (" + context.release + ")",
                     .hint = "merge them"});
  }
}

}  // namespace tidegate::terraform
