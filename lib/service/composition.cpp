// SPDX-License-Identifier: Apache-2.0
#include "service/composition.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

#include "base/text.hpp"
#include "service/neighbours.hpp"
#include "service/observe.hpp"

namespace tidegate::service {

namespace {

using adf::ObjectKind;
using document::Node;

bool holds_ignoring_case(std::string_view text, std::string_view part) {
  return to_lower(text).find(to_lower(part)) != std::string::npos;
}

// False only if nothing in the document can be an activity that calls an address: nearly all pipelines have none.
bool may_hold_web_activity(const document::Document& document) {
  const std::string& text = document.text();
  return document.hides_characters() || text.find("WebActivity") != std::string::npos ||
         text.find("WebHook") != std::string::npos;
}

// ---- pipelines of other services ----

void check_create_run(const Node& node, Diagnostics& diagnostics) {
  const std::string_view type = node["type"].as_string();
  if (type == "WebActivity" || type == "WebHook") {
    const Node url = node["typeProperties"]["url"];
    const Node text = url.is_object() ? url["value"] : url;
    if (holds_ignoring_case(text.as_string(), "/pipelines/") && holds_ignoring_case(text.as_string(), "/createRun")) {
      diagnostics.error("service.run-time-sub-pipeline", text.location(),
                        "starts a pipeline by its REST interface: at run time a service depends on data "
                        "of other services only, never on their pipelines",
                        "copy the pipeline into this repository, or read the dataset that it produces");
    }
  }
  for (const Node child : node) {
    if (child.is_object() || child.is_array()) check_create_run(child, diagnostics);
  }
}

void check_sub_pipelines(const CompositionInput& input, Diagnostics& diagnostics) {
  for (const adf::Reference& reference : input.factory.references) {
    const bool called = reference.kind == ObjectKind::pipeline && reference.external &&
                        input.factory.objects[reference.from].kind == ObjectKind::pipeline;
    if (!called) continue;
    diagnostics.error("service.run-time-sub-pipeline", reference.node["referenceName"].location(),
                      "calls the pipeline \"" + printable(reference.name) + "\" of another service",
                      "copy the pipeline into this repository, or read the dataset that it produces");
  }
  for (const adf::Object& object : input.factory.objects) {
    if (object.kind != ObjectKind::pipeline || !object.document) continue;
    if (may_hold_web_activity(*object.document))
      check_create_run(object.properties()["activities"], diagnostics);
  }
}

// ---- what is read and written ----

struct Declared {
  std::string dataset{};
  std::string adf{};
  std::vector<Place> places{};
  const Produced* produced = nullptr;
  const Consumed* consumed = nullptr;
};

Relation best(const Declared& declared, const PlacedAccess& access) {
  if (!declared.adf.empty() && equal_ignoring_case(declared.adf, access.dataset)) return Relation::certain;
  Relation found = Relation::apart;
  for (const Place& place : declared.places) found = std::max(found, relation(place, access.place));
  return found;
}

Neighbours neighbours_of(const std::vector<Declared>& all) {
  Neighbours out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].adf.empty()) out.add_name(all[i].adf, i);
    for (const Place& place : all[i].places) out.add_place(place, i);
  }
  return out;
}

class Composition {
 public:
  Composition(const CompositionInput& input, Diagnostics& diagnostics)
      : input_(input), manifest_(input.manifest), diagnostics_(diagnostics), accesses_(observe(input.factory)) {
    std::erase_if(accesses_, [this](const Access& access) { return is_missing(access.dataset); });
    for (const Produced& one : manifest_.produces) {
      Declared& made = produced_.emplace_back();
      made = {.dataset = one.dataset, .adf = one.adf, .produced = &one};
      if (!one.linked_service.empty()) made.places.push_back(place_of_path(one.linked_service, one.path));
      add_place(made);
    }
    for (const Consumed& one : manifest_.consumes) {
      Declared& made = consumed_.emplace_back();
      made = {.dataset = one.dataset, .adf = one.adf, .consumed = &one};
      add_place(made);
    }
    near_produced_ = neighbours_of(produced_);
    near_consumed_ = neighbours_of(consumed_);
    for (std::size_t i = 0; i < accesses_.size(); ++i) {
      if (accesses_[i].kind == Access::Kind::read) continue;
      changing_.add_name(accesses_[i].dataset, i);
      changing_.add_place(accesses_[i].place, i);
    }
  }

