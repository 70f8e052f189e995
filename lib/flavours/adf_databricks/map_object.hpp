// SPDX-License-Identifier: Apache-2.0
// One Data Factory object -> its Terraform blocks (adf.md, section 9). All functions take an index
// into Factory::objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flavours/adf_databricks/service.hpp"
#include "terraform/value.hpp"

namespace tidegate::flavours::adf_databricks {

struct MappedKind {
  adf::ObjectKind kind = adf::ObjectKind::pipeline;
  std::string_view type{};  // of ARM, below Microsoft.DataFactory/factories
  std::string_view file{};  // pipelines.tf.json
};

// Nothing for kinds that the owner of a shared factory deploys; `own`: the service is that owner.
const MappedKind* find_mapped_kind(adf::ObjectKind kind, bool own);

// Resource name: pipeline_load.
std::string object_name(const adf::Object& object);
std::string object_address(const adf::Object& object);  // of map_object: azapi_resource.pipeline_load

// What stands for a bound leaf: a variable, or a text with variables inside.
terraform::Value bound_value(const service::BoundLeaf& leaf);

terraform::Block map_object(const Service& service, std::size_t index);

// A trigger cannot change while it is started: stop before, start after. Triggers that the source
// keeps stopped have no actions.
enum class TriggerAction : std::uint8_t { stop, start };
bool has_actions(const adf::Object& object);
std::string action_address(const adf::Object& object, TriggerAction action);
terraform::Block map_action(const Service& service, std::size_t index, TriggerAction action);

// What the body of map_object, or the factory, changes against the source. Code adf.rewritten (N): each of
// them, but for derived bindings outside of the factory, which have a code of their own.
void add_rewrites(const Service& service, std::size_t index, std::vector<Rewrite>& rewrites,
                  Diagnostics& diagnostics);
// What the packed copy of an object, deployed or not, leaves out (adf::written_by_service), and that as rewrites.
std::vector<document::Node> left_out_of(const Service& service, std::size_t index);
void add_noise(const Service& service, std::size_t index, std::vector<Rewrite>& rewrites,
               Diagnostics& diagnostics);

}  // namespace tidegate::flavours::adf_databricks
