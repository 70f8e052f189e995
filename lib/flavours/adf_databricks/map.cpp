// SPDX-License-Identifier: Apache-2.0
// Service -> Terraform (adf.md, section 9). Objects are mapped when their file is written; what
// differs from their source stands in Mapping::rewrites.
#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "document/write.hpp"
#include "flavours/adf_databricks/access.hpp"
#include "flavours/adf_databricks/map_object.hpp"
#include "flavours/adf_databricks/own.hpp"
#include "flavours/adf_databricks/place.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using terraform::Block;
using terraform::Members;
using terraform::Value;

class Mapper {
 public:
  Mapper(std::shared_ptr<const Service> service, Diagnostics& diagnostics)
      : service_(std::move(service)), diagnostics_(diagnostics) {}

  Mapping run() {
    refuse_unsupported();
    add_header();
    add_notebooks();
    add_jars();
    add_files();
    add_retained();
    if (has_own_factory(*service_)) check_own(*service_, diagnostics_);
    for (Block& block : map_own(*service_)) ready_["own.tf.json"].push_back(std::move(block));
    for (Block& block : map_access(*service_)) ready_["access.tf.json"].push_back(std::move(block));
    for (auto& file : ready_) mapping_.configuration.files[file.first] = std::move(file.second);
    add_objects();
    add_contracts();
    terraform::check_configuration(mapping_.configuration, service_->written, service_->locked,
                                   diagnostics_);
    std::sort(mapping_.uploads.begin(), mapping_.uploads.end(),
              [](const Upload& a, const Upload& b) { return a.path < b.path; });
    return std::move(mapping_);
  }

 private:
  void unsupported(const char* code, Location where, std::string message, std::string hint) {
    diagnostics_.add({.code = code,
                      .where = std::move(where),
                      .message = std::move(message),
                      .hint = std::move(hint),
                      .exit = ExitCode::unsupported});
  }

  void refuse_unsupported() {
    for (const adf::Object& object : service_->factory.objects) {
      if (object.kind != adf::ObjectKind::synapse) continue;
      unsupported("terraform.synapse-object", object.root().location(),
                  "a Synapse object cannot be deployed to a Data Factory",
                  "move it out of the Data Factory root, or exclude it with build.exclude");
    }
  }

  void add_header() {
    terraform::Configuration& configuration = mapping_.configuration;
    configuration.required_version = ">= 1.7";
    configuration.providers.push_back(
        {.local_name = "azapi", .source = "Azure/azapi", .constraint = ">= 2.4, < 3"});
    if (!service_->notebooks.empty() || !service_->jars.empty() ||
        !service_->config_files.empty() || !service_->retained.empty() || !own_schemas(*service_).empty() ||
        !own_volumes(*service_).empty()) {
      configuration.providers.push_back({.local_name = "databricks",
                                         .source = "databricks/databricks",
                                         .constraint = ">= 1.80, < 2"});
    }
    if (uses_azurerm() || has_own_factory(*service_)) {
      terraform::Provider provider{
          .local_name = "azurerm", .source = "hashicorp/azurerm", .constraint = ">= 4.9, < 6"};
      // Without the block azurerm does not start; the service's own one counts.
      if (!configures_azurerm()) provider.configuration = {{"features", Members{}}};
      configuration.providers.push_back(std::move(provider));
      std::ranges::sort(configuration.providers, {}, &terraform::Provider::local_name);
    }
    for (const service::EnvironmentVariable& variable : service_->bindings.variables) {
      if (variable.declared) continue;
      configuration.variables.push_back({.name = variable.name,
                                         .type = variable.type,
                                         .description = variable.description,
                                         .sensitive = variable.sensitive,
                                         .required = variable.required,
                                         .default_value = default_of(variable)});
    }
  }

  static Value default_of(const service::EnvironmentVariable& variable) {
    return variable.type == "bool" ? Value(false) : Value("");
  }

  bool configures_azurerm() const {
    return std::ranges::any_of(service_->written, [](const terraform::WrittenFile& file) {
      return std::ranges::any_of(file.declarations, [](const terraform::Declaration& one) {
        return one.kind == "provider" && one.name == "azurerm";
      });
    });
  }