  void run() {
    check_inputs();
    check_outputs();
    check_mutations();
    check_writers();
    check_common_parent();
  }

 private:
  // adf.unresolved-reference says so; where it lies, nobody knows.
  bool is_missing(std::string_view dataset) const {
    return !dataset.empty() && input_.factory.find(ObjectKind::dataset, dataset) == nullptr &&
           std::none_of(manifest_.external.begin(), manifest_.external.end(),
                        [&](const std::string& name) { return equal_ignoring_case(name, dataset); }) &&
           std::none_of(manifest_.consumes.begin(), manifest_.consumes.end(),
                        [&](const Consumed& one) { return equal_ignoring_case(one.adf, dataset); });
  }

  void add_place(Declared& declared) const {
    const adf::Object* dataset = input_.factory.find(ObjectKind::dataset, declared.adf);
    if (dataset != nullptr) declared.places.push_back(place_of_dataset(*dataset));
  }

  static Relation strongest(const std::vector<Declared>& all, const Neighbours& near, const PlacedAccess& access) {
    if (!near.named(access.dataset).empty()) return Relation::certain;
    Relation found = Relation::apart;
    for (const std::size_t i : near.near(access.place))
      found = std::max(found, best(all[i], access));
    return found;
  }
  Relation as_produced(const PlacedAccess& access) const { return strongest(produced_, near_produced_, access); }
  Relation as_consumed(const PlacedAccess& access) const { return strongest(consumed_, near_consumed_, access); }

  // What writes or changes something that may be this dataset, in order.
  std::vector<std::size_t> changes_near(const Declared& one) const {
    std::vector<std::size_t> out;
    const auto add = [&](std::span<const std::size_t> some) { out.insert(out.end(), some.begin(), some.end()); };
    if (!one.adf.empty()) add(changing_.named(one.adf));
    for (const Place& place : one.places) add(changing_.near(place));
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  std::string described(const PlacedAccess& access) const {
    std::string text = "dataset \"" + printable(access.dataset) + "\"";
    if (!access.place.segments.empty()) text += " (" + printable(to_string(access.place)) + ")";
    return text;
  }

  // Written by this service: data that it keeps for itself.
  bool is_own(const PlacedAccess& read) const {
    const auto is_written = [&](std::size_t i) { return accesses_[i].kind == Access::Kind::write; };
    const auto same_name = changing_.named(read.dataset);
    if (std::any_of(same_name.begin(), same_name.end(), is_written)) return true;
    const std::vector<std::size_t> beside = changing_.near(read.place);
    return std::any_of(beside.begin(), beside.end(), [&](std::size_t i) {
      return is_written(i) && relation(accesses_[i].place, read.place) == Relation::certain;
    });
  }

  void check_inputs() {
    std::set<std::string> said;
    for (const PlacedAccess& access : accesses_) {
      if (access.kind != Access::Kind::read || said.contains(to_lower(access.dataset))) continue;
      const Relation known = std::max(as_produced(access), as_consumed(access));
      if (known == Relation::certain || is_own(access) || inside_common_parent(access.place)) continue;
      said.insert(to_lower(access.dataset));
      const bool decided = manifest_.consumes_given && !access.place.open && known == Relation::apart;
      diagnostics_.add({.code = "service.undeclared-input",
                        .severity = decided ? Severity::error : Severity::note,
                        .where = access.where(),
                        .message = "reads " + described(access) + ", which is neither produced nor consumed",
                        .hint = "add it to consumes in tidegate.yaml: who produces it must know its readers"});
    }
  }

  void check_outputs() {
    if (!manifest_.produces_given) return;
    std::set<std::string> said;
    for (const PlacedAccess& access : accesses_) {
      if (access.kind != Access::Kind::write || said.contains(to_lower(access.dataset))) continue;
      const Relation known = as_produced(access);
      if (known == Relation::certain || as_consumed(access) == Relation::certain) continue;
      if (inside_common_parent(access.place)) continue;
      said.insert(to_lower(access.dataset));
      diagnostics_.add({.code = "service.undeclared-output",
                        .severity = known == Relation::possible || access.place.open ? Severity::note : Severity::warning,
                        .where = access.where(),
                        .message = "writes " + described(access) + ", which lies outside of everything that the service produces",
                        .hint = "add it to produces in tidegate.yaml, or write below the location of a produced dataset"});
    }
  }

  // Working data beside the outputs, in the container (or schema) of the service itself.
  bool inside_common_parent(const Place& place) const {
    return std::any_of(produced_.begin(), produced_.end(), [&](const Declared& one) {
      return std::any_of(one.places.begin(), one.places.end(), [&](const Place& known) {
        return known.linked_service == place.linked_service && !known.segments.empty() &&
               !place.segments.empty() && known.segments.size() > 1 &&
               equal_ignoring_case(known.segments[0], place.segments[0]) &&
               equal_ignoring_case(known.segments[0], manifest_.service);
      });
    });
  }

  void check_mutations() {
    for (const Declared& one : consumed_) {
      for (const std::size_t i : changes_near(one)) {
        const PlacedAccess& access = accesses_[i];
        const Relation found = best(one, access);
        if (found == Relation::apart || as_produced(access) == Relation::certain) continue;
        diagnostics_.add({.code = "service.consumer-mutates-input",
                          .severity = found == Relation::certain ? Severity::error : Severity::note,
                          .where = access.where(),
                          .message = std::string(access.kind == Access::Kind::write ? "writes " : "changes rows of ") +
                                     described(access) + ", which is consumed dataset \"" + one.dataset + "\" of " +
                                     (one.consumed->from.empty() ? "another service" : one.consumed->from),
                          .hint = "write to a location of your own; only its producer changes a dataset"});
        break;
      }
    }
  }

  // The pipelines that `index` runs, itself included.
  const std::set<std::size_t>& called_by(std::size_t index) {
    const auto [place, is_new] = calls_.try_emplace(index);
    if (!is_new) return place->second;
    std::vector<std::size_t> open{index};
    std::set<std::size_t> found{index};
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      for (const std::size_t next : input_.factory.dependencies_of(at)) {
        if (input_.factory.objects[next].kind == ObjectKind::pipeline && found.insert(next).second) open.push_back(next);
      }
    }
    place->second = std::move(found);
    return place->second;
  }

