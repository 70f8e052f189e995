// SPDX-License-Identifier: Apache-2.0
// Breadth first, so that the first library of a key that is met is the nearest. A library that loses
// is not followed, but it may widen the scope of the one that won: scopes are settled afterwards.
#include "spark/maven/resolve.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "base/text.hpp"

namespace tidegate::spark::maven {
namespace {

constexpr std::size_t most_libraries = 5000;
constexpr int most_relocations = 16;

struct Ask {  // a library is asked for: by the project, or by the node `parent`
  ModelDependency dependency{};
  std::size_t parent = 0;  // index of the node
  bool direct = false;
};

struct Node {
  Coordinates file{};
  std::string scope{};
  std::vector<std::pair<std::size_t, std::string>> asked{};  // by the node, with this scope
  bool direct = false;
  std::size_t parent = 0;
  std::vector<Exclusion> exclusions{};  // of the whole way here
  Location where{};
};

bool is_excluded(const std::vector<Exclusion>& all, const Coordinates& file) {
  return std::any_of(all.begin(), all.end(), [&](const Exclusion& one) {
    return (one.group == "*" || one.group == file.group) &&
           (one.artifact == "*" || one.artifact == file.artifact);
  });
}

// Wide scopes first. Nothing: the dependency is not handed on.
constexpr std::array<std::string_view, 4> scopes{"compile", "runtime", "provided", "test"};
std::size_t width(std::string_view scope) {
  return static_cast<std::size_t>(std::find(scopes.begin(), scopes.end(), scope) - scopes.begin());
}

std::string derived_scope(const std::string& parent, const std::string& own) {
  if (parent == "compile") return own;  // compile or runtime
  return parent;
}

class Resolver {
 public:
  Resolver(const Model& project, ModelBuilder& builder, Diagnostics& diagnostics)
      : builder_(builder), diagnostics_(diagnostics) {
    for (const ModelDependency& one : project.managed) managed_.emplace(one.file.key(), &one);
    for (const ModelDependency& one : project.dependencies) {
      queue_.push_back({.dependency = one, .direct = true});
    }
  }

  std::vector<ResolvedDependency> run() {
    for (std::size_t i = 0; i < queue_.size(); ++i) {
      const Ask ask = std::move(queue_[i]);
      visit(ask);
      if (nodes_.size() > most_libraries) {
        diagnostics_.error("spark.unresolved-dependency", nodes_.front().where,
                           "the dependencies need more than 5,000 libraries",
                           "exclude what the service does not use");
        return {};
      }
    }
    settle_scopes();
    return collect();
  }

 private:
  void visit(const Ask& ask) {
    ModelDependency one = ask.dependency;
    const Location where = ask.direct ? one.where : nodes_[ask.parent].where;
    if (!ask.direct) manage(one);
    if (one.scope == "system") {
      return report("spark.unresolved-dependency", one.file, where, ask,
                    "has the scope system: it lies on one machine only",
                    "put the jar into the service, or take it from a repository");
    }
    if (const auto known = by_key_.find(one.file.key()); known != by_key_.end()) {
      if (!ask.direct) nodes_[known->second].asked.emplace_back(ask.parent, one.scope);
      return;
    }
    if (!check_version(one, where, ask)) return;
    add(one, where, ask);
  }

  void add(ModelDependency& one, const Location& where, const Ask& ask) {
    Node node{.file = one.file,
              .scope = ask.direct ? one.scope : derived_scope(nodes_[ask.parent].scope, one.scope),
              .direct = ask.direct,
              .parent = ask.parent,
              .exclusions = ask.direct ? std::vector<Exclusion>() : nodes_[ask.parent].exclusions,
              .where = where};
    if (!ask.direct) node.asked.emplace_back(ask.parent, one.scope);
    node.exclusions.insert(node.exclusions.end(), one.exclusions.begin(), one.exclusions.end());
    const std::shared_ptr<const Model> model = find_model(node, ask);
    const std::size_t index = nodes_.size();
    const auto [at, is_new] = by_key_.emplace(node.file.key(), index);
    by_key_.emplace(ask.dependency.file.key(), at->second);  // also under the name before it moved
    if (!is_new) {  // it moved to a library that is there
      if (!ask.direct) nodes_[at->second].asked.emplace_back(ask.parent, one.scope);
      return;
    }
    const std::vector<Exclusion> excluded = node.exclusions;
    nodes_.push_back(std::move(node));
    if (!model) return;
    for (const ModelDependency& next : model->dependencies) {
      if (next.optional || (next.scope != "compile" && next.scope != "runtime")) continue;
      if (is_excluded(excluded, next.file)) continue;
      queue_.push_back({.dependency = next, .parent = index});
    }
  }

