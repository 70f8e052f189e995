// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/azurerm_loss.hpp"

#include <algorithm>
#include <array>

#include "adf/types.hpp"
#include "base/text.hpp"
#include "flavours/adf_databricks/azurerm_typed.hpp"
#include "flavours/adf_databricks/own.hpp"
#include "flavours/adf_databricks/own_factory.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using adf::ObjectKind;
using document::Node;

enum class Look : std::uint8_t {
  typed_parameters,   // members whose `type` is not String
  required_parameters,  // members without default: azurerm always sends one
  present,            // the value is there
  other_than_strings, // members of another kind than a text
  without_zone,       // a time without zone
  word,               // the text is `word`, in any case
};

struct Loss {
  ObjectKind kind = ObjectKind::pipeline;
  std::string_view pointer{};  // below /properties; `*` is every member or element
  Look look = Look::present;
  std::string_view what{};
  std::string_view evidence{};
  std::string_view word{};
};

// Evidence: expandDataFactoryPipelineParameters and the resources of hashicorp/azurerm 4 and 5, and
// the issues named.
constexpr auto losses = std::to_array<Loss>({
    {ObjectKind::pipeline, "/parameters", Look::typed_parameters, "the type of the parameter becomes String", "azurerm#13131"},
    {ObjectKind::pipeline, "/parameters", Look::required_parameters, "the parameter gets a default and is required no more", "azurerm#13051"},
    {ObjectKind::pipeline, "/variables", Look::typed_parameters, "the type of the variable becomes String", "azurerm#30989"},
    {ObjectKind::pipeline, "/policy", Look::present, "the pipeline's policy has no argument", "azurerm#23485"},
    {ObjectKind::dataset, "/structure", Look::present, "the structure has no argument", "azurerm#14586"},
    {ObjectKind::dataset, "/parameters", Look::typed_parameters, "the type of the parameter becomes String", "azurerm#18642"},
    {ObjectKind::dataset, "/linkedServiceName/parameters", Look::other_than_strings, "the argument becomes a text", "azurerm#14586"},
    {ObjectKind::linked_service, "/parameters", Look::typed_parameters, "the type of the parameter becomes String", "azurerm#18642"},
    {ObjectKind::linked_service, "/typeProperties", Look::present, "the properties are never read back: no drift is seen, nothing can be imported", "azurerm#20823"},
    {ObjectKind::trigger, "/typeProperties/recurrence/startTime", Look::without_zone, "a start time without zone is refused", "azurerm trigger resources"},
    {ObjectKind::trigger, "/typeProperties/startTime", Look::without_zone, "a start time without zone is refused", "azurerm trigger resources"},
    {ObjectKind::trigger, "/pipelines/*/parameters", Look::other_than_strings, "the argument becomes a text", "azurerm trigger resources"},
    {ObjectKind::trigger, "/pipeline/parameters", Look::other_than_strings, "the argument becomes a text", "azurerm trigger resources"},
    {ObjectKind::trigger, "/type", Look::word, "a trigger that chains others has no resource", "azurerm trigger resources", "ChainingTrigger"},
    {ObjectKind::trigger, "/type", Look::word, "a rerun trigger has no resource", "azurerm trigger resources", "RerunTumblingWindowTrigger"},
    {ObjectKind::data_flow, "/type", Look::word, "a wrangling data flow has no resource", "data flow resource", "WranglingDataFlow"},
});

class Checker {
 public:
  Checker(const Service& service, Diagnostics& diagnostics) : service_(service), diagnostics_(diagnostics) {}

  bool run() {
    for (const adf::Object& object : service_.factory.objects) {
      for (const Loss& loss : losses) {
        if (loss.kind == object.kind) walk(object.properties(), loss.pointer, loss);
      }
      if (object.kind == ObjectKind::data_flow) check_script(object.properties()["typeProperties"]);
      if (object.kind == ObjectKind::pipeline) check_activities(object);
      // Of a shared factory they are its owner's, and not sent at all.
      if (has_own_factory(service_)) {
        find_untyped(object, [&](const Node& value, std::string_view what, std::string_view resource) {
          report(value, what, resource);
        });
      }
    }
    if (has_own_factory(service_)) {
      find_unsent(service_, [&](const Node& member, const std::string& what) {
        report(member, what + " is not sent: the resource has no argument for it",
               "azurerm_data_factory",
               "set it in the factory by hand, or take it out of the file: an own factory is "
               "azurerm's, with and without --provider");
      });
    }
    return found_;
  }

