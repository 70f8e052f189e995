// SPDX-License-Identifier: Apache-2.0
// Explicit bindings are collected as claims on leaves first, so that overlaps can be named with
// both bindings; then each leaf keeps the claims that do not collide: a path before literals, among
// literals the leftmost, at equal begin the longest.
#include "service/binding.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "document/write.hpp"
#include "service/derive.hpp"
#include "service/example.hpp"
#include "service/type_constraint.hpp"

namespace tidegate::service {

namespace {

using document::Node;

struct Claim {              // of one binding on one leaf
  std::size_t binding = 0;  // index into ServiceManifest::bindings
  std::size_t begin = 0;    // of a literal
  std::size_t size = 0;
  bool whole = false;
};

using LeafKey = std::pair<std::size_t, std::uint32_t>;  // object, node index

std::string leaf_source(const adf::Object& object, const Node& node) {
  return std::string(adf::folder_of(object.kind)) + "/" + object.name + "#" + node.pointer();
}

// Names of objects are no values: links and Terraform addresses are made of them.
bool is_identity(const Node& node) {
  const std::string_view key = node.key();
  if (key == "referenceName") return true;
  return (key == "name" || key == "type") && node.parent().index() == 0 &&
         node.parent().is_object();
}

struct LeafPath {  // "<folder>/<object or *>#<pointer>"
  std::string_view folder{};
  std::string_view object{};
  std::string_view pointer{};
};

LeafPath split_path(std::string_view path) {
  const std::size_t hash = path.find("#/");
  const std::string_view place = path.substr(0, hash);
  const std::size_t slash = place.rfind('/');
  return {.folder = place.substr(0, slash),
          .object = place.substr(slash + 1),
          .pointer = path.substr(hash + 1)};
}

class Binder {
 public:
  Binder(const adf::Factory& factory, const ServiceManifest& manifest, Diagnostics& diagnostics)
      : factory_(factory),
        manifest_(manifest),
        diagnostics_(diagnostics),
        used_(manifest.bindings.size(), false) {}

  Bindings run() {
    for (std::size_t i = 0; i < manifest_.bindings.size(); ++i) {
      const Binding& binding = manifest_.bindings[i];
      if (binding.variable.empty()) continue;  // the reader has reported it
      if (!binding.path.empty() && binding.path.find("#/") != std::string::npos) {
        claim_path(i, binding);
      }
    }
    claim_literals();
    report_unused();
    for (auto& [key, claims] : claims_) settle(key, claims);
    add_variables();
    return std::move(bindings_);
  }

 private:
  void claim_path(std::size_t index, const Binding& binding) {
    const LeafPath path = split_path(binding.path);
    std::vector<std::string> names;
    bool found_object = false;
    for (std::size_t i = 0; i < factory_.objects.size(); ++i) {
      const adf::Object& object = factory_.objects[i];
      if (!object.document || !equal_ignoring_case(adf::folder_of(object.kind), path.folder))
        continue;
      names.push_back(object.name);
      if (path.object != "*" && !equal_ignoring_case(object.name, path.object)) continue;
      found_object = true;
      const Node leaf = object.root().resolve_pointer(path.pointer);
      if (!leaf) continue;
      used_[index] = true;
      if (!type_holds(binding.type, leaf)) {
        report_type(binding, leaf);
        continue;
      }
      claims_[{i, leaf.index()}].push_back({.binding = index, .whole = true});
    }
    if (used_[index]) return;
    unused_hint_[index] = found_object ? "the object has nothing at " + std::string(path.pointer)
                                       : missing_object(path, names);
  }

  static std::string missing_object(const LeafPath& path, const std::vector<std::string>& names) {
    const std::optional<std::string> nearest = find_nearest(path.object, names);
    std::string hint = "there is no " + std::string(path.folder) + "/" + std::string(path.object);
    if (nearest) hint += "; did you mean \"" + *nearest + "\"?";
    return hint;
  }

  void report_type(const Binding& binding, const Node& leaf) {
    diagnostics_.error("service.manifest-invalid", binding.where,
                       "binding \"" + binding.variable + "\" has the type " + binding.type +
                           ", but " + to_string(leaf.location()) + " is of kind " +
                           std::string(document::to_string(leaf.kind())),
                       "write type: " + std::string(type_of(leaf)) +
                           (leaf.is_object() ? ", or bind a leaf inside the object" : ""));
  }

