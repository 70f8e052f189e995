// SPDX-License-Identifier: Apache-2.0
// Order of Maven's model builder: profiles of each file are merged, then parents, then properties
// are expanded with those of the youngest child, then platforms are imported (own entries win, then
// the first import), then managed values complete the dependencies.
#include "spark/maven/model.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "document/xml.hpp"
#include "spark/expander.hpp"

namespace tidegate::spark::maven {
namespace {

using document::XmlNode;

constexpr int most_ancestors = 64;  // parents, and platforms in platforms
constexpr int most_imports = 1000;  // of one POM: platforms that import each other twice would be countless

Diagnostic refuse(Location where, std::string message, std::string hint) {
  return {.code = "spark.invalid-pom",
          .where = std::move(where),
          .message = std::move(message),
          .hint = std::move(hint)};
}

Location place(const std::string& file, const XmlNode& node) {
  return {.file = file, .line = node.line, .column = node.column};
}

Coordinates read_coordinates(const XmlNode& node) {
  Coordinates out{.group = std::string(node.text_of("groupId")),
                  .artifact = std::string(node.text_of("artifactId")),
                  .version = std::string(node.text_of("version"))};
  if (const std::string_view type = node.text_of("type"); !type.empty()) out.type = type;
  out.classifier = node.text_of("classifier");
  if (out.type == "test-jar" && out.classifier.empty()) out.classifier = "tests";
  return out;
}

std::vector<ModelDependency> read_dependencies(const std::string& file, const XmlNode* list) {
  std::vector<ModelDependency> out;
  if (list == nullptr) return out;
  for (const XmlNode& element : list->children) {
    if (element.name != "dependency") continue;
    ModelDependency one{.file = read_coordinates(element),
                        .scope = std::string(element.text_of("scope")),
                        .optional = element.text_of("optional") == "true",
                        .where = place(file, element)};
    if (const XmlNode* exclusions = element.find("exclusions")) {
      for (const XmlNode& exclusion : exclusions->children) {
        one.exclusions.push_back({std::string(exclusion.text_of("groupId")),
                                  std::string(exclusion.text_of("artifactId"))});
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

template <class T>
void append(std::vector<T>& all, std::vector<T> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

// What a project and a profile have in common. Values of a profile come later, and win.
void read_base(Model& model, const XmlNode& owner) {
  if (const XmlNode* properties = owner.find("properties")) {
    for (const XmlNode& one : properties->children) {
      model.properties.insert_or_assign(one.name, std::string(trim(one.text)));
    }
  }
  append(model.dependencies, read_dependencies(model.file, owner.find("dependencies")));
  if (const XmlNode* management = owner.find("dependencyManagement")) {
    append(model.managed, read_dependencies(model.file, management->find("dependencies")));
  }
  if (const XmlNode* list = owner.find("repositories")) {
    for (const XmlNode& one : list->children) {
      if (one.name != "repository") continue;
      const XmlNode* releases = one.find("releases");
      if (releases != nullptr && releases->text_of("enabled") == "false") continue;
      model.repositories.push_back(
          {std::string(one.text_of("id")), std::string(one.text_of("url")), place(model.file, one)});
    }
  }
}

// Nothing is set on a command line here, so `!name` holds and `name` does not.
bool is_triggered(const XmlNode& profile) {
  const XmlNode* activation = profile.find("activation");
  const XmlNode* property = activation == nullptr ? nullptr : activation->find("property");
  return property != nullptr && property->text_of("name").starts_with('!');
}

bool is_default(const XmlNode& profile) {
  const XmlNode* activation = profile.find("activation");
  return activation != nullptr && activation->text_of("activeByDefault") == "true";
}

void read_profiles(Model& model, const XmlNode& project) {
  const XmlNode* profiles = project.find("profiles");
  if (profiles == nullptr) return;
  const auto& all = profiles->children;
  const bool any = std::any_of(all.begin(), all.end(), is_triggered);
  for (const XmlNode& profile : all) {
    if (any ? is_triggered(profile) : is_default(profile)) read_base(model, profile);
  }
}

// Of two with one key the later wins, as a profile wins over its project; the first keeps its place.
void drop_repeated(std::vector<ModelDependency>& all) {
  std::map<std::string, std::size_t> first;
  std::vector<ModelDependency> kept;
  for (ModelDependency& one : all) {
    // An import is no entry of its own.
    const std::string key = one.scope == "import" ? one.file.text() + "@import" : one.file.key();
    const auto [at, is_new] = first.emplace(key, kept.size());
    if (is_new) {
      kept.push_back(std::move(one));
    } else {
      kept[at->second] = std::move(one);
    }
  }
  all = std::move(kept);
}

void add_missing(std::vector<ModelDependency>& own, const std::vector<ModelDependency>& others) {
  std::set<std::string> keys;
  for (const ModelDependency& one : own) {
    keys.insert(one.scope == "import" ? one.file.text() + "@import" : one.file.key());
  }
  for (const ModelDependency& one : others) {
    const std::string key = one.scope == "import" ? one.file.text() + "@import" : one.file.key();
    if (keys.insert(key).second) own.push_back(one);
  }
}

void inherit_from(Model& child, const Model& parent) {
  if (child.self.group.empty()) child.self.group = parent.self.group;
  if (child.self.version.empty()) child.self.version = parent.self.version;
  child.properties.insert(parent.properties.begin(), parent.properties.end());
  add_missing(child.dependencies, parent.dependencies);
  add_missing(child.managed, parent.managed);
  for (const ModelRepository& one : parent.repositories) {
    const bool known =
        std::any_of(child.repositories.begin(), child.repositories.end(),
                    [&](const ModelRepository& other) { return other.id == one.id; });
    if (!known) child.repositories.push_back(one);
  }
}

Expander make_expander(const Model& model) {
  Expander expander;
  for (const auto& [name, value] : model.properties) expander.set(name, value);
  const auto set = [&](const std::string& prefix, const Coordinates& self) {
    expander.set_default(prefix + "groupId", self.group);
    expander.set_default(prefix + "artifactId", self.artifact);
    expander.set_default(prefix + "version", self.version);
  };
  for (const char* prefix : {"project.", "pom.", ""}) set(prefix, model.self);
  if (model.parent) {
    for (const char* prefix : {"project.parent.", "pom.parent.", "parent."}) set(prefix, *model.parent);
  }
  return expander;
}

void expand(Coordinates& one, const Expander& expander) {
  for (std::string* text : {&one.group, &one.artifact, &one.version, &one.type, &one.classifier}) {
    *text = trim(expander.expand(*text));
  }
  one.version = without_brackets(one.version);
}

void expand(std::vector<ModelDependency>& all, const Expander& expander) {
  for (ModelDependency& one : all) {
    expand(one.file, expander);
    one.scope = expander.expand(one.scope);
    for (Exclusion& exclusion : one.exclusions) {
      exclusion.group = expander.expand(exclusion.group);
      exclusion.artifact = expander.expand(exclusion.artifact);
    }
  }
}

void expand_model(Model& model) {
  const Expander expander = make_expander(model);
  expand(model.self, expander);
  if (model.relocated) expand(*model.relocated, expander);
  expand(model.dependencies, expander);
  expand(model.managed, expander);
  for (ModelRepository& one : model.repositories) one.url = expander.expand(one.url);
}

void apply_management(Model& model) {
  std::map<std::string, const ModelDependency*> managed;
  for (const ModelDependency& one : model.managed) managed.emplace(one.file.key(), &one);
  for (ModelDependency& one : model.dependencies) {
    if (const auto found = managed.find(one.file.key()); found != managed.end()) {
      const ModelDependency& by = *found->second;
      if (one.file.version.empty()) one.file.version = by.file.version;
      if (one.scope.empty()) one.scope = by.scope;
      if (one.exclusions.empty()) one.exclusions = by.exclusions;
    }
    if (one.scope.empty()) one.scope = "compile";
  }
}

}  // namespace

Result<Model> parse_model(const std::string& file, std::string text) {
  const auto root = document::parse_xml(file, std::move(text));
  if (!root) {
    Diagnostic failure = root.failure();
    failure.code = "spark.invalid-pom";
    return failure;
  }
  if (root->name != "project" || root->text_of("artifactId").empty()) {
    return refuse(place(file, *root), "found no Maven project with an <artifactId>",
                  "a POM starts with <project> and names groupId, artifactId and version");
  }
  Model model{.file = file, .self = read_coordinates(*root)};
  model.self.classifier.clear();
  if (const std::string_view packaging = root->text_of("packaging"); !packaging.empty()) {
    model.self.type = packaging;
  }
  if (const XmlNode* parent = root->find("parent")) {
    model.parent = read_coordinates(*parent);
    model.parent->type = "pom";
    model.parent->version = without_brackets(model.parent->version);
    const XmlNode* relative = parent->find("relativePath");
    model.parent_path = relative == nullptr ? "../pom.xml" : std::string(trim(relative->text));
  }
  if (const XmlNode* distribution = root->find("distributionManagement")) {
    if (const XmlNode* relocation = distribution->find("relocation")) {
      model.relocated = read_coordinates(*relocation);
    }
  }
  read_base(model, *root);
  read_profiles(model, *root);
  drop_repeated(model.dependencies);
  drop_repeated(model.managed);
  return model;
}

Result<Model> ModelBuilder::inherit(Model model, int depth) {
  std::optional<Coordinates> parent = model.parent;
  std::string child_file = model.file, relative = model.parent_path;
  for (; parent; ++depth) {
    if (depth >= most_ancestors) {
      return refuse({.file = model.file}, "has more than 64 parents, or parents in a circle",
                    "correct <parent>");
    }
    const Result<PomText> text = load_(*parent, child_file, relative);
    if (!text) return text.failure();
    Result<Model> read = parse_model(text->file, text->text);
    if (!read) return read;
    inherit_from(model, *read);
    if (model.self.group.empty()) model.self.group = parent->group;
    if (model.self.version.empty()) model.self.version = parent->version;
    parent = read->parent;
    child_file = read->file;
    relative = read->parent_path;
  }
  return model;
}

Status ModelBuilder::import_platforms(Model& model, int depth) {
  std::vector<ModelDependency> own, imported;
  for (ModelDependency& one : model.managed) {
    if (one.scope != "import" || one.file.type != "pom") {
      own.push_back(std::move(one));
      continue;
    }
    if (const auto reason = unpinned_reason(one.file.version)) {
      return Diagnostic{.code = "spark.unpinned-dependency",
                        .where = one.where,
                        .message = printable(one.file.text()) + " has a version that " + *reason,
                        .hint = "write one exact version"};
    }
    const Result<PomText> text = load_(one.file, {}, {});
    if (!text) return text.failure();
    Result<Model> platform = parse_model(text->file, text->text);
    if (platform) platform = effective(std::move(*platform), depth + 1);
    if (!platform) return platform.failure();
    add_missing(imported, platform->managed);
  }
  add_missing(own, imported);
  model.managed = std::move(own);
  return Done{};
}

Result<Model> ModelBuilder::effective(Model model, int depth) {
  if (depth >= most_ancestors || ++imports_ > most_imports) {
    return refuse({.file = model.file}, "imports platforms in a circle, or more than 64 deep",
                  "correct the dependencies with <scope>import</scope>");
  }
  Result<Model> whole = inherit(std::move(model), depth);
  if (!whole) return whole;
  expand_model(*whole);
  if (Status status = import_platforms(*whole, depth); !status) return status.failure();
  apply_management(*whole);
  return whole;
}

Result<Model> ModelBuilder::build(const std::string& file, std::string text) {
  Result<Model> model = parse_model(file, std::move(text));
  if (!model) return model;
  imports_ = 0;
  return effective(std::move(*model), 0);
}

Result<std::shared_ptr<const Model>> ModelBuilder::find(const Coordinates& pom) {
  std::shared_ptr<const Model>& known = known_[pom.text()];
  if (known) return known;
  const Result<PomText> text = load_(pom, {}, {});
  if (!text) return text.failure();
  Result<Model> model = build(text->file, text->text);
  if (!model) return model.failure();
  known = std::make_shared<const Model>(std::move(*model));
  return known;
}

}  // namespace tidegate::spark::maven
