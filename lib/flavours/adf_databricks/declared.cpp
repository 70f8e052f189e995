// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/declared.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "service/type_constraint.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

service::EnvironmentVariable to_contract(const terraform::DeclaredVariable& declared) {
  // Defaults of optional attributes and the like: Terraform checks them, the contract does not.
  const std::string type = service::is_type_constraint(declared.type) ? declared.type : "any";
  return {.name = declared.name,
          .type = type,
          .required = declared.required,
          .sensitive = declared.sensitive,
          .description = declared.description,
          .example = declared.required ? service::example_of_type(type) : std::string(),
          .source = declared.where.file,
          .declared = true};
}

// example_of_type gives JSON text; of a string the contract has the text itself.
std::string as_example(const service::EnvironmentVariable& variable) {
  const std::string& text = variable.example;
  const bool quoted = variable.type == "string" && text.size() >= 2 && text.front() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

void add_declared_variables(Service& service, Diagnostics& diagnostics) {
  std::vector<service::EnvironmentVariable>& all = service.bindings.variables;
  std::map<std::string, Location> seen;
  for (const service::EnvironmentVariable& variable : all) {
    seen.emplace(variable.name, Location{.file = "the generated variables.tf.json"});
  }
  for (const terraform::DeclaredVariable& declared : service.declared) {
    const auto [first, is_new] = seen.emplace(declared.name, declared.where);
    if (!is_new) {
      diagnostics.error("terraform.duplicate-variable", declared.where,
                        "variable \"" + printable(declared.name) + "\" is declared in " +
                            to_string(first->second) + ", too",
                        "remove this block: one declaration serves the whole root module");
      continue;
    }
    all.push_back(to_contract(declared));
    all.back().example = as_example(all.back());
  }
  for (const service::OwnVariable& own : service.manifest.variables) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& variable) {
      return variable.declared && variable.name == own.variable;
    });
    if (found != all.end()) {
      found->example = own.example;
    } else if (!own.variable.empty()) {
      diagnostics.error("service.manifest-invalid", own.where,
                        "no file of terraform/ declares the variable \"" + printable(own.variable) + "\"",
                        "correct its name, or remove the entry");
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

}  // namespace tidegate::flavours::adf_databricks