  bool one_call_tree(std::size_t a, std::size_t b) {
    if (a == b) return true;
    for (std::size_t i = 0; i < input_.factory.objects.size(); ++i) {
      if (input_.factory.objects[i].kind != ObjectKind::pipeline) continue;
      const std::set<std::size_t>& all = called_by(i);
      if (all.contains(a) && all.contains(b)) return true;
    }
    return false;
  }

  void check_writers() {
    for (const Declared& one : produced_) {
      const Produced& produced = *one.produced;
      const bool mergeable = produced.format == "delta" || produced.format == "table" || produced.format.empty();
      if (mergeable && produced.mode != "overwrite") continue;
      const PlacedAccess* first = nullptr;
      for (const std::size_t i : changes_near(one)) {
        const PlacedAccess& access = accesses_[i];
        if (access.kind != Access::Kind::write || best(one, access) != Relation::certain) continue;
        if (first == nullptr) {
          first = &access;
          continue;
        }
        // Different folders below the produced location are different data.
        const bool same = relation(first->place, access.place) == Relation::certain;
        if (!same || one_call_tree(first->pipeline, access.pipeline)) continue;
        diagnostics_.warning("service.aggregation-not-mergeable", access.where(),
                             "pipelines " + input_.factory.objects[first->pipeline].name + " and " +
                                 input_.factory.objects[access.pipeline].name + " both write dataset \"" +
                                 one.dataset + "\", " + (mergeable ? "and it is overwritten" : "which is " + produced.format) +
                                 ": runs at the same time lose each other's rows",
                             "use Delta with append or merge, or call both from one pipeline");
        break;
      }
    }
  }