  void claim_literals() {
    std::vector<std::size_t> literals;
    for (std::size_t i = 0; i < manifest_.bindings.size(); ++i) {
      const Binding& binding = manifest_.bindings[i];
      if (!binding.variable.empty() && !binding.literal.empty()) literals.push_back(i);
    }
    if (literals.empty()) return;
    for (std::size_t i = 0; i < factory_.objects.size(); ++i) {
      if (!factory_.objects[i].document) continue;
      const document::Document& document = *factory_.objects[i].document;
      for (std::size_t n = 0; n < document.node_count(); ++n) {
        const Node node = document.node(static_cast<std::uint32_t>(n));
        if (node.is_string() && !is_identity(node)) claim_in(i, node, literals);
      }
    }
  }

  void claim_in(std::size_t object, const Node& node, const std::vector<std::size_t>& literals) {
    const std::string_view text = node.as_string();
    for (const std::size_t index : literals) {
      const std::string& literal = manifest_.bindings[index].literal;
      for (std::size_t at = text.find(literal); at != text.npos;
           at = text.find(literal, at + literal.size())) {
        used_[index] = true;
        claims_[{object, node.index()}].push_back(
            {.binding = index, .begin = at, .size = literal.size()});
      }
    }
  }

  void report_unused() {
    for (std::size_t i = 0; i < used_.size(); ++i) {
      const Binding& binding = manifest_.bindings[i];
      if (used_[i] || binding.variable.empty()) continue;
      const bool literal = !binding.literal.empty();
      if (!literal && binding.path.empty()) continue;
      diagnostics_.warning(
          "service.binding-unused", binding.where,
          "binding \"" + binding.variable + "\" matches nothing",
          literal ? "its literal occurs in no text of a Data Factory object (names of objects are "
                    "not bound); correct or remove it"
                  : unused_hint_[i]);
    }
  }

  // Drops claims that collide with an earlier one, and says so.
  void settle(const LeafKey& key, std::vector<Claim>& claims) {
    std::stable_sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
      if (a.whole != b.whole) return a.whole;
      if (a.begin != b.begin) return a.begin < b.begin;
      return a.size > b.size;
    });
    const adf::Object& object = factory_.objects[key.first];
    const Node node = object.document->node(key.second);
    if (const std::optional<std::size_t> above = bound_above(key.first, node)) {
      for (const Claim& claim : claims) report_overlap(*above, claim.binding, node);
      return;
    }
    std::vector<Claim> kept;
    for (const Claim& claim : claims) {
      const bool free = kept.empty() || (!kept.back().whole && !claim.whole &&
                                         claim.begin >= kept.back().begin + kept.back().size);
      if (free) {
        kept.push_back(claim);
      } else {
        report_overlap(kept.back().binding, claim.binding, node);
      }
    }
    keep(key.first, node, kept);
  }

  // A binding of an object or array that this node lies in.
  std::optional<std::size_t> bound_above(std::size_t object, const Node& node) const {
    for (Node above = node.parent(); above; above = above.parent()) {
      const auto found = claims_.find({object, above.index()});
      if (found != claims_.end() && found->second.front().whole)
        return found->second.front().binding;
    }
    return std::nullopt;
  }

  void report_overlap(std::size_t first, std::size_t second, const Node& node) {
    const auto pair = std::minmax(first, second);
    if (!overlaps_.insert({pair.first, pair.second}).second) return;
    const Binding& one = manifest_.bindings[pair.first];
    const Binding& other = manifest_.bindings[pair.second];
    diagnostics_.error("service.binding-overlap", other.where,
                       "bindings \"" + one.variable + "\" (" + to_string(one.where) + ") and \"" +
                           other.variable + "\" both match " + to_string(node.location()),
                       "make one literal or path more exact, so that each leaf has one binding");
  }

  void keep(std::size_t object, const Node& node, const std::vector<Claim>& kept) {
    BoundLeaf leaf{.object = object, .node = node};
    const Claim& first = kept.front();
    const std::string& variable = manifest_.bindings[first.binding].variable;
    const bool all = first.size == node.as_string().size() && kept.size() == 1;
    leaf.rule = first.whole ? "binding.path" : "binding.literal";
    if (first.whole || all) {
      leaf.whole = variable;
    } else {
      for (const Claim& claim : kept) {
        leaf.spans.push_back({.begin = claim.begin,
                              .size = claim.size,
                              .variable = manifest_.bindings[claim.binding].variable});
      }
    }
    for (const Claim& claim : kept) {
      place_.emplace(manifest_.bindings[claim.binding].variable, LeafKey(object, node.index()));
    }
    bindings_.leaves.push_back(std::move(leaf));
  }

