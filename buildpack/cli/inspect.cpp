// SPDX-License-Identifier: Apache-2.0
// `tidegate inspect`: what the manifest says. Only the first entry of the archive is read, so nothing
// is proved; every text of the manifest is printed as text of a stranger.
#include <algorithm>
#include <map>
#include <memory>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "buildpack/cli/command.hpp"

namespace tidegate::cli {

namespace {

using artifact::Manifest;
using artifact::ManifestFile;

struct InspectOptions {
  std::string file{};
  bool json = false;
  bool files = false;
};

// Two columns: a label of ten characters, then the value.
std::string labelled(std::string_view label, std::string_view value) {
  std::string line = "  ";
  line += label;
  line.append(line.size() < 13 ? 13 - line.size() : 1, ' ');
  return line + printable(value) + "\n";
}

std::string describe_source(const Manifest& manifest) {
  const auto& source = manifest.source;
  std::string text = source.kind == "git" ? "commit " + source.commit : "folder without git, commit " + source.commit;
  if (!source.path.empty()) text += ", folder " + source.path;
  if (!source.repository.empty()) text += ", of " + source.repository;
  if (source.dirty) text += ", with changes that are not in the commit";
  return text;
}

std::string render_head(const Manifest& manifest, const std::string& file) {
  std::string out = printable(manifest.name) + " " + printable(manifest.version) + "\n";
  out += labelled("flavour", manifest.flavour);
  out += labelled("owner", manifest.owner + ", domain " + manifest.domain);
  out += labelled("source", describe_source(manifest));
  out += labelled("tool", "tidegate " + manifest.tool_version);
  out += labelled("content", "sha256:" + manifest.content_digest);
  out += labelled("inputs", "sha256:" + manifest.inputs_digest);
  return out + labelled("identity", "not known without reading all: tidegate verify " + file);
}

std::string render_counts(const Manifest& manifest) {
  struct Count {
    std::size_t files = 0;
    std::uint64_t bytes = 0;
  };
  std::map<std::string, Count> folders;
  Count all;
  std::size_t width = 0;
  for (const ManifestFile& file : manifest.files) {
    const std::string folder = printable(file.path.substr(0, file.path.find('/'))) + "/";
    for (Count* count : {&folders[folder], &all}) {
      ++count->files;
      count->bytes += file.size;
    }
    width = std::max(width, folder.size());
  }
  std::string out = "\n" + counted(all.files, "file") + ", " + counted(all.bytes, "byte") + "\n";
  for (const auto& folder : folders) {
    out += "  " + folder.first + std::string(width - folder.first.size() + 2, ' ');
    out += counted(folder.second.files, "file") + ", " + counted(folder.second.bytes, "byte") + "\n";
  }
  return out;
}

std::string render_parameters(const Manifest& manifest) {
  if (manifest.parameters.empty()) return "\nno parameters\n";
  std::string out = "\n" + counted(manifest.parameters.size(), "parameter") + "\n";
  std::size_t width = 0;
  for (const auto& parameter : manifest.parameters) width = std::max(width, printable(parameter.name).size());
  for (const auto& parameter : manifest.parameters) {
    const std::string name = printable(parameter.name);
    out += "  " + name + std::string(width - name.size() + 2, ' ') + printable(parameter.type);
    out += parameter.required ? ", required" : ", optional";
    if (parameter.sensitive) out += ", sensitive";
    if (!parameter.description.empty()) out += ": " + printable(parameter.description);
    out += "\n";
  }
  return out;
}

std::string render_list(std::string_view title, const std::vector<std::string>& values) {
  if (values.empty()) return {};
  std::string out = "\n" + std::string(title) + "\n";
  for (const std::string& value : values) out += "  " + printable(value) + "\n";
  return out;
}

std::string render_terraform(const Manifest& manifest) {
  std::vector<std::string> lines;
  if (!manifest.required_version.empty()) lines.push_back("terraform " + manifest.required_version);
  for (const auto& provider : manifest.providers) {
    lines.push_back(provider.name + " " + provider.source + (provider.constraint.empty() ? "" : " " + provider.constraint));
  }
  return render_list("terraform and providers", lines) + render_list("resource types", manifest.resource_types);
}

std::string render_rest(const Manifest& manifest) {
  std::string out = render_list("outputs", manifest.contract_outputs) + render_list("inputs", manifest.contract_inputs);
  std::vector<std::string> tests, waivers;
  for (const auto& test : manifest.tests) tests.push_back(test.path + " (" + test.kind + ", " + test.level + ")");
  for (const auto& waiver : manifest.waivers) {
    waivers.push_back(waiver.code + " in " + waiver.path + " until " + waiver.expires + ", " + waiver.owner + ": " + waiver.reason);
  }
  out += render_list("tests", tests) + render_list("waived findings", waivers);
  if (!manifest.rewrites.empty()) {
    out += "\n" + counted(manifest.rewrites.size(), "value") + " of the source rewritten (listed by --json)\n";
  }
  return out;
}

// One line a file: mode, sha256, size, path, and where it comes from.
std::string render_files(const Manifest& manifest) {
  std::string out;
  for (const ManifestFile& file : manifest.files) {
    out += (file.executable ? "0755 " : "0644 ") + file.sha256;
    const std::string size = std::to_string(file.size);
    out.append(size.size() < 11 ? 11 - size.size() : 1, ' ');
    out += size + "  " + printable(file.path);
    out += file.origin == "generated" ? "  (generated)\n" : "  < " + printable(file.origin) + "\n";
  }
  return out;
}

ExitCode run_inspect(const InspectOptions& options, Context& context) {
  const Result<Manifest> manifest = artifact::read_manifest(options.file);
  if (!manifest) return print_failure(context, manifest.failure());
  if (options.json) {
    context.terminal.out(artifact::render_manifest(*manifest));  // the same bytes, or it would not have been read
  } else if (options.files) {
    context.terminal.out(render_files(*manifest));
  } else {
    context.terminal.out(render_head(*manifest, options.file) + render_counts(*manifest) +
                         render_parameters(*manifest) + render_terraform(*manifest) + render_rest(*manifest));
  }
  return ExitCode::success;
}

}  // namespace

void add_inspect(commandline::Command app, Action& action) {
  auto options = std::make_shared<InspectOptions>();
  const commandline::Command command = app.add_command("inspect", "Print what an artifact says about itself; proves nothing.");
  command.add_option("ARTIFACT", options->file, "a .tar.gz that build wrote").required();
  const commandline::Option json = command.add_flag("--json", options->json, "print META/manifest.json as it is");
  command.add_flag("--files", options->files, "list the files: mode, sha256, size, path, origin").excludes(json);
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_inspect(*options, context); };
  });
}

}  // namespace tidegate::cli
