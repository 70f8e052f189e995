// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/azurerm_typed.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using adf::ObjectKind;
using document::Node;

using Take = std::function<void(const Node&, std::string_view, std::string_view)>;

// Below /properties, in lower case, as the service takes names in any case. What lies below one goes along.
constexpr auto azure_runtime = std::to_array<std::string_view>({
    "/description",
    "/managedvirtualnetwork/referencename",
    "/managedvirtualnetwork/type",
    "/type",
    "/typeproperties/computeproperties/dataflowproperties/cleanup",
    "/typeproperties/computeproperties/dataflowproperties/computetype",
    "/typeproperties/computeproperties/dataflowproperties/corecount",
    "/typeproperties/computeproperties/dataflowproperties/timetolive",
    "/typeproperties/computeproperties/location",
});

constexpr auto ssis_runtime = std::to_array<std::string_view>({
    "/description",
    "/type",
    "/typeproperties/computeproperties/copycomputescaleproperties/dataintegrationunit",
    "/typeproperties/computeproperties/copycomputescaleproperties/timetolive",
    "/typeproperties/computeproperties/location",
    "/typeproperties/computeproperties/maxparallelexecutionspernode",
    "/typeproperties/computeproperties/nodesize",
    "/typeproperties/computeproperties/numberofnodes",
    "/typeproperties/computeproperties/pipelineexternalcomputescaleproperties/numberofexternalnodes",
    "/typeproperties/computeproperties/pipelineexternalcomputescaleproperties/numberofpipelinenodes",
    "/typeproperties/computeproperties/pipelineexternalcomputescaleproperties/timetolive",
    "/typeproperties/computeproperties/vnetproperties/publicips",
    "/typeproperties/computeproperties/vnetproperties/subnet",
    "/typeproperties/computeproperties/vnetproperties/subnetid",
    "/typeproperties/computeproperties/vnetproperties/vnetid",
    "/typeproperties/customervirtualnetwork/subnetid",
    "/typeproperties/ssisproperties/cataloginfo/catalogadminpassword",
    "/typeproperties/ssisproperties/cataloginfo/catalogadminusername",
    "/typeproperties/ssisproperties/cataloginfo/catalogpricingtier",
    "/typeproperties/ssisproperties/cataloginfo/catalogserverendpoint",
    "/typeproperties/ssisproperties/cataloginfo/dualstandbypairname",
    "/typeproperties/ssisproperties/credential",
    "/typeproperties/ssisproperties/customsetupscriptproperties/blobcontaineruri",
    "/typeproperties/ssisproperties/customsetupscriptproperties/sastoken",
    "/typeproperties/ssisproperties/dataproxyproperties/connectvia",
    "/typeproperties/ssisproperties/dataproxyproperties/path",
    "/typeproperties/ssisproperties/dataproxyproperties/staginglinkedservice",
    "/typeproperties/ssisproperties/edition",
    "/typeproperties/ssisproperties/expresscustomsetupproperties",
    "/typeproperties/ssisproperties/licensetype",
    "/typeproperties/ssisproperties/packagestores",
});

constexpr auto self_hosted_runtime = std::to_array<std::string_view>({
    "/description",
    "/type",
    "/typeproperties/linkedinfo/authorizationtype",
    "/typeproperties/linkedinfo/resourceid",
    "/typeproperties/selfcontainedinteractiveauthoringenabled",
});

constexpr auto managed_identity = std::to_array<std::string_view>({
    "/annotations", "/description", "/type", "/typeproperties/resourceid"});

constexpr auto service_principal = std::to_array<std::string_view>({
    "/annotations",
    "/description",
    "/type",
    "/typeproperties/serviceprincipalid",
    "/typeproperties/serviceprincipalkey/secretname",
    "/typeproperties/serviceprincipalkey/secretversion",
    "/typeproperties/serviceprincipalkey/store/referencename",
    "/typeproperties/serviceprincipalkey/store/type",
    "/typeproperties/serviceprincipalkey/type",
    "/typeproperties/tenant",
});

