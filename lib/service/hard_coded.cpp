// SPDX-License-Identifier: Apache-2.0
#include "service/hard_coded.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "service/environment_scan.hpp"

namespace tidegate::service {

namespace {

using document::Node;

class Search {
 public:
  Search(std::span<const BoundLeaf> leaves, Severity severity, Diagnostics& diagnostics)
      : leaves_(leaves), severity_(severity), diagnostics_(diagnostics) {}

  // All of it is packed, but for what the service writes by itself.
  void look_at(const adf::Object& object) {
    unpacked_ = adf::written_by_service(object, adf::FactoryOwner::service);
    for (const Node member : object.root()) walk(member);
  }

 private:
  void walk(const Node& node) {
    if (std::ranges::find(unpacked_, node) != unpacked_.end()) return;
    const BoundLeaf* leaf = find_leaf(leaves_, node);
    const bool bound = leaf != nullptr && !leaf->whole.empty();
    if (equal_ignoring_case(node.key(), "encryptedCredential"))
      return check_credential(node, bound);
    if (bound) return;
    if (node.is_string()) search(node, leaf);
    for (const Node child : node) walk(child);
  }

  void check_credential(const Node& node, bool bound) {
    const std::string_view text = node.as_string();
    if (text.starts_with('@') || text.find_first_not_of('*') == std::string_view::npos) return;
    diagnostics_.add({.code = "adf.encrypted-credential",
                      .severity = bound ? Severity::note : Severity::error,
                      .where = node.location(),
                      .message = "encryptedCredential works in the one factory that made it",
                      .hint = bound
                                  ? "use a Key Vault secret"
                                  : "use a Key Vault secret, or bind it to a sensitive variable"});
  }

  void search(const Node& node, const BoundLeaf* leaf) {
    const std::string_view text = node.as_string();
    for (const EnvironmentHit& hit : find_environment_values(text)) {
      if (hit.kind == EnvironmentKind::segment || is_bound(hit, leaf)) continue;
      const std::string value(text.substr(hit.begin, hit.size));
      if (!seen_.insert(to_lower(value)).second) continue;
      diagnostics_.add(
          {.code = "adf.hard-coded-environment",
           .severity = severity_,
           .where = node.location_in_string(hit.begin),
           .message = "\"" + value + "\" belongs to one environment and goes into the artifact as it is",
           .hint = "bind it to a variable: bindings in tidegate.yaml"});
    }
  }

  static bool is_bound(const EnvironmentHit& hit, const BoundLeaf* leaf) {
    return leaf != nullptr && std::ranges::any_of(leaf->spans, [&](const BoundSpan& span) {
             return hit.begin < span.begin + span.size && span.begin < hit.begin + hit.size;
           });
  }

  const std::span<const BoundLeaf> leaves_;  // of this object
  const Severity severity_;
  Diagnostics& diagnostics_;
  std::vector<Node> unpacked_{};
  std::set<std::string> seen_{};
};

// False only if no string of the document can hold anything that is looked for: one pass over the
// text is cheaper than a walk.
bool may_hold_values(const document::Document& document) {
  const std::string& text = document.text();
  return document.hides_characters() || holds_environment_value(text) || text.find("redential") != std::string::npos;
}

}  // namespace

void check_hard_coded(const adf::Factory& factory, const Bindings& bindings, Severity severity,
                      Diagnostics& diagnostics) {
  std::vector<Diagnostics> findings(factory.objects.size());
  for_each_index(findings.size(), [&](std::size_t i) {
    const adf::Object& object = factory.objects[i];
    if (object.kind == adf::ObjectKind::synapse) return;  // never packed
    if (!may_hold_values(*object.document)) return;
    Search(leaves_of(bindings, i), severity, findings[i]).look_at(object);
  });
  for (Diagnostics& some : findings) diagnostics.append(std::move(some));
}

}  // namespace tidegate::service
