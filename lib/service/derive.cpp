// SPDX-License-Identifier: Apache-2.0
#include "service/derive.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "service/environment_scan.hpp"
#include "system/digest.hpp"

namespace tidegate::service {

namespace {

using adf::ObjectKind;
using document::Node;

struct KnownProperty {
  ObjectKind kind = ObjectKind::linked_service;
  std::string_view pointer{};  // of the object that holds the property
  std::string_view name{};     // compared without case
  bool sensitive = false;
};

constexpr std::string_view type_properties = "/properties/typeProperties";

constexpr auto known_properties = std::to_array<KnownProperty>({
    {ObjectKind::linked_service, type_properties, "url"},
    {ObjectKind::linked_service, type_properties, "baseUrl"},
    {ObjectKind::linked_service, type_properties, "host"},
    {ObjectKind::linked_service, type_properties, "server"},
    {ObjectKind::linked_service, type_properties, "domain"},
    {ObjectKind::linked_service, type_properties, "serviceEndpoint"},
    {ObjectKind::linked_service, type_properties, "functionAppUrl"},
    {ObjectKind::linked_service, type_properties, "connectionString", true},
    {ObjectKind::linked_service, type_properties, "servicePrincipalId"},
    {ObjectKind::linked_service, type_properties, "tenant"},
    {ObjectKind::linked_service, type_properties, "existingClusterId"},
    {ObjectKind::linked_service, type_properties, "instancePoolId"},
    {ObjectKind::linked_service, type_properties, "workspaceResourceId"},
    {ObjectKind::linked_service, type_properties, "encryptedCredential", true},
    {ObjectKind::credential, type_properties, "servicePrincipalId"},
    {ObjectKind::credential, type_properties, "tenant"},
    {ObjectKind::credential, type_properties, "resourceId"},
    {ObjectKind::trigger, type_properties, "scope"},
    {ObjectKind::managed_private_endpoint, "/properties", "privateLinkResourceId"},
});

// A Databricks job has its number in one workspace only.
constexpr std::string_view job_activity = "DatabricksJob";
constexpr std::string_view job_property = "jobId";

// `@…` or `…@{…}…`; `@@` and `@@{` are plain text (adf.md, section 5).
bool is_dynamic(std::string_view text) {
  if (text.starts_with("@@")) return false;
  if (text.starts_with('@')) return true;
  for (std::size_t at = text.find("@{"); at != text.npos; at = text.find("@{", at + 2)) {
    if (at == 0 || text[at - 1] != '@') return true;
  }
  return false;
}

// `Data Source=tcp:sales.corp.local,1433;…@{…}`: is the server written out?
bool names_server(std::string_view connection) {
  constexpr std::array<std::string_view, 8> keys{
      "data source", "server", "host", "address", "addr", "accountname", "url", "accountendpoint"};
  for (const std::string_view part : split(connection, ';')) {
    const std::size_t equals = part.find('=');
    if (equals == part.npos) continue;
    const std::string key = to_lower(trim(part.substr(0, equals)));
    const std::string_view value = trim(part.substr(equals + 1));
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) continue;
    if (!value.empty() && value.find('@') == value.npos) return true;
  }
  return false;
}

bool is_environment_text(std::string_view property, std::string_view text) {
  if (text.find_first_not_of("* \t\r\n") == text.npos) return false;  // empty, or a mask
  if (!is_dynamic(text)) return true;
  return holds_environment_value(text) || (property == "connectionString" && names_server(text));
}

class Collector {
 public:
  explicit Collector(const adf::Factory& factory) : factory_(factory) {}

  std::vector<DerivedLeaf> run() {
    for (std::size_t i = 0; i < factory_.objects.size(); ++i) {
      const adf::Object& object = factory_.objects[i];
      if (!object.document) continue;
      for (const KnownProperty& known : known_properties) {
        if (known.kind != object.kind) continue;
        const Node holder = object.root().resolve_pointer(known.pointer);
        add(i, holder.find_ignoring_case(known.name), known.name, known.sensitive);
      }
      if (object.kind == ObjectKind::pipeline) add_jobs(i);
    }
    std::sort(leaves_.begin(), leaves_.end(), [](const DerivedLeaf& a, const DerivedLeaf& b) {
      return std::pair(a.object, a.node.index()) < std::pair(b.object, b.node.index());
    });
    name_leaves();
    return std::move(leaves_);
  }

 private:
  void add(std::size_t object, const Node& node, std::string_view property, bool sensitive) {
    Node leaf = node;
    if (node.is_object()) {
      const std::string_view type = node.find_ignoring_case("type").as_string();
      const bool secret = equal_ignoring_case(type, "SecureString");
      if (!secret && !equal_ignoring_case(type, "Expression")) return;
      leaf = node.find_ignoring_case("value");
      sensitive = sensitive || secret;
    }
    const bool bound = leaf.is_number() || leaf.is_boolean() ||
                       (leaf.is_string() && is_environment_text(property, leaf.as_string()));
    if (!bound) return;
    leaves_.push_back({.object = object,
                       .node = leaf,
                       .property = std::string(property),
                       .sensitive = sensitive});
  }

  void add_jobs(std::size_t object) {
    const document::Document& document = *factory_.objects[object].document;
    for (std::size_t i = 0; i < document.node_count(); ++i) {
      const Node activity = document.node(static_cast<std::uint32_t>(i));
      if (!activity.is_object()) continue;
      if (!equal_ignoring_case(activity["type"].as_string(), job_activity)) continue;
      add(object, activity["typeProperties"].find_ignoring_case(job_property), job_property, false);
    }
  }

  static std::string legal(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
      const char low = ascii_lower(c);
      if (!((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9'))) c = '_';
    }
    return out;
  }

  // Names that are equal without case get a digest of their place, all of them: so the name of a
  // leaf does not depend on which other leaf comes first.
  void name_leaves() {
    std::map<std::string, int> uses;
    for (DerivedLeaf& leaf : leaves_) {
      const adf::Object& object = factory_.objects[leaf.object];
      leaf.variable = std::string(adf::address_kind(object.kind)) + "_" + legal(object.name) + "_" +
                      leaf.property;
      ++uses[to_lower(leaf.variable)];
    }
    for (DerivedLeaf& leaf : leaves_) {
      if (uses[to_lower(leaf.variable)] == 1) continue;
      const adf::Object& object = factory_.objects[leaf.object];
      const std::string place = std::string(adf::folder_of(object.kind)) + "/" + object.network +
                                "/" + object.name + "#" + leaf.node.pointer();
      leaf.variable += "_" + system::sha256_hex(place).substr(0, 8);
    }
  }

  const adf::Factory& factory_;
  std::vector<DerivedLeaf> leaves_{};
};

}  // namespace

std::vector<DerivedLeaf> find_environment_leaves(const adf::Factory& factory) {
  return Collector(factory).run();
}

}  // namespace tidegate::service
