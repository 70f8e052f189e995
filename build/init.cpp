// SPDX-License-Identifier: Apache-2.0
// Bindings are those that a build without manifest derives, one a leaf. A host, subscription, tenant
// or cluster that stands elsewhere, too, becomes one literal for all its places; where such a literal
// lies inside a derived leaf, it takes the leaf's place, for a leaf has one binding.
#include "build/init.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "document/yaml_text.hpp"
#include "service/acceptance.hpp"
#include "service/derived_datasets.hpp"
#include "service/environment_scan.hpp"
#include "service/observe.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;
using document::Node;
using service::EnvironmentKind;

// A text as YAML: plain where no reader takes it for something else, else in quotes.
std::string yaml(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/';
  });
  constexpr std::array<std::string_view, 9> words{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  const bool letter = plain && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
  const bool word = std::any_of(words.begin(), words.end(), [&](std::string_view one) { return equal_ignoring_case(one, text); });
  if (letter && !word) return std::string(text);
  std::string out;
  document::append_yaml_string(out, text);
  return out;
}

std::string identifier(std::string_view text) {
  std::string out;
  for (const char c : to_lower(text)) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (good) out += c;
    if (!good && !out.empty() && out.back() != '_') out += '_';
  }
  while (out.ends_with('_')) out.pop_back();
  if (out.empty() || (out[0] >= '0' && out[0] <= '9')) out = "v_" + out;
  return out.substr(0, 60);
}

// ds_orders_curated -> orders_curated
std::string dataset_name(std::string_view adf) {
  std::string name = identifier(adf);
  for (const std::string_view prefix : {"ds_", "dataset_"}) {
    if (name.starts_with(prefix) && name.size() > prefix.size()) return name.substr(prefix.size());
  }
  return name;
}

std::string format_of(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known{
      {{"Parquet", "parquet"}, {"DelimitedText", "csv"}, {"Json", "json"}, {"Avro", "avro"}}};
  for (const auto& one : known) {
    if (one.first == type) return std::string(one.second);
  }
  return type.ends_with("Table") ? "table" : "";
}

struct Literal {
  std::string text{};
  EnvironmentKind kind = EnvironmentKind::host;
};

class Writer {
 public:
  Writer(const flavour::Service& service, const InitNames& names) : service_(service), names_(names) {}

  std::string run() {
    const service::ServiceManifest& m = service_.manifest;
    line("# What tidegate derived from this repository. Check it, and correct what is wrong:");
    line("# docs/formats/tidegate.yaml.md explains every field.");
    line("apiVersion: tidegate/v1");
    line("service: " + yaml(names_.service.empty() ? m.service : names_.service));
    line("owner: " + yaml(names_.owner.empty() ? m.owner : names_.owner) +
         (names_.owner.empty() ? "                 # write down the one team that answers for it" : ""));
    line("domain: " + yaml(names_.domain.empty() ? m.domain : names_.domain));
    line("version: \"0.1.0\"");
    line("flavour: adf_databricks");
    line("adf:");
    line("  root: " + yaml(service_.factory.root.empty() ? "." : service_.factory.root));
    list("  external", external());
    if (!service_.notebooks.empty()) {
      const std::string folder = notebook_folder();
      if (!folder.empty()) {
        line("databricks:");
        line("  notebooks: " + yaml(folder));
      }
    }
    libraries();
    if (!service_.config_files.empty()) line("config: " + yaml(m.config));
    outputs();
    inputs();
    bindings();
    line("placement:");
    line("  factory: shared");
    line("  jars: volume");
    line("  retain: 0");
    line("build:");
    line("  warningsAsErrors: false");
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }

  void list(const std::string& name, const std::set<std::string>& values) {
    std::string text;
    for (const std::string& one : values) text += (text.empty() ? "" : ", ") + yaml(one);
    line(name + ": [" + text + "]");
  }

  // What the repository refers to and does not hold.
  std::set<std::string> external() const {
    std::set<std::string> names;
    for (const adf::Reference& one : service_.factory.references) {
      const bool supplied = one.kind == adf::ObjectKind::linked_service || one.kind == adf::ObjectKind::integration_runtime ||
                            one.kind == adf::ObjectKind::credential;
      if (!one.target && !one.dynamic && supplied && !one.name.empty() &&
          !equal_ignoring_case(one.name, "AutoResolveIntegrationRuntime"))
        names.emplace(one.name);
    }
    return names;
  }