  // By the service's own Terraform.
  bool uses_azurerm() const {
    return std::ranges::any_of(service_->written, [](const terraform::WrittenFile& file) {
      return std::ranges::any_of(file.declarations, [](const terraform::Declaration& one) {
        return one.type.starts_with("azurerm_") || (one.kind == "provider" && one.name == "azurerm");
      });
    });
  }

  static Value source_of(const std::string& packed) {
    return terraform::Template{
        {{.text = "path.module", .is_expression = true}, {.text = "/../" + packed}}};
  }

  void add_upload(const std::string& file, Block block) {
    block.lifecycle = {{"create_before_destroy", true}};
    ready_[file].push_back(std::move(block));
  }

  Block upload(FileLink::Target target, std::size_t index, std::optional<std::string> bytes = {}) {
    const Placement& place = place_of(*service_, target, index);
    mapping_.uploads.push_back({.path = place.packed, .origin = place.origin, .bytes = std::move(bytes)});
    Block block{.type = place.type, .name = place.name};
    block.body = {{"path", place.path}, {"source", source_of(place.packed)}};
    return block;
  }

  void add_notebooks() {
    for (std::size_t i = 0; i < service_->notebooks.size(); ++i) {
      const databricks::Notebook& notebook = service_->notebooks[i];
      std::optional<std::string> bytes;
      const auto rewritten = service_->rewritten_notebooks.find(i);
      if (rewritten != service_->rewritten_notebooks.end()) {
        bytes = rewritten->second;
        mapping_.rewrites.push_back({.file = notebook.file, .rule = notebook.as_source ? "archive.source" : "run.relative"});
      }
      Block block = upload(FileLink::Target::notebook, i, std::move(bytes));
      if (notebook.format == "source" || notebook.as_source) {
        block.body.emplace_back("language", databricks::terraform_language(notebook.language));
      } else {
        block.body.emplace_back("format", notebook.format == "dbc" ? "DBC" : "JUPYTER");
      }
      add_upload(upload_kind(FileLink::Target::notebook).terraform_file, std::move(block));
    }
  }

  void add_jars() {
    for (std::size_t i = 0; i < service_->jar_files.size(); ++i) {
      Block block = upload(FileLink::Target::jar, i);
      if (owns_library_volume(*service_)) block.depends_on = {"databricks_volume.libraries"};
      add_upload(upload_kind(FileLink::Target::jar).terraform_file, std::move(block));
    }
  }

  void add_files() {
    for (std::size_t i = 0; i < service_->config_files.size(); ++i) {
      std::optional<std::string> bytes;
      if (const auto stand_in = service_->stand_ins.find(i);
          stand_in != service_->stand_ins.end()) {
        bytes = stand_in->second;
        mapping_.rewrites.push_back(
            {.file = service_->config_files[i].path, .rule = "import.root"});
      }
      Block block = upload(FileLink::Target::file, i, std::move(bytes));
      if (service_->stand_ins.contains(i)) mapping_.uploads.back().origin = "generated";
      add_upload(upload_kind(FileLink::Target::file).terraform_file, std::move(block));
    }
  }

  void add_retained() {
    for (const Retained& one : service_->retained) {
      Block block{.type = one.type, .name = one.name};
      terraform::Template path;
      if (!one.variable.empty()) path.parts.push_back({.text = "var." + one.variable, .is_expression = true});
      path.parts.push_back({.text = one.path});
      block.body = {{"path", std::move(path)}, {"source", source_of(one.packed)}};
      if (!one.argument.empty()) block.body.emplace_back(one.argument, one.value);
      if (one.type == "databricks_file" && owns_library_volume(*service_)) block.depends_on = {"databricks_volume.libraries"};
      add_upload("retained.tf.json", std::move(block));
    }
  }