  void add_variables() {
    std::map<std::string, EnvironmentVariable> variables;
    for (const Binding& binding : manifest_.bindings) {
      const auto place = place_.find(binding.variable);
      if (place == place_.end()) continue;
      EnvironmentVariable& variable = variables[binding.variable];
      const adf::Object& object = factory_.objects[place->second.first];
      const Node node = object.document->node(place->second.second);
      if (variable.name.empty()) {
        variable.name = binding.variable;
        variable.type = binding.type;
        variable.source = leaf_source(object, node);
        const std::string_view value = binding.literal.empty() ? node.as_string() : binding.literal;
        variable.example = make_example(binding.type, node.key(), value);
      }
      if (variable.description.empty()) variable.description = binding.description;
      variable.sensitive = variable.sensitive || binding.sensitive;
    }
    for (auto& [name, variable] : variables) bindings_.variables.push_back(std::move(variable));
  }

  const adf::Factory& factory_;
  const ServiceManifest& manifest_;
  Diagnostics& diagnostics_;
  Bindings bindings_{};
  std::vector<bool> used_{};
  std::map<std::size_t, std::string> unused_hint_{};
  std::map<LeafKey, std::vector<Claim>> claims_{};
  std::map<std::string, LeafKey> place_{};  // variable -> its first leaf
  std::set<std::pair<std::size_t, std::size_t>> overlaps_{};
};

Bindings derive_bindings(const adf::Factory& factory, Diagnostics& diagnostics) {
  Bindings bindings;
  for (const DerivedLeaf& leaf : find_environment_leaves(factory)) {
    const adf::Object& object = factory.objects[leaf.object];
    const std::string type(type_of(leaf.node));
    bindings.leaves.push_back({.object = leaf.object,
                               .node = leaf.node,
                               .whole = leaf.variable,
                               .rule = "binding.derived"});
    bindings.variables.push_back(
        {.name = leaf.variable,
         .type = type,
         .sensitive = leaf.sensitive,
         .description =
             leaf.property + " of " + std::string(adf::folder_of(object.kind)) + " " + object.name,
         .example = make_example(type, leaf.property, leaf.node.as_string()),
         .source = leaf_source(object, leaf.node)});
    bindings.derived.push_back(
        {.variable = leaf.variable, .json = document::render_canonical_json(leaf.node)});
    diagnostics.note(
        "service.binding-derived", leaf.node.location(),
        leaf.property + " is a value of the environment; variable \"" + leaf.variable +
            "\" stands for it",
        "its value goes to derived.tfvars.json; write bindings in tidegate.yaml to choose "
        "names yourself");
  }
  std::sort(bindings.variables.begin(), bindings.variables.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::sort(bindings.derived.begin(), bindings.derived.end(),
            [](const auto& a, const auto& b) { return a.variable < b.variable; });
  return bindings;
}

}  // namespace

Bindings bind_environment(const adf::Factory& factory, const ServiceManifest& manifest,
                          Diagnostics& diagnostics) {
  if (!manifest.bindings_given && manifest.bindings.empty())
    return derive_bindings(factory, diagnostics);
  return Binder(factory, manifest, diagnostics).run();
}

std::string render_derived(const Bindings& bindings) {
  std::string out = "{";
  for (const DerivedValue& value : bindings.derived) {
    out += out.size() > 1 ? ",\n  " : "\n  ";
    document::append_json_string(out, value.variable);
    out += ": " + value.json;
  }
  return out + (bindings.derived.empty() ? "}\n" : "\n}\n");
}

std::span<const BoundLeaf> leaves_of(const Bindings& bindings, std::size_t index) {
  const auto first = std::ranges::lower_bound(bindings.leaves, index, {}, &BoundLeaf::object);
  const auto last = std::ranges::upper_bound(bindings.leaves, index, {}, &BoundLeaf::object);
  return {first, last};
}

const BoundLeaf* find_leaf(std::span<const BoundLeaf> leaves, const Node& node) {
  const auto place = std::ranges::lower_bound(
      leaves, node.index(), {}, [](const BoundLeaf& leaf) { return leaf.node.index(); });
  return place != leaves.end() && place->node == node ? &*place : nullptr;
}

}  // namespace tidegate::service