  std::string notebook_folder() const {
    std::string folder(parent_path(service_.notebook_files[0].path));
    for (const flavour::PackedPath& file : service_.notebook_files) {
      while (!folder.empty() && !file.path.starts_with(folder + "/")) folder = std::string(parent_path(folder));
    }
    return folder;
  }

  void libraries() {
    if (service_.poms.empty() && service_.jars.empty()) return;
    line("libraries:");
    if (!service_.poms.empty()) line("  pom: " + yaml(service_.poms[0].file));
    if (!service_.jars.empty()) line("  jars: " + yaml(parent_path(service_.jars[0].file)));
  }

  void outputs() {
    std::string text;
    for (const service::DerivedDataset& one : datasets_.produces) {
      text += "  - dataset: " + yaml(unique(dataset_name(one.adf))) + "\n    adf: " + yaml(one.adf) + "\n";
      const adf::Object* dataset = one.object ? &service_.factory.objects[*one.object] : nullptr;
      const std::string format = dataset == nullptr ? "" : format_of(dataset->properties()["type"].as_string());
      if (!format.empty()) text += "    format: " + format + "\n";
      text += std::string("    mode: ") + (one.overwritten ? "overwrite" : "append") + "\n";
      if (dataset == nullptr) continue;
      const service::Place place = service::place_of_dataset(*dataset);
      const std::string_view linked = dataset->properties()["linkedServiceName"]["referenceName"].as_string();
      if (!place.segments.empty() && !linked.empty())
        text += "    location: {linkedService: " + yaml(linked) + ", path: " + yaml(join(place.segments, "/")) + "}\n";
    }
    if (text.empty()) return;
    line("produces:                          # observed; remove what is only working data");
    text_ += text;
  }

  void inputs() {
    std::string text;
    for (const service::DerivedDataset& one : datasets_.consumes) {
      text += "  - dataset: " + yaml(unique(dataset_name(one.adf))) + "\n    adf: " + yaml(one.adf) +
              "\n    from: external                 # or the service that produces it\n";
    }
    if (text.empty()) return;
    line("consumes:");
    text_ += text;
  }

  std::string unique(std::string name) {
    std::string made = name;
    for (int i = 2; !names_of_datasets_.insert(to_lower(made)).second; ++i) made = name + "_" + std::to_string(i);
    return made;
  }

  // Values of an environment in texts that no derived leaf covers.
  std::vector<Literal> literals() const {
    std::map<std::string, EnvironmentKind> found;
    for (std::size_t i = 0; i < service_.factory.objects.size(); ++i) {
      const document::DocumentPtr& document = service_.factory.objects[i].document;
      if (!document) continue;
      std::set<std::uint32_t> covered;
      for (const service::BoundLeaf& leaf : service::leaves_of(service_.bindings, i)) covered.insert(leaf.node.index());
      for (std::uint32_t n = 0; n < document->node_count(); ++n) {
        const Node node = document->node(n);
        if (!node.is_string() || covered.contains(n) || node.key() == "referenceName") continue;
        for (const service::EnvironmentHit& hit : service::find_environment_values(node.as_string())) {
          if (hit.kind == EnvironmentKind::segment) continue;
          found.emplace(std::string(node.as_string().substr(hit.begin, hit.size)), hit.kind);
        }
      }
    }
    std::vector<Literal> out;
    for (const auto& one : found) {
      // One inside another would bind one place twice; the longer one covers it.
      const bool inside = std::any_of(found.begin(), found.end(), [&](const auto& other) {
        return other.first.size() > one.first.size() && other.first.find(one.first) != std::string::npos;
      });
      if (!inside) out.push_back({one.first, one.second});
    }
    return out;
  }

  static std::string_view word_of(EnvironmentKind kind) {
    switch (kind) {
      case EnvironmentKind::host:
        return "Host";
      case EnvironmentKind::subscription:
        return "Subscription";
      case EnvironmentKind::identity:
        return "Id of a tenant, client or object";
      case EnvironmentKind::cluster:
        return "Cluster";
      case EnvironmentKind::segment:
        break;
    }
    return "Value";
  }

