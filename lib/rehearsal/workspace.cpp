// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/workspace.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "rehearsal/inputs.hpp"
#include "system/file_sink.hpp"
#include "system/temporary_folder.hpp"
#include "terraform/blocks.hpp"
#include "terraform/version_constraint.hpp"

namespace tidegate::rehearsal {

namespace {

constexpr std::string_view root_module = "terraform";
constexpr std::string_view another_pack =
    "make one of `terraform providers schema -json` with `tidegate sandbox pack` and name it: "
    "--pack FILE";

// "azure/azapi@2.999999.999999": the host takes the pack that is nearest below.
std::string wanted_pack(const ProviderNeed& need) {
  const auto highest = terraform::parse_constraint(need.constraint).highest();
  return need.address + (highest ? "@" + to_string(*highest) : "");
}

document::DocumentPtr read_json(const std::string& file) {
  auto text = system::read_file(file);
  if (!text) return nullptr;
  auto parsed = document::parse_json(file, std::move(*text));
  return parsed ? std::move(*parsed) : nullptr;
}

}  // namespace

bool Workspace::has_tests() const {
  return std::ranges::any_of(verified.manifest.files, [](const artifact::ManifestFile& file) {
    return terraform::is_test(file.path) &&
           (parent_path(file.path) == "terraform/tests" || parent_path(file.path) == root_module);
  });
}

Result<Workspace> open_workspace(const std::string& file, const std::string& base,
                                 const std::string& name) {
  Workspace out{.folder = join_path(base, name)};
  Result<artifact::Verified> verified = artifact::extract_artifact(file, out.folder);
  if (!verified) return verified.failure();
  out.verified = std::move(*verified);
  out.terraform = join_path(out.folder, root_module);
  out.values = join_path(base, name + ".tfvars.json");
  if (Status status = system::write_file(out.values, render_values(out.verified.manifest));
      !status) {
    return status.failure();
  }
  const auto tree = system::read_folder(out.folder, [](const std::string& path, bool) {
    return path != root_module && !path.starts_with("terraform/");
  });
  if (!tree) return tree.failure();
  Result<Requirements> requirements = read_requirements(**tree, std::string(root_module));
  if (!requirements) return requirements.failure();
  out.requirements = std::move(*requirements);
  if (!out.requirements.refused.empty()) return out.requirements.refused.front();
  return out;
}

Result<std::vector<std::string>> host_arguments(const Requirements& requirements,
                                                const std::string& types_file) {
  std::vector<std::string> words;
  for (const ProviderNeed& need : requirements.providers) {
    words.insert(words.end(), {"--provider", wanted_pack(need)});
  }
  if (types_file.empty()) return words;
  std::string text;
  for (const std::string& word : requirements.words) text += word + "\n";
  if (Status status = system::write_file(types_file, text); !status) return status.failure();
  words.insert(words.end(), {"--types", types_file});
  return words;
}

Status check_versions(const Requirements& requirements,
                      const std::map<std::string, std::string>& versions) {
  for (const ProviderNeed& need : requirements.providers) {
    const auto served = versions.find(need.address);
    if (served == versions.end()) continue;
    if (terraform::admits_line_of(need.constraint, served->second)) continue;
    return Diagnostic{
        .code = "sandbox.pack-missing",
        .where = need.where,
        .message = "no schema pack of " + need.address + " fits \"" + need.constraint +
                   "\": there is " + served->second,
        .hint = std::string(another_pack),
        .exit = ExitCode::unsupported};
  }
  return Done{};
}

Diagnostic with_place(Diagnostic failure, const Requirements& requirements) {
  if (failure.exit != ExitCode::unsupported) return failure;
  const std::size_t end = failure.message.find(": error: ");
  if (end == std::string::npos) return failure;
  const std::string_view before = std::string_view(failure.message).substr(0, end);
  for (const ProviderNeed& need : requirements.providers) {  // "…: hashicorp/azurerm@4.1.0"
    if (!before.substr(0, before.find('@')).ends_with(": " + need.address)) continue;
    failure.where = need.where;
    failure.hint = another_pack;
    break;
  }
  return failure;
}

std::string with_spelled_names(const std::string& reattach, const Requirements& requirements) {
  const auto parsed = document::parse_json("reattach", reattach);
  if (!parsed) return reattach;
  std::string out;
  document::JsonWriter writer(out, false);
  writer.begin_object();
  for (const document::Node server : (*parsed)->root()) {
    writer.key(server.key()).node(server);
    for (const ProviderNeed& need : requirements.providers) {
      const std::string spelled = to_lower(need.spelled);
      const bool hosted = std::ranges::count(spelled, '/') == 2;
      if (need.address == server.key() && hosted) writer.key(spelled).node(server);
    }
  }
  writer.end_object();
  return out;
}

Status write_unguarded(const Workspace& workspace) {
  for (const OverrideFile& file : unguarded_overrides(workspace.requirements.guarded)) {
    const Status status = system::write_file(join_path(workspace.folder, file.path), file.text);
    if (!status) return status;
  }
  return Done{};
}

Status remove_unguarded(const Workspace& workspace) {
  for (const OverrideFile& file : unguarded_overrides(workspace.requirements.guarded)) {
    const Status status = system::remove_file(join_path(workspace.folder, file.path));
    if (!status) return status;
  }
  return Done{};
}

std::vector<document::DocumentPtr> read_contracts(const Workspace& workspace) {
  std::vector<document::DocumentPtr> found;
  for (const std::string& path : workspace.verified.manifest.contract_outputs) {
    found.push_back(read_json(join_path(workspace.folder, path)));
  }
  return found;
}

document::DocumentPtr read_protect(const Workspace& workspace) {
  return read_json(join_path(workspace.folder, "gate/policy/protect.json"));
}

}  // namespace tidegate::rehearsal
