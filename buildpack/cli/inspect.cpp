// SPDX-License-Identifier: Apache-2.0
// `tidegate inspect`: what the manifest says, of a file or of a release in a store. Only the first
// entry of the archive is read, so nothing is proved; every text of the manifest is printed as text
// of a stranger.
#include <algorithm>
#include <map>
#include <memory>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "buildpack/cli/stores.hpp"
#include "store/peek.hpp"
#include "system/file_sink.hpp"

namespace tidegate::cli {

namespace {

using artifact::Manifest;
using artifact::ManifestFile;

struct InspectOptions {
  std::string artifact{};
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

// What is known besides the manifest.
struct Looked {
  Manifest manifest{};
  std::string identity{};   // what can be said of it
  std::string place{};      // "" of a file
  std::string unproved{};   // said where the manifest is printed alone
  std::vector<store::Beside> beside{};
};

std::string render_head(const Looked& looked) {
  const Manifest& manifest = looked.manifest;
  std::string out = printable(manifest.name) + " " + printable(manifest.version) + "\n";
  out += labelled("flavour", manifest.flavour);
  out += labelled("owner", manifest.owner + ", domain " + manifest.domain);
  out += labelled("source", describe_source(manifest));
  out += labelled("tool", "tidegate " + manifest.tool_version);
  out += labelled("content", "sha256:" + manifest.content_digest);
  out += labelled("inputs", "sha256:" + manifest.inputs_digest);
  out += labelled("identity", looked.identity);
  return looked.place.empty() ? out : out + labelled("read", looked.place);
}

// `beside` is sorted by digest; "" is the one of the file that is looked at.
std::string render_beside(const std::vector<store::Beside>& beside) {
  if (beside.empty()) return "\nno files beside it\n";
  std::string out;
  std::size_t width = 0;
  for (const store::Beside& one : beside) width = std::max(width, printable(one.name).size());
  for (std::size_t i = 0; i < beside.size(); ++i) {
    const store::Beside& one = beside[i];
    if (i == 0 || one.sha256 != beside[i - 1].sha256) {
      out += "\nbeside " + (one.sha256.empty() ? "it" : "the file with sha256 " + printable(one.sha256));
      out += ", not checked\n";
    }
    const std::string name = printable(one.name);
    out += "  " + name + std::string(width - name.size() + 2, ' ');
    out += std::string(describe_beside(one.name)) + "\n";
  }
  return out;
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
  std::vector<std::string> tests, waivers, derived;
  for (const auto& one : manifest.derived) {
    derived.push_back((one.kind == "field" ? "" : one.kind + " ") + one.name + (one.value.empty() ? "" : ": " + one.value));
  }
  for (const auto& test : manifest.tests) tests.push_back(test.path + " (" + test.kind + ", " + test.level + ")");
  for (const auto& waiver : manifest.waivers) {
    waivers.push_back(waiver.code + " in " + waiver.path + " until " + waiver.expires + ", " + waiver.owner + ": " + waiver.reason);
  }
  out += render_list("derived, not declared in tidegate.yaml", derived);
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

// A file is one before it is an address.
bool names_release(const std::string& text) {
  if (system::is_file(text)) return false;
  return text.find("://") != std::string::npos || text.find("@sha256:") != std::string::npos ||
         system::is_folder(text);
}

Result<Looked> look_at_file(const std::string& file) {
  Result<Manifest> manifest = artifact::read_manifest(file);
  if (!manifest) return manifest.failure();
  Looked looked{.manifest = std::move(*manifest),
                .identity = "not known without reading all: tidegate verify " + file};
  for (std::string& name : files_beside(file)) looked.beside.push_back({.name = std::move(name)});
  return looked;
}

Result<Looked> look_into_store(const std::string& url, Context& context) {
  const Result<store::ReleaseAddress> address = store::parse_release_address(url);
  if (!address) return address.failure();
  const Result<std::unique_ptr<OpenedStore>> opened = OpenedStore::open(address->store, context);
  if (!opened) return opened.failure();
  Result<store::Peeked> peeked = store::peek(***opened, address->at, address->identity);
  if (!peeked) return peeked.failure();
  const std::string& told = peeked->stored.identity;
  const std::string& known = told.empty() ? address->identity : told;
  const std::string read = "the first " + counted(peeked->read, "byte") + " of " +
                           std::to_string(peeked->stored.size) + ", nothing was hashed";
  const std::string by = told.empty() ? "address" : "store";
  Looked looked{
      .manifest = std::move(peeked->manifest),
      .identity = known.empty() ? "not known without reading all: tidegate pull " + url
                                : "sha256:" + known + " by the word of the " + by +
                                      "; `tidegate pull` proves it",
      .place = read,
      .unproved = "unverified: " + read + "\n",
      .beside = std::move(peeked->beside)};
  if (!peeked->stored.sha256.empty()) {  // all of the one file
    for (store::Beside& one : looked.beside) one.sha256.clear();
  }
  return looked;
}

ExitCode run_inspect(const InspectOptions& options, Context& context) {
  const Result<Looked> looked = names_release(options.artifact)
                                    ? look_into_store(options.artifact, context)
                                    : look_at_file(options.artifact);
  if (!looked) return print_failure(context, looked.failure());
  const Manifest& manifest = looked->manifest;
  if (options.json || options.files) {
    context.terminal.err(looked->unproved);
    // The same bytes, or it would not have been read.
    context.terminal.out(options.json ? artifact::render_manifest(manifest) : render_files(manifest));
    return ExitCode::success;
  }
  context.terminal.out(render_head(*looked) + render_counts(manifest) + render_parameters(manifest) +
                       render_terraform(manifest) + render_rest(manifest) +
                       render_beside(looked->beside));
  return ExitCode::success;
}

}  // namespace

void add_inspect(commandline::Command app, Action& action) {
  auto options = std::make_shared<InspectOptions>();
  const commandline::Command command = app.add_command("inspect", "Print what an artifact says about itself; proves nothing.");
  command.add_option("ARTIFACT", options->artifact, "a file that build wrote, or a release: STORE/NAME/VERSION[@sha256:IDENTITY]").required().suggest_files();
  const commandline::Option json = command.add_flag("--json", options->json, "print META/manifest.json as it is");
  command.add_flag("--files", options->files, "list the files: mode, sha256, size, path, origin").excludes(json);
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_inspect(*options, context); };
  });
}

}  // namespace tidegate::cli