 private:
  void report(const Node& node, std::string_view what, std::string_view evidence,
              const char* hint = "leave --provider out: the build sends the whole object through azapi") {
    found_ = true;
    diagnostics_.add({.code = "terraform.azurerm-loss",
                      .where = node.location(),
                      .message = node.pointer() + ": " + std::string(what) + " (" + std::string(evidence) + ")",
                      .hint = hint,
                      .exit = ExitCode::unsupported});
  }

  void walk(const Node& node, std::string_view pointer, const Loss& loss) {
    if (!node.exists()) return;
    if (pointer.empty()) return look(node, loss);
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    const std::string_view step = pointer.substr(1, end - 1);
    if (step != "*") return walk(node[step], pointer.substr(end), loss);
    for (const Node child : node) walk(child, pointer.substr(end), loss);
  }

  void look(const Node& node, const Loss& loss) {
    if (loss.look == Look::present) return report(node, loss.what, loss.evidence);
    if (loss.look == Look::word) {
      if (equal_ignoring_case(node.as_string(), loss.word)) report(node, loss.what, loss.evidence);
      return;
    }
    if (loss.look == Look::without_zone) {
      const std::string_view text = node.as_string();
      const std::size_t time = text.find('T');
      const bool zone = text.ends_with('Z') || (time != text.npos && text.find_first_of("+-", time) != text.npos);
      if (!text.empty() && !zone) report(node, loss.what, loss.evidence);
      return;
    }
    for (const Node member : node) {
      const bool string_type = equal_ignoring_case(member["type"].as_string(), "string");
      const bool hit = (loss.look == Look::typed_parameters && !string_type) ||
                       (loss.look == Look::required_parameters && !member["defaultValue"].exists()) ||
                       (loss.look == Look::other_than_strings && !member.is_string());
      if (hit) report(member, loss.what, loss.evidence);
    }
  }

  void check_script(const Node& properties) {
    for (const Node line : properties["scriptLines"]) {
      if (line.is_string() && trim(line.as_string()).empty())
        return report(line, "an empty line of the script is refused", "data flow resource");
    }
  }

  // Activities go through the structs of an SDK, which keep what they know. Its JSON reader takes keys in
  // any case, as the service does.
  void check_activities(const adf::Object& pipeline) {
    const auto list = adf::find_member(adf::root_type(ObjectKind::pipeline), "activities");
    if (list) walk_type(pipeline.properties()["activities"], list->type);
  }

  void walk_type(const Node& node, adf::TypeId id) {
    if (id == 0) return;
    const adf::SchemaType type = adf::schema_type(id);
    if (type.kind == adf::TypeKind::array) {
      if (node.is_object() && node["type"].as_string() == "Expression")
        return report(node, "an expression in the place of a list makes the whole pipeline fail", "azurerm#24758");
      for (const Node child : node) walk_type(child, type.element);
    } else if (type.kind == adf::TypeKind::object) {
      walk_members(node, id, 0);
    } else if (type.kind == adf::TypeKind::variant) {
      const Node word = node.find_ignoring_case(type.discriminator);
      if (const auto variant = adf::find_variant(id, word.as_string())) {
        walk_members(node, *variant, id);
      } else if (word.is_string() && word.as_string() != "Expression") {
        report(word, "the type is none that azurerm knows", "azurerm#24612");
      }
    }
  }

  // `base`: the variant whose properties count, too; 0: none.
  void walk_members(const Node& node, adf::TypeId id, adf::TypeId base) {
    if (!node.is_object() || node["type"].as_string() == "Expression") return;
    const adf::SchemaType type = adf::schema_type(id);
    for (const Node child : node) {
      auto member = adf::find_member(id, child.key());
      if (!member && base != 0) member = adf::find_member(base, child.key());
      const std::string_view discriminator = base != 0 ? adf::schema_type(base).discriminator : std::string_view();
      if (member) {
        walk_type(child, member->type);
      } else if (!type.rest && !equal_ignoring_case(child.key(), discriminator)) {
        report(child, "azurerm does not know the property, and leaves it out", "azurerm#23485");
      }
    }
  }

  const Service& service_;
  Diagnostics& diagnostics_;
  bool found_ = false;
};

}  // namespace

bool check_azurerm_loss(const Service& service, Diagnostics& diagnostics) {
  return Checker(service, diagnostics).run();
}

}  // namespace tidegate::flavours::adf_databricks