  void add_objects() {
    struct Item {
      std::size_t index = 0;
      std::optional<TriggerAction> action{};
    };
    std::map<std::string, std::vector<Item>> files;
    std::vector<Item> actions;
    std::vector<std::size_t> mapped;
    const std::vector<adf::Object>& objects = service_->factory.objects;
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const MappedKind* kind = find_mapped_kind(objects[i].kind, has_own_factory(*service_));
      const bool is_own_factory =
          objects[i].kind == adf::ObjectKind::factory && has_own_factory(*service_);
      const bool sent = (kind != nullptr || is_own_factory) && objects[i].properties();
      if (!sent) {
        add_noise(*service_, i, mapping_.rewrites, diagnostics_);
        continue;
      }
      mapped.push_back(i);
      if (kind == nullptr) continue;  // map_own
      files[std::string(kind->file)].push_back({.index = i});
      if (!has_actions(objects[i])) continue;
      for (const TriggerAction action : {TriggerAction::stop, TriggerAction::start}) {
        actions.push_back({.index = i, .action = action});
      }
    }
    say_rewrites(mapped);
    for (auto& file : files) {
      const bool with_actions =
          file.first == find_mapped_kind(adf::ObjectKind::trigger, false)->file && !actions.empty();
      if (with_actions) file.second.insert(file.second.end(), actions.begin(), actions.end());
      terraform::Blocks blocks;
      blocks.count = file.second.size();
      blocks.types = {"azapi_resource"};
      if (with_actions) blocks.types.emplace_back("azapi_resource_action");
      const auto items = std::make_shared<const std::vector<Item>>(std::move(file.second));
      blocks.make = [service = service_, items](std::size_t i) {
        const Item& item = (*items)[i];
        return item.action ? map_action(*service, item.index, *item.action) : map_object(*service, item.index);
      };
      blocks.address = [service = service_, items](std::size_t i) {
        const Item& item = (*items)[i];
        const adf::Object& object = service->factory.objects[item.index];
        return item.action ? action_address(object, *item.action) : object_address(object);
      };
      mapping_.configuration.files[file.first] = std::move(blocks);
    }
  }

  void say_rewrites(const std::vector<std::size_t>& objects) {
    struct Said {
      std::vector<Rewrite> rewrites{};
      Diagnostics diagnostics{};
    };
    std::vector<Said> said(objects.size(), {.diagnostics = diagnostics_.empty_like_this()});
    for_each_index(objects.size(), [&](std::size_t i) {
      add_rewrites(*service_, objects[i], said[i].rewrites, said[i].diagnostics);
    });
    std::size_t rewrites = mapping_.rewrites.size(), findings = 0;
    for (const Said& one : said) {
      rewrites += one.rewrites.size();
      findings += one.diagnostics.items().size();
    }
    mapping_.rewrites.reserve(rewrites);
    diagnostics_.reserve_more(findings);
    for (Said& one : said) {
      std::ranges::move(one.rewrites, std::back_inserter(mapping_.rewrites));
      diagnostics_.append(std::move(one.diagnostics));
    }
  }

  void add_contracts() {
    for (const service::Produced& produced : service_->manifest.produces) {
      std::string text;
      document::JsonWriter writer(text);
      writer.begin_object()
          .member("schema", "tidegate/contract/1")
          .member("dataset", produced.dataset)
          .member("service", service_->manifest.service)
          .member("owner", service_->manifest.owner)
          .member("version", service_->manifest.version)
          .member("format", produced.format)
          .member("mode", produced.mode)
          .key("location")
          .begin_object()
          .member("linkedService", produced.linked_service)
          .member("path", produced.path)
          .end_object();
      if (!produced.retention.empty()) writer.member("retention", produced.retention);
      if (!produced.schema.empty()) writer.member("columns", file_name(produced.schema));
      writer.member_boolean("shared", produced.shared).key("addresses").begin_array();
      const adf::Object* dataset = service_->factory.find(adf::ObjectKind::dataset, produced.adf);
      if (dataset != nullptr) writer.string(object_address(*dataset));
      writer.end_array().end_object();
      mapping_.contracts.push_back({.dataset = produced.dataset, .json = text + "\n"});
    }
    std::sort(
        mapping_.contracts.begin(), mapping_.contracts.end(),
        [](const ProducedContract& a, const ProducedContract& b) { return a.dataset < b.dataset; });
  }

  const std::shared_ptr<const Service> service_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::vector<Block>> ready_{};  // blocks of uploads, by file
  Mapping mapping_{};
};

}  // namespace

Mapping map_service(std::shared_ptr<const Service> service, Diagnostics& diagnostics) {
  return Mapper(std::move(service), diagnostics).run();
}

}  // namespace tidegate::flavours::adf_databricks
