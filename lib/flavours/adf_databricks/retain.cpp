// SPDX-License-Identifier: Apache-2.0
// Addresses hold the digest of their release here: one path in the workspace then has one address,
// whatever follows what, also when a release returns to what an earlier one had. With one address a
// path that is both created and destroyed by a plan would be gone in the end.
#include "flavours/adf_databricks/retain.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "flavours/adf_databricks/place.hpp"
#include "service/standard_variables.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using document::Node;
using Target = FileLink::Target;

// Literal text of Terraform's JSON syntax.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    const std::string_view three = text.substr(i, 3);
    if (three == "$${" || three == "%%{") ++i;
  }
  return out;
}

// The digest in "…/<service>/<digest16>/…".
std::string digest_in(const std::string& path, const std::string& service) {
  const std::string folder = "/" + service + "/";
  for (std::size_t at = path.find(folder); at != std::string::npos; at = path.find(folder, at + 1)) {
    const std::string digest = path.substr(at + folder.size(), release_size);
    const bool hex = digest.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (hex && digest.size() == release_size && path.substr(at + folder.size() + release_size, 1) == "/") return digest;
  }
  return {};
}

class Retainer {
 public:
  Retainer(Service& service, const ReleaseBefore& before, Diagnostics& diagnostics)
      : service_(service), before_(before), diagnostics_(diagnostics), keeps_(service.manifest.retain > 0) {}

  void run() {
    for (const UploadKind& kind : upload_kinds) {
      const auto text = before_.terraform.find(kind.terraform_file);
      if (text == before_.terraform.end()) continue;
      const auto parsed = document::parse_json(before_.file + ":terraform/" + text->first, text->second);
      if (!parsed) {
        diagnostics_.add(parsed.failure());
        continue;
      }
      for (const Node type : (*parsed)->root()["resource"]) {
        for (const Node block : type) look_at(kind.target, std::string(type.key()), block);
      }
    }
    add_variables();
    std::ranges::sort(service_.retained, {}, [](const Retained& one) { return std::pair(one.type, one.name); });
    std::ranges::sort(service_.moved, {}, &Moved::from);
  }

 private:
  void look_at(Target target, const std::string& type, const Node& block) {
    const std::string path(block["path"].as_string());
    const std::string digest = digest_in(path, service_.manifest.service);
    if (digest.empty()) return;
    std::string name(block.key());
    const std::string suffix = "_" + digest;
    const std::string base = name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name;
    const bool is_current = digest == release_of(service_, target);
    if (!keeps_ && !is_current) return;
    const std::string wanted = keeps_ ? base + suffix : base;
    if (wanted != name) service_.moved.push_back({type + "." + name, type + "." + wanted});
    if (!is_current) keep(target, digest, block, {.type = type, .name = wanted});
  }

  void keep(Target target, const std::string& digest, const Node& block, Retained one) {
    const std::string_view path = block["path"].as_string();
    for (const std::string variable : {"workspace_root", "volume_path"}) {
      const std::string start = "${var." + variable + "}";
      if (!path.starts_with(start)) continue;
      one.variable = variable;
      one.path = unescaped(path.substr(start.size()));
    }
    if (one.variable.empty()) one.path = unescaped(path);
    for (const char* argument : {"language", "format"}) {
      if (!block[argument]) continue;
      one.argument = argument;
      one.value = std::string(block[argument].as_string());
    }
    constexpr std::string_view module = "${path.module}/../";
    const std::string_view written = block["source"].as_string();
    if (!written.starts_with(module)) return;
    const std::string source = unescaped(written.substr(module.size()));
    const auto known = before_.digests.find(source);
    if (known == before_.digests.end()) return;
    one.before = source;
    one.digest = known->second;
    one.packed = packed_path(target, digest, source);
    service_.retained.push_back(std::move(one));
  }

  // files/notebooks/<digest16>/…, where a release that retains packs its own files.
  static std::string packed_path(Target target, const std::string& digest, const std::string& source) {
    const std::string folder = upload_kind(target).folder;
    const std::string below = source.starts_with(folder) ? source.substr(folder.size()) : source;
    return below.starts_with(digest + "/") ? source : folder + digest + "/" + below;
  }

  // Where the service had notebooks and has none any more, nothing else declares the variable.
  void add_variables() {
    const auto needs = [&](std::string_view variable) {
      return std::ranges::any_of(service_.retained, [&](const Retained& one) { return one.variable == variable; });
    };
    service::add_standard_variables(service_.bindings, service_.manifest,
                                    {.notebooks = needs("workspace_root"), .jars = needs("volume_path")});
    std::erase_if(service_.retained, [&](const Retained& one) {
      const auto& all = service_.bindings.variables;
      if (one.variable.empty() ||
          std::ranges::find(all, one.variable, &service::EnvironmentVariable::name) != all.end())
        return false;
      diagnostics_.warning("service.nothing-retained", {.file = before_.file},
                           one.path + " is not retained: it lies below the variable " + one.variable +
                               ", which this release has no more",
                           "keep `placement` as it was for one release");
      return true;
    });
  }

  Service& service_;
  const ReleaseBefore& before_;
  Diagnostics& diagnostics_;
  const bool keeps_;
};

}  // namespace

void retain_release(Service& service, const ReleaseBefore& before, Diagnostics& diagnostics) {
  Retainer(service, before, diagnostics).run();
}

}  // namespace tidegate::flavours::adf_databricks