  void check_common_parent() {
    if (manifest_.produces.size() < 2) return;
    const Declared& first = produced_[0];
    for (const Declared& one : produced_) {
      if (first.places.empty() || one.places.empty()) continue;
      const Place& a = first.places[0];
      const Place& b = one.places[0];
      if (a.segments.empty() || b.segments.empty()) continue;
      if (a.linked_service == b.linked_service && equal_ignoring_case(a.segments[0], b.segments[0])) continue;
      diagnostics_.warning("service.many-outputs", one.produced->where,
                           "dataset \"" + one.dataset + "\" (" + to_string(b) + ") has no parent location in common with \"" +
                               first.dataset + "\" (" + to_string(a) + ")",
                           "a service has one cohesive output: make two services of it, or move the data together");
      return;
    }
  }

  const CompositionInput& input_;
  const ServiceManifest& manifest_;
  Diagnostics& diagnostics_;
  std::vector<PlacedAccess> accesses_;
  std::vector<Declared> produced_{}, consumed_{};
  Neighbours near_produced_{}, near_consumed_{};  // indices into these
  Neighbours changing_{};                         // indices of accesses that write or change
  std::map<std::size_t, std::set<std::size_t>> calls_{};
};

// ---- contracts of producers ----

void check_foreign(const CompositionInput& input, Diagnostics& diagnostics) {
  for (const Consumed& one : input.manifest.consumes) {
    if (one.contract.empty()) continue;
    const auto found = std::find_if(input.contracts.begin(), input.contracts.end(),
                                    [&](const ForeignContract& contract) { return contract.file == one.contract; });
    if (found == input.contracts.end()) {
      diagnostics.error("service.foreign-contract", one.where,
                        "the contract " + one.contract + " of consumed dataset \"" + one.dataset + "\" is not in the repository",
                        "copy contract/" + one.dataset + ".json out of an artifact of " + one.from);
      continue;
    }
    const Node root = found->document->root();
    for (const auto& [name, wanted] : {std::pair<std::string, std::string>{"dataset", one.dataset}, {"service", one.from}}) {
      const std::string_view has = root[name].as_string();
      if (wanted.empty() || has == wanted) continue;
      diagnostics.error("service.foreign-contract", (root[name].exists() ? root[name] : root).location(),
                        name + " is \"" + printable(has) + "\", but " + to_string(one.where) + " consumes \"" + wanted + "\"",
                        "copy the contract of the right dataset, or correct tidegate.yaml");
    }
    const std::string_view mode = root["mode"].as_string();
    if (one.append_only && (mode == "merge" || mode == "overwrite")) {
      diagnostics.error("service.fan-out-not-append-only", root["mode"].location(),
                        "\"" + one.dataset + "\" is written with mode " + std::string(mode) + ", but " +
                            to_string(one.where) + " says appendOnly: true",
                        "a reader that keeps its place in an append-only dataset would miss changed rows: read it whole, or agree on append with " + one.from);
    }
  }
}

// ---- paths of two authors ----

void check_layout(const CompositionInput& input, Diagnostics& diagnostics) {
  constexpr std::array<ObjectKind, 8> kinds{ObjectKind::pipeline, ObjectKind::dataset, ObjectKind::linked_service,
                                            ObjectKind::data_flow, ObjectKind::trigger, ObjectKind::integration_runtime,
                                            ObjectKind::credential, ObjectKind::factory};
  for (const ObjectKind kind : kinds) {
    const std::string owned = join_path(input.factory.root, adf::folder_of(kind)) + "/";
    const auto inside = [&](std::string_view path) { return starts_with_ignoring_case(path, owned); };
    const auto notebook = std::find_if(input.notebook_files.begin(), input.notebook_files.end(), inside);
    const std::string folder = input.manifest.notebooks.empty() ? "" : input.manifest.notebooks + "/";
    if (notebook == input.notebook_files.end() && !(!folder.empty() && inside(folder))) continue;
    const bool by_file = notebook != input.notebook_files.end();
    diagnostics.error("service.layout-overlap",
                      {.file = by_file ? *notebook : input.manifest.file},
                      std::string(by_file ? "a notebook lies" : "databricks.notebooks lies") + " in " + owned +
                          ", which Data Factory Studio writes",
                      "keep notebooks in a folder of their own: then branches of both editors merge without conflict");
  }
}

}  // namespace

void check_composition(const CompositionInput& input, Diagnostics& diagnostics) {
  check_sub_pipelines(input, diagnostics);
  check_foreign(input, diagnostics);
  check_layout(input, diagnostics);
  Composition(input, diagnostics).run();
}

}  // namespace tidegate::service