  std::string variable(std::string wanted) {
    std::string made = wanted;
    for (int i = 2; !variables_.insert(made).second; ++i) made = wanted + "_" + std::to_string(i);
    return made;
  }

  void bindings() {
    std::vector<Literal> all = literals();
    std::string text;
    for (const service::BoundLeaf& leaf : service_.bindings.leaves) {
      const auto known = std::find_if(service_.bindings.variables.begin(), service_.bindings.variables.end(),
                                      [&](const auto& one) { return one.name == leaf.whole; });
      if (known == service_.bindings.variables.end()) continue;
      const auto overlapping = [&](const Literal& one) { return leaf.node.as_string().find(one.text) != std::string_view::npos; };
      if (known->sensitive) {
        // Secret as a whole: a literal inside would tear it apart, and show a part of it.
        std::erase_if(all, overlapping);
      } else if (std::any_of(all.begin(), all.end(), overlapping)) {
        continue;
      }
      text += "  - variable: " + variable(known->name) + "\n    type: " + yaml(known->type) + "\n    description: " +
              yaml(known->description) + "\n";
      if (known->sensitive) text += "    sensitive: true\n";
      text += "    path: " + yaml(known->source) + "\n";
    }
    for (const Literal& one : all) {
      const std::string name = one.kind == EnvironmentKind::host
                                   ? "host_" + identifier(one.text.substr(0, one.text.find('.')))
                                   : identifier(word_of(one.kind));
      text += "  - variable: " + variable(name) + "\n    type: string\n    description: " +
              yaml(std::string(word_of(one.kind)) + " of the environment") + "\n    literal: " + yaml(one.text) + "\n";
    }
    if (text.empty()) return line("bindings: []");
    line("bindings:                          # values of one environment -> variables");
    text_ += text;
  }

  const flavour::Service& service_;
  const InitNames& names_;
  std::string text_{};
  const service::DerivedDatasets datasets_ = service::derive_datasets(service_.factory);
  std::set<std::string> names_of_datasets_{}, variables_{};
};

constexpr std::string_view ignored = R"(# Artifacts and values of environments do not belong into git.
*.tar.gz
*.tar.zst
derived.tfvars.json
*.auto.tfvars.json
.terraform/
*.tfstate
*.tfstate.*
)";

// The templates of buildpack/ci; where each build server looks for them.
struct Pipeline {
  std::string_view name{};  // as --ci says it
  std::string_view path{};
  std::string_view text{};
};
constexpr Pipeline pipelines[] = {
#include "build/pipelines.inc"
};

}  // namespace

std::string render_manifest_text(const flavour::Service& service, const InitNames& names) {
  return Writer(service, names).run();
}

std::string render_severities(const Diagnostics& without, const Diagnostics& with) {
  const auto codes_of = [](const Diagnostics& all) {
    std::set<std::string> codes;
    for (const Diagnostic& one : all.items()) {
      if (one.severity == Severity::error) codes.insert(one.code);
    }
    return codes;
  };
  const std::set<std::string> before = codes_of(without);
  std::string text;
  for (const std::string& code : codes_of(with)) {
    if (!before.contains(code) && service::may_set_severity(code)) text += "    " + code + ": warning\n";
  }
  if (text.empty()) return text;
  return "checks:\n  severity:                        # errors of a release: mend what is found, then remove the line\n" + text;
}

std::map<std::string, std::string> init_files(const std::string&, const std::string& ci) {
  std::map<std::string, std::string> files{{".gitignore", std::string(ignored)}};
  for (const Pipeline& one : pipelines) {
    if (one.name == ci) files[std::string(one.path)] = one.text;
  }
  return files;
}

std::string readme_section(const std::string& name, const std::string& owner) {
  return std::string(readme_marker) + "\n## Service " + name + "\n\nOwned by " + owner +
         ". `tidegate.yaml` says what it produces and consumes; `tidegate build` makes the artifact that is deployed.\n\n"
         "    tidegate build . -o out         # check and pack\n"
         "    tidegate graph . --format html -o graph.html\n" +
         std::string(readme_marker) + "\n";
}

}  // namespace tidegate