  // The POM of the library, behind its relocations; nothing after a finding.
  std::shared_ptr<const Model> find_model(Node& node, const Ask& ask) {
    for (int moved = 0; moved < most_relocations; ++moved) {
      const auto model = builder_.find(pom_of(node.file));
      if (!model) {
        Diagnostic failure = model.failure();
        if (failure.where.file.empty()) failure.where = node.where;
        if (failed_.insert(failure.code + failure.where.file + failure.message).second) {
          failure.message += way_of(ask);
          diagnostics_.add(std::move(failure));
        }
        return nullptr;
      }
      const std::optional<Coordinates>& to = (*model)->relocated;
      if (!to) return *model;
      if (!to->group.empty()) node.file.group = to->group;
      if (!to->artifact.empty()) node.file.artifact = to->artifact;
      if (!to->version.empty()) node.file.version = to->version;
      if (!is_safe(node.file)) break;
    }
    report("spark.unresolved-dependency", node.file, node.where, ask, "is moved in a circle",
           "name the library at its new place");
    return nullptr;
  }

  // Behind the direct ones the project's own management has the last word.
  void manage(ModelDependency& one) const {
    const auto found = managed_.find(one.file.key());
    if (found == managed_.end()) return;
    const ModelDependency& by = *found->second;
    if (!by.file.version.empty()) one.file.version = by.file.version;
    if (!by.scope.empty()) one.scope = by.scope;
    one.exclusions.insert(one.exclusions.end(), by.exclusions.begin(), by.exclusions.end());
  }

  bool check_version(const ModelDependency& one, const Location& where, const Ask& ask) {
    const std::string& version = one.file.version;
    std::optional<std::string> reason = unpinned_reason(version);
    if (version.empty()) reason = "is missing";
    if (version.find("${") != std::string::npos) reason = "names a property that nothing defines";
    if (reason) {
      report("spark.unpinned-dependency", one.file, where, ask,
             "has the version '" + printable(version) + "', which " + *reason,
             ask.direct ? "write one exact version, so that every build takes the same bytes"
                        : "name an exact version of it in the <dependencyManagement> of your POM");
      return false;
    }
    if (is_safe(one.file)) return true;
    report("spark.unresolved-dependency", one.file, where, ask, "has coordinates that are no path",
           "use letters, digits, '.', '-' and '_'");
    return false;
  }

  std::vector<std::string> way_to(const Ask& ask) const {
    std::vector<std::string> way;
    if (ask.direct) return way;
    for (std::size_t at = ask.parent;; at = nodes_[at].parent) {
      way.push_back(nodes_[at].file.text());
      if (nodes_[at].direct) break;
    }
    std::reverse(way.begin(), way.end());
    return way;
  }

  std::string way_of(const Ask& ask) const {
    const std::vector<std::string> way = way_to(ask);
    return way.empty() ? std::string() : " (needed by " + printable(join(way, " > ")) + ")";
  }

  void report(const char* code, const Coordinates& file, const Location& where, const Ask& ask,
              const std::string& what, const std::string& hint) {
    diagnostics_.error(code, where, printable(file.key()) + " " + what + way_of(ask), hint);
  }

  // A direct dependency keeps its scope; the others take the widest of those that ask for them.
  void settle_scopes() {
    for (bool changed = true; changed;) {
      changed = false;
      for (Node& node : nodes_) {
        if (node.direct) continue;
        for (const auto& [parent, own] : node.asked) {
          const std::string scope = derived_scope(nodes_[parent].scope, own);
          if (width(scope) >= width(node.scope)) continue;
          node.scope = scope;
          changed = true;
        }
      }
    }
  }

  std::vector<ResolvedDependency> collect() const {
    std::vector<ResolvedDependency> all;
    for (const Node& node : nodes_) {
      all.push_back({.file = node.file,
                     .scope = node.scope,
                     .via = way_to({.parent = node.parent, .direct = node.direct}),
                     .where = node.where});
    }
    std::sort(all.begin(), all.end(), [](const ResolvedDependency& a, const ResolvedDependency& b) {
      return a.file.text() < b.file.text();
    });
    return all;
  }

  ModelBuilder& builder_;
  Diagnostics& diagnostics_;
  std::map<std::string, const ModelDependency*> managed_{};
  std::vector<Ask> queue_{};
  std::vector<Node> nodes_{};
  std::map<std::string, std::size_t> by_key_{};
  std::set<std::string> failed_{};
};

}  // namespace

std::vector<ResolvedDependency> resolve_dependencies(const Model& project, ModelBuilder& builder,
                                                     Diagnostics& diagnostics) {
  return Resolver(project, builder, diagnostics).run();
}

}  // namespace tidegate::spark::maven