constexpr auto private_endpoint = std::to_array<std::string_view>({"/fqdns", "/groupid", "/privatelinkresourceid"});

struct Typed {
  ObjectKind kind = ObjectKind::integration_runtime;
  std::string_view type{};  // "": whatever it is
  std::string_view resource{};
  std::span<const std::string_view> members{};
};

constexpr std::string_view ssis_resource = "azurerm_data_factory_integration_runtime_azure_ssis";
constexpr auto typed = std::to_array<Typed>({
    {ObjectKind::integration_runtime, "Managed", "azurerm_data_factory_integration_runtime_azure", azure_runtime},
    {ObjectKind::integration_runtime, "SelfHosted", "azurerm_data_factory_integration_runtime_self_hosted", self_hosted_runtime},
    {ObjectKind::credential, "ManagedIdentity", "azurerm_data_factory_credential_user_managed_identity", managed_identity},
    {ObjectKind::credential, "ServicePrincipal", "azurerm_data_factory_credential_service_principal", service_principal},
    {ObjectKind::managed_private_endpoint, "", "azurerm_data_factory_managed_private_endpoint", private_endpoint},
});

// What the service says of an object, and takes from nobody.
constexpr auto read_only = std::to_array<std::string_view>({"/connectionstate", "/isreserved", "/provisioningstate", "/state"});

bool holds(std::span<const std::string_view> paths, std::string_view path) { return std::ranges::find(paths, path) != paths.end(); }

void walk(const Node& node, const std::string& path, const Typed& row, const Take& take) {
  for (const Node child : node) {
    const std::string below = path + "/" + to_lower(child.key());
    if (holds(row.members, below) || holds(read_only, below)) continue;
    const std::string inside = below + "/";
    const bool is_way = std::ranges::any_of(row.members, [&](std::string_view one) { return one.starts_with(inside); });
    if (is_way && child.is_object()) {
      walk(child, below, row, take);
    } else if (!(child.is_array() || child.is_object()) || child.size() > 0) {  // an empty list says nothing
      take(child, "the resource has no argument for it", row.resource);
    }
  }
}

// An integration runtime of SSIS is a Managed one with settings of its own.
const Typed* find_row(const adf::Object& object, const Node& type) {
  static constexpr Typed ssis{ObjectKind::integration_runtime, "Managed", ssis_resource, ssis_runtime};
  if (object.kind == ObjectKind::integration_runtime &&
      object.properties().find_ignoring_case("typeProperties").find_ignoring_case("ssisProperties").exists())
    return &ssis;
  const auto found = std::ranges::find_if(typed, [&](const Typed& row) {
    return row.kind == object.kind && (row.type.empty() || equal_ignoring_case(row.type, type.as_string()));
  });
  return found == typed.end() ? nullptr : &*found;
}

}  // namespace

void find_untyped(const adf::Object& object, const Take& take) {
  const Node properties = object.properties();
  const bool covered = std::ranges::any_of(typed, [&](const Typed& row) { return row.kind == object.kind; });
  if (!covered || !properties.is_object()) return;
  const Node type = properties.find_ignoring_case("type");
  const Typed* row = find_row(object, type);
  if (row == nullptr) return take(type ? type : properties, "there is no resource for the type", "azurerm_data_factory_*");
  walk(properties, "", *row, take);
  if (object.kind == ObjectKind::managed_private_endpoint && !object.network.empty() &&
      !equal_ignoring_case(object.network, "default"))
    take(properties, "the resource knows the managed virtual network \"default\" alone", row->resource);
  const Node way = properties.find_ignoring_case("typeProperties").find_ignoring_case("linkedInfo").find_ignoring_case("authorizationType");
  if (way.is_string() && !equal_ignoring_case(way.as_string(), "RBAC"))
    take(way, "the resource links by role (RBAC) alone", row->resource);
}

}  // namespace tidegate::flavours::adf_databricks
