// SPDX-License-Identifier: Apache-2.0
// A POM as far as one file tells: no parent is fetched, no profile is chosen except those that are
// active by default. What a parent or a platform (scope `import`) may supply stays unknown, and
// unknown is no finding.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "document/xml.hpp"
#include "spark/expander.hpp"
#include "spark/jar.hpp"

namespace tidegate::spark {
namespace {

using document::XmlNode;

struct Managed {
  std::string version{};
  std::string scope{};
};

std::string management_key(const Dependency& dependency, std::string_view type,
                           std::string_view classifier) {
  return dependency.group + ":" + dependency.artifact + ":" +
         std::string(type.empty() ? "jar" : type) + ":" + std::string(classifier);
}

// "[1.0]" is exact.
std::string without_brackets(const std::string& version) {
  if (version.size() > 2 && version.front() == '[' && version.back() == ']' &&
      version.find(',') == std::string::npos) {
    return std::string(trim(std::string_view(version).substr(1, version.size() - 2)));
  }
  return version;
}

// Why a version may mean other bytes tomorrow, or nothing.
std::optional<std::string> unpinned_reason(std::string_view version) {
  if (version.find_first_of("[](),") != std::string_view::npos) return "is a range";
  if (version == "LATEST" || version == "RELEASE") return "is whatever is newest";
  if (ends_with_ignoring_case(version, "SNAPSHOT")) return "is a snapshot, which changes";
  return std::nullopt;
}

bool has_property(std::string_view text) { return text.find("${") != std::string_view::npos; }

bool is_active_by_default(const XmlNode& profile) {
  const XmlNode* activation = profile.find("activation");
  return activation != nullptr && activation->text_of("activeByDefault") == "true";
}

class PomReader {
 public:
  PomReader(std::string file, const XmlNode& project, Diagnostics& diagnostics)
      : project_(project), diagnostics_(diagnostics) {
    pom_.file = std::move(file);
  }

  Result<Pom> read() {
    if (project_.name != "project") {
      return refuse("found the element <" + printable(project_.name) + ">, expected <project>");
    }
    if (project_.text_of("artifactId").empty()) {
      return refuse("the project has no <artifactId>");
    }
    has_parent_ = project_.find("parent") != nullptr;
    read_coordinates();
    read_management();
    read_dependencies();
    return std::move(pom_);
  }

 private:
  Diagnostic refuse(std::string message) const {
    return {.code = "spark.invalid-pom",
            .where = {.file = pom_.file, .line = project_.line, .column = project_.column},
            .message = std::move(message),
            .hint = "a Maven project starts with <project> and names groupId, artifactId, version"};
  }

  void read_properties(const XmlNode* owner) {
    const XmlNode* list = owner == nullptr ? nullptr : owner->find("properties");
    if (list == nullptr) return;
    for (const XmlNode& property : list->children)
      expander_.set(property.name, trim(property.text));
  }

  void read_coordinates() {
    read_properties(&project_);
    if (const XmlNode* profiles = project_.find("profiles")) {
      for (const XmlNode& profile : profiles->children) {
        if (is_active_by_default(profile)) read_properties(&profile);
        if (profile.find("dependencyManagement") != nullptr) has_platform_ = true;
        const XmlNode* list = profile.find("properties");
        if (list == nullptr) continue;
        for (const XmlNode& property : list->children) profile_properties_.insert(property.name);
      }
    }
    const XmlNode* parent = project_.find("parent");
    const auto own_or_parent = [&](std::string_view name) {
      const std::string_view own = project_.text_of(name);
      return !own.empty() || parent == nullptr ? own : parent->text_of(name);
    };
    const std::string_view group = own_or_parent("groupId");
    const std::string_view version = own_or_parent("version");
    const std::string_view artifact = project_.text_of("artifactId");
    const std::string_view packaging = project_.text_of("packaging");
    if (!packaging.empty()) pom_.packaging = packaging;
    for (const std::string prefix : {"project.", "pom.", ""}) {
      expander_.set_default(prefix + "groupId", group);
      expander_.set_default(prefix + "artifactId", artifact);
      expander_.set_default(prefix + "version", version);
      expander_.set_default(prefix + "packaging", pom_.packaging);
    }
    if (parent != nullptr) {
      for (const std::string prefix : {"project.parent.", "pom.parent.", "parent."}) {
        for (const std::string name : {"groupId", "artifactId", "version"}) {
          expander_.set_default(prefix + name, parent->text_of(name));
        }
      }
    }
    pom_.group = expander_.expand(group);
    pom_.artifact = expander_.expand(artifact);
    pom_.version = expander_.expand(version);
    const XmlNode* build = project_.find("build");
    const std::string_view name =
        build == nullptr ? std::string_view() : build->text_of("finalName");
    expander_.set_default("project.build.finalName",
                          name.empty() ? "${project.artifactId}-${project.version}" : name);
    pom_.final_name = expander_.expand(name);
  }

