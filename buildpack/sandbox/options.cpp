// SPDX-License-Identifier: Apache-2.0
#include "buildpack/sandbox/options.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "base/version_number.hpp"
#include "document/parse.hpp"
#include "system/file_sink.hpp"
#include "system/file_tree.hpp"

namespace tidegate::sandbox_program {

namespace {

Diagnostic missing(const std::string& provider, const std::vector<PackPtr>& all) {
  std::string there;
  for (const PackPtr& pack : all) {
    there += (there.empty() ? "" : ", ") + pack->address() + "@" + pack->version();
  }
  return Diagnostic{
      .code = "sandbox.pack-missing",
      .where = {.file = provider},
      .message = "no schema pack fits; there are: " + (there.empty() ? "none" : there),
      .hint = "Make one from `terraform providers schema -json`, or use another major version.",
      .exit = ExitCode::unsupported};
}

// Of packs of one address.
PackPtr nearest(const std::vector<PackPtr>& packs, const std::optional<Version>& wanted) {
  PackPtr below, above;
  for (const PackPtr& pack : packs) {
    const Version version = read_version(pack->version()).version;
    if (wanted && version[0] != (*wanted)[0]) continue;
    PackPtr& best = !wanted || version <= *wanted ? below : above;
    const Version known = best == nullptr ? version : read_version(best->version()).version;
    if (best == nullptr || (&best == &below ? version > known : version < known)) best = pack;
  }
  return below != nullptr ? below : above;
}

// Paths of the files of `folder` itself that end so, sorted.
Result<std::vector<std::string>> files_of(const std::string& folder, std::string_view ending) {
  const auto tree =
      system::read_folder(folder, [](const std::string&, bool is_folder) { return is_folder; });
  if (!tree) return tree.failure();
  std::vector<std::string> paths;
  for (const system::Entry& entry : (*tree)->entries()) {
    if (entry.path.ends_with(ending)) paths.push_back(join_path(folder, entry.path));
  }
  return paths;
}

Result<std::vector<PackPtr>> open_packs(const Options& options) {
  std::vector<std::string> files = options.pack_files;
  if (!options.packs.empty()) {
    Result<std::vector<std::string>> found = files_of(options.packs, ".pack");
    if (!found) {
      Diagnostic failure = found.failure();
      failure.exit = ExitCode::unsupported;  // no packs, as in a folder without any
      return failure;
    }
    files.insert(files.end(), found->begin(), found->end());
  }
  std::vector<PackPtr> packs;
  for (const std::string& file : files) {
    Result<PackPtr> pack = sandbox::Pack::open(file);
    if (!pack) return pack.failure();
    packs.push_back(std::move(pack).value());
  }
  return packs;
}

Result<std::shared_ptr<const sandbox::Behaviour>> read_behaviour(const std::string& folder) {
  std::vector<document::DocumentPtr> documents;
  if (!folder.empty()) {
    const Result<std::vector<std::string>> files = files_of(folder, ".json");
    if (!files) {
      Diagnostic failure = files.failure();
      failure.exit = ExitCode::usage;
      return failure;
    }
    for (const std::string& file : *files) {
      Result<std::string> text = system::read_file(file);
      if (!text) return text.failure();
      auto parsed = document::parse_json(file, std::move(text).value());
      if (!parsed) return parsed.failure();
      documents.push_back(std::move(parsed).value());
    }
  }
  return sandbox::Behaviour::read(documents);
}

Result<std::optional<sandbox::Names>> read_types(const std::string& file) {
  if (file.empty()) return std::optional<sandbox::Names>();
  const Result<std::string> text = system::read_file(file);
  if (!text) return text.failure();
  sandbox::Names names;
  std::string_view left = *text;
  constexpr std::string_view blanks = " \t\r\n";
  while (!left.empty()) {
    const std::size_t begin = std::min(left.find_first_not_of(blanks), left.size());
    const std::size_t end = std::min(left.find_first_of(blanks, begin), left.size());
    if (end > begin) names.emplace(left.substr(begin, end - begin));
    left.remove_prefix(end);
  }
  return std::optional(std::move(names));
}

}  // namespace

Result<std::vector<PackPtr>> choose_packs(const std::vector<PackPtr>& all,
                                          const std::vector<std::string>& providers) {
  std::map<std::string, std::vector<PackPtr>> by_address;
  for (const PackPtr& pack : all) by_address[pack->address()].push_back(pack);
  std::map<std::string, PackPtr> chosen;
  for (const std::string& provider : providers) {
    const std::size_t at = std::min(provider.find('@'), provider.size());
    const std::string address = provider.substr(0, at);
    std::optional<Version> wanted;
    if (at < provider.size()) wanted = read_version(std::string_view(provider).substr(at + 1)).version;
    PackPtr pack = nearest(by_address[address], wanted);
    if (pack == nullptr) return missing(provider, all);
    chosen[address] = std::move(pack);
  }
  if (providers.empty()) {
    for (const auto& entry : by_address) chosen[entry.first] = nearest(entry.second, std::nullopt);
  }
  if (chosen.empty()) return missing("providers", all);
  std::vector<PackPtr> out;
  for (auto& entry : chosen) out.push_back(std::move(entry.second));
  return out;
}

Options with_defaults(Options options, const std::string& program_folder) {
  const std::string share = join_path(parent_path(program_folder), "share/tidegate");
  if (options.packs.empty() && options.pack_files.empty()) options.packs = share + "/packs";
  if (options.behaviour.empty()) options.behaviour = share + "/behaviour";
  return options;
}

Result<sandbox::HostOptions> read_options(const Options& options) {
  const Result<std::vector<PackPtr>> all = open_packs(options);
  if (!all) return all.failure();
  const Result<std::vector<PackPtr>> packs = choose_packs(*all, options.providers);
  if (!packs) return packs.failure();
  const auto behaviour = read_behaviour(options.behaviour);
  if (!behaviour) return behaviour.failure();
  const auto control = sandbox::Control::open(options.control);
  if (!control) return control.failure();
  auto types = read_types(options.types);
  if (!types) return types.failure();
  sandbox::HostOptions out{.control = *control, .types = std::move(types).value()};
  for (const PackPtr& pack : *packs) {
    out.engines.push_back(std::make_shared<const sandbox::Engine>(pack, *behaviour, *control));
  }
  if (!options.log.empty()) {
    const auto log = sandbox::CallLog::open(options.log);
    if (!log) return log.failure();
    out.log = *log;
  }
  return out;
}

}  // namespace tidegate::sandbox_program
