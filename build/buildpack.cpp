// SPDX-License-Identifier: Apache-2.0
#include "build/buildpack.hpp"

#include <algorithm>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "build/command.hpp"
#include "build/provenance.hpp"
#include "document/toml.hpp"
#include "document/write.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/file_tree.hpp"
#include "system/scratch_folder.hpp"

namespace tidegate {

namespace {

constexpr std::string_view layer = "artifact";
// A layer of its own: the folder of an artifact holds what its manifest lists, and nothing else.
constexpr std::string_view provenance_layer = "provenance";
constexpr std::string_view provenance_file = "provenance.json";
constexpr std::string_view types = "[types]\nlaunch = true\ncache = true\n";

std::string toml_string(std::string_view text) {
  std::string out;
  document::append_json_string(out, text);  // a TOML basic string has the same escapes
  return out;
}

struct Places {
  std::string layers{};
  std::string platform{};
};

// The environment first, then the arguments, in the order of the specification.
std::string place(const cli::Context& context, const char* variable, const std::vector<std::string>& arguments, std::size_t index) {
  const auto given = context.environment.get(variable);
  if (given && !given->empty()) return *given;
  return index < arguments.size() ? arguments[index] : std::string();
}

// The strings of a file that a platform wrote or gives back; none if it is not there or no TOML.
document::TomlStrings read_toml(const std::string& file, cli::Context& context) {
  if (!system::is_file(file)) return {};
  const Result<std::string> text = system::read_file(file);
  if (!text) return {};
  Result<document::TomlStrings> strings = document::read_toml_strings(file, *text);
  if (strings) return std::move(*strings);
  Diagnostics findings;
  findings.warning(strings.failure().code, strings.failure().where, strings.failure().message, "the file is not used");
  cli::print_diagnostics(context, findings, false);
  return {};
}

std::string value_of(const document::TomlStrings& strings, std::string_view name) {
  const auto found = strings.find(name);
  return found == strings.end() ? std::string() : found->second;
}

// What the platform says of the source: project-metadata.toml (buildpacks/spec, platform.md). In the platform's folder,
// or above the layers of all buildpacks, where the lifecycle expects it; kpack writes `repository`, pack `url`.
PlatformSource read_project_metadata(const std::string& layers, const std::string& platform, cli::Context& context) {
  constexpr std::string_view name = "project-metadata.toml";
  for (const std::string& folder : {platform, std::string(parent_path(layers))}) {
    if (folder.empty()) continue;
    const document::TomlStrings strings = read_toml(join_path(folder, name), context);
    if (value_of(strings, "source.type") != "git" || value_of(strings, "source.version.commit").empty()) continue;
    std::string repository = value_of(strings, "source.metadata.repository");
    if (repository.empty()) repository = value_of(strings, "source.metadata.url");
    return {.file = std::string(name),
            .commit = value_of(strings, "source.version.commit"),
            .repository = without_credentials(repository),
            .revision = value_of(strings, "source.metadata.revision")};
  }
  return {};
}

std::string render_layer(const artifact::Verified& verified) {
  const artifact::Manifest& manifest = verified.manifest;
  return std::string(types) +
         "\n[metadata]\nidentity = " + toml_string("sha256:" + verified.identity) +
         "\ninputsDigest = " + toml_string(manifest.inputs_digest) +
         "\ntool = " + toml_string(manifest.tool_version) + "\n";
}

// `provenance`: the statement.
std::string render_launch(const artifact::Verified& verified, const std::string& provenance) {
  const artifact::Manifest& manifest = verified.manifest;
  const std::vector<std::pair<std::string, std::string>> labels{
      {"io.tidegate.artifact.commit", manifest.source.commit},
      {"io.tidegate.artifact.identity", "sha256:" + verified.identity},
      {"io.tidegate.artifact.name", manifest.name},
      {"io.tidegate.artifact.provenance", "sha256:" + system::sha256_hex(provenance)},
      {"io.tidegate.artifact.version", manifest.version}};
  std::string out;
  for (const auto& label : labels) {
    out += (out.empty() ? "" : "\n") + std::string("[[labels]]\nkey = ") + toml_string(label.first) + "\nvalue = " + toml_string(label.second) + "\n";
  }
  return out;
}

// The only artifact in a folder that holds one build.
Result<std::string> find_artifact(const std::string& folder) {
  const Result<system::FileTreePtr> tree = system::read_folder(folder);
  if (!tree) return tree.failure();
  for (const system::Entry& entry : (*tree)->entries()) {
    if (artifact::without_archive_suffix(entry.path)) return join_path(folder, entry.path);
  }
  return Diagnostic{.code = "system.read-failed", .where = {.file = folder}, .message = "the artifact is not there", .exit = ExitCode::internal};
}

// The layer's folder gets the content of the artifact, unless it has it already.
Result<artifact::Verified> fill_layer(const std::string& file, const std::string& layers, cli::Context& context, bool& kept) {
  const Result<artifact::Verified> verified = artifact::verify_artifact(file, context.progress);
  if (!verified) return verified.failure();
  const std::string folder = join_path(layers, layer);
  kept = system::is_folder(folder) && value_of(read_toml(folder + ".toml", context), "metadata.inputsDigest") == verified->manifest.inputs_digest;
  if (kept) return verified;
  if (Status status = system::remove_folder(folder); !status) return status.failure();
  return artifact::extract_artifact(file, folder, context.progress);
}

Status write_layer(const std::string& file, const std::string& layers, const artifact::Verified& verified) {
  const Result<std::string> sbom = system::read_file(file + ".cdx.json");
  if (!sbom) return sbom.failure();
  const Result<std::string> provenance = system::read_file(file + ".provenance.json");
  if (!provenance) return provenance.failure();
  const std::string folder = join_path(layers, layer), beside = join_path(layers, provenance_layer);
  if (Status status = system::write_file(folder + ".sbom.cdx.json", *sbom); !status) return status;
  if (Status status = system::write_file(folder + ".toml", render_layer(verified)); !status) return status;
  if (Status status = system::remove_folder(beside); !status) return status;
  if (Status status = system::make_folders(beside); !status) return status;
  if (Status status = system::write_file(join_path(beside, provenance_file), *provenance); !status)
    return status;
  if (Status status = system::write_file(beside + ".toml", std::string(types)); !status)
    return status;
  return system::write_file(join_path(layers, "launch.toml"), render_launch(verified, *provenance));
}

}  // namespace

std::optional<std::string> platform_option(const cli::Context& context, const std::string& platform, const std::string& name) {
  auto value = context.environment.get(name);
  if ((!value || value->empty()) && !platform.empty()) {
    const std::string file = platform + "/env/" + name;
    if (system::is_file(file)) {
      if (const Result<std::string> text = system::read_file(file)) value = *text;
    }
  }
  if (!value || value->empty()) return std::nullopt;
  return value;
}

ExitCode run_buildpack_build(cli::Context& context, const std::vector<std::string>& arguments) {
  const std::string layers = place(context, "CNB_LAYERS_DIR", arguments, 0);
  const std::string platform = place(context, "CNB_PLATFORM_DIR", arguments, 1);
  if (layers.empty()) {
    context.terminal.err("build: no layers folder: set CNB_LAYERS_DIR, or call `build LAYERS PLATFORM PLAN`\n");
    return ExitCode::usage;
  }
  const Result<std::unique_ptr<system::ScratchFolder>> scratch = system::ScratchFolder::make();
  if (!scratch) return cli::print_failure(context, scratch.failure());

  // The same build as everywhere; what it prints is the log of the platform.
  BuildOptions options{.output = (*scratch)->path(), .previous = {}};
  options.compression = artifact::Compression::zstd;  // of a file that is extracted into the layer at once: the faster
  options.path = platform_option(context, platform, "BP_TIDEGATE_PATH").value_or("");
  options.version = platform_option(context, platform, "BP_TIDEGATE_VERSION").value_or("");
  options.strict = platform_option(context, platform, "BP_TIDEGATE_STRICT").value_or("") == "true";
  options.for_layer = true;
  options.platform_source = read_project_metadata(layers, platform, context);
  for (const char* name : {"GITHUB_SHA", "BUILD_SOURCEVERSION", "GIT_COMMIT"}) {
    std::string& commit = options.platform_source.commit;
    if (commit.empty()) commit = platform_option(context, platform, name).value_or("");
  }
  system::MemoryTerminal lines;
  cli::Context inner{lines, context.environment};
  inner.progress = context.progress;
  const ExitCode code = run_build(options, inner);
  context.terminal.err(lines.err_text);
  if (code != ExitCode::success) return code;

  const Result<std::string> file = find_artifact((*scratch)->path());
  if (!file) return cli::print_failure(context, file.failure());
  bool kept = false;
  const Result<artifact::Verified> verified = fill_layer(*file, layers, context, kept);
  if (!verified) return cli::print_failure(context, verified.failure());
  if (Status status = write_layer(*file, layers, *verified); !status) return cli::print_failure(context, status.failure());
  context.terminal.out(std::string(kept ? "layer    artifact kept: same inputs\n" : "layer    artifact\n") + "identity sha256:" +
                       verified->identity + "\n");
  return ExitCode::success;
}

}  // namespace tidegate