  Dependency read_one(const XmlNode& element) const {
    Dependency out;
    out.group = expander_.expand(element.text_of("groupId"));
    out.artifact = expander_.expand(element.text_of("artifactId"));
    out.version = without_brackets(expander_.expand(element.text_of("version")));
    out.scope = expander_.expand(element.text_of("scope"));
    out.line = element.line;
    out.column = element.column;
    return out;
  }

  std::string key_of(const Dependency& dependency, const XmlNode& element) const {
    return management_key(dependency, expander_.expand(element.text_of("type")),
                          expander_.expand(element.text_of("classifier")));
  }

  void read_management() {
    const XmlNode* management = project_.find("dependencyManagement");
    const XmlNode* list = management == nullptr ? nullptr : management->find("dependencies");
    if (list == nullptr) return;
    for (const XmlNode& element : list->children) {
      if (element.name != "dependency") continue;
      const Dependency one = read_one(element);
      check_version(one, element, element.text_of("version"));
      if (one.scope == "import") {
        has_platform_ = true;
      } else {
        managed_.emplace(key_of(one, element), Managed{one.version, one.scope});
      }
    }
  }

  void read_dependencies() {
    if (const XmlNode* list = project_.find("dependencies")) {
      for (const XmlNode& element : list->children) {
        if (element.name == "dependency") pom_.dependencies.push_back(read_dependency(element));
      }
    }
    const XmlNode* profiles = project_.find("profiles");
    if (profiles == nullptr) return;
    for (const XmlNode& profile : profiles->children) {
      const XmlNode* list = profile.find("dependencies");
      if (list == nullptr) continue;
      for (const XmlNode& element : list->children) {
        if (element.name != "dependency") continue;
        Dependency one = read_dependency(element);
        if (is_active_by_default(profile)) pom_.dependencies.push_back(std::move(one));
      }
    }
  }

  Dependency read_dependency(const XmlNode& element) {
    Dependency one = read_one(element);
    const auto managed = managed_.find(key_of(one, element));
    const std::string_view raw = element.text_of("version");
    if (managed != managed_.end() && one.scope.empty()) one.scope = managed->second.scope;
    if (one.scope.empty()) one.scope = "compile";
    if (!raw.empty()) {
      check_version(one, element, raw);
    } else if (managed != managed_.end()) {
      one.version = managed->second.version;  // checked where it is managed
    } else if (!has_parent_ && !has_platform_) {
      report(one, element, "has no version, and nothing in the file manages it");
    }
    return one;
  }

  // Modules of one build name each other by the project's own version, snapshot or not.
  bool is_sibling(const Dependency& one, std::string_view raw) const {
    return one.group == pom_.group && has_property(raw) && one.version == pom_.version;
  }

  // True if something outside the file may define the property that is left in `version`.
  bool may_be_defined(std::string_view version) const {
    if (has_parent_) return true;
    const std::size_t open = version.find("${");
    const std::size_t close = version.find('}', open);
    if (close == std::string_view::npos) return false;
    return profile_properties_.contains(version.substr(open + 2, close - open - 2));
  }

  void check_version(const Dependency& one, const XmlNode& element, std::string_view raw) {
    if (raw.empty() || is_sibling(one, raw)) return;
    if (has_property(one.version)) {
      if (may_be_defined(one.version)) return;
      report(one, element,
             "has the version '" + printable(one.version) +
                 "', and nothing in the file defines this property");
    } else if (const auto reason = unpinned_reason(one.version)) {
      report(one, element, "has the version '" + printable(one.version) + "', which " + *reason);
    }
  }

  void report(const Dependency& one, const XmlNode& element, const std::string& what) {
    const XmlNode* version = element.find("version");
    Location where{.file = pom_.file, .line = element.line, .column = element.column};
    if (version != nullptr && version->text_line > 0) {
      where.line = version->text_line;
      where.column = version->text_column;
    }
    diagnostics_.error("spark.unpinned-dependency", std::move(where),
                       printable(one.group + ":" + one.artifact) + " " + what,
                       "write one exact version, so that every build takes the same bytes");
  }

  const XmlNode& project_;
  Diagnostics& diagnostics_;
  Pom pom_{};
  Expander expander_{};
  std::set<std::string, std::less<>> profile_properties_{};
  std::map<std::string, Managed, std::less<>> managed_{};
  bool has_parent_ = false;
  bool has_platform_ = false;  // something else than this list may manage versions
};

}  // namespace

std::string Pom::jar_name() const {
  for (const std::string_view none : {"pom", "war", "ear"}) {
    if (packaging == none) return {};
  }
  return (final_name.empty() ? artifact + "-" + version : final_name) + ".jar";
}

Result<Pom> parse_pom(std::string file, std::string text, Diagnostics& diagnostics) {
  const auto root = document::parse_xml(file, std::move(text));
  if (!root) {
    Diagnostic failure = root.failure();
    failure.code = "spark.invalid-pom";
    return failure;
  }
  return PomReader(std::move(file), *root, diagnostics).read();
}

}  // namespace tidegate::spark
