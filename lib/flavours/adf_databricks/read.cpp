// SPDX-License-Identifier: Apache-2.0
// Inventory -> Service: every file of a known role is read once, then linked.
#include <algorithm>
#include <set>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "databricks/cells.hpp"
#include "databricks/source_text.hpp"
#include "document/parse.hpp"
#include "flavours/adf_databricks/access.hpp"
#include "flavours/adf_databricks/archive_scan.hpp"
#include "flavours/adf_databricks/check_activity.hpp"
#include "flavours/adf_databricks/declared.hpp"
#include "flavours/adf_databricks/imported.hpp"
#include "flavours/adf_databricks/link.hpp"
#include "flavours/adf_databricks/not_deployed.hpp"
#include "flavours/adf_databricks/own.hpp"
#include "flavours/adf_databricks/own_factory.hpp"
#include "flavours/adf_databricks/place.hpp"
#include "flavours/adf_databricks/referenced.hpp"
#include "flavours/adf_databricks/root_imports.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "flavours/adf_databricks/terraform_files.hpp"
#include "service/environment_scan.hpp"
#include "service/hard_coded.hpp"
#include "service/standard_variables.hpp"
#include "system/digest.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using repository::InventoryFile;
using repository::Role;

class Reader {
 public:
  Reader(const system::FileTree& tree, const repository::Inventory& inventory, Service& service,
         Diagnostics& diagnostics)
      : tree_(tree), inventory_(inventory), service_(service), diagnostics_(diagnostics) {}

  void read_factory() {
    std::vector<adf::FactoryFile> files;
    for (const InventoryFile* file : inventory_.with_role(Role::adf_object)) {
      files.push_back({.path = file->path, .kind_folder = file->kind_folder});
    }
    const std::string root =
        inventory_.adf_roots.empty() ? std::string() : inventory_.adf_roots.front();
    service_.factory = adf::read_factory(tree_, root, files, diagnostics_);
    std::set<std::string> external(service_.manifest.external.begin(),
                                   service_.manifest.external.end());
    for (const service::Consumed& consumed : service_.manifest.consumes) {
      if (!consumed.adf.empty() && !service_.factory.find(adf::ObjectKind::dataset, consumed.adf)) {
        external.insert(consumed.adf);
      }
    }
    adf::resolve_references(service_.factory, external, diagnostics_);
    adf::check_factory(service_.factory, diagnostics_);
  }

  void read_notebooks() {
    InventoryFiles own = inventory_.with_role(Role::notebook);
    InventoryFiles others;  // of submodules
    std::erase_if(own, [&](const InventoryFile* file) {
      if (file->if_referenced) others.push_back(file);
      return file->if_referenced;
    });
    read_notebooks(own);
    if (!others.empty()) {
      ReferencedNotebooks referenced(service_, std::move(others));
      for (InventoryFiles next = referenced.take(); !next.empty(); next = referenced.take())
        read_notebooks(next);
    }
    databricks::check_notebooks(service_.notebooks, service_.manifest.workspace_roots,
                                diagnostics_);
    rewrite_absolute_runs();
  }

  void read_libraries() {
    read_jars();
    for (const InventoryFile* file : inventory_.with_role(Role::pom)) {
      if (file->if_referenced) continue;
      Result<std::string> text = read(*file);
      if (!text) continue;
      Result<spark::Pom> pom = spark::parse_pom(file->path, std::move(*text), diagnostics_);
      if (pom) {
        service_.poms.push_back(std::move(*pom));
      } else {
        diagnostics_.add(pom.failure());
      }
    }
    InventoryFiles files;
    for (const Role role : {Role::config, Role::python, Role::wheel}) {
      const InventoryFiles some = inventory_.with_role(role);
      files.insert(files.end(), some.begin(), some.end());
    }
    files = without_unreferenced(std::move(files), service_.factory);
    std::set<const InventoryFile*> known(files.begin(), files.end());
    ImportFollower imports(inventory_, diagnostics_);
    for (const databricks::Notebook& one : service_.notebooks)
      imports.take(one.file, one.entry.empty() ? one.file : one.file + "#" + one.entry, one.imports);
    for (std::size_t i = 0; i < files.size() || add_reached(imports, known, files); ++i) {
      const Result<std::string> bytes = read(*files[i]);
      if (!bytes) continue;
      service_.config_files.push_back(packed(*files[i], *bytes));
      if (spark::is_archive_name(files[i]->path)) {
        scan_archive(files[i]->path, *bytes);
      } else {
        search(*files[i], *bytes);
      }
      if (files[i]->role == Role::python) imports.take_file(files[i]->path, *bytes);
    }
    service_.imported_files = imports.found();
    service_.modules = std::move(imports).modules();
    for (const auto& module : service_.modules) databricks::check_module(module.second, diagnostics_);
  }

  // Root module only: what lies deeper is a module of its own.
  void read_terraform() {
    for (const InventoryFile* file : inventory_.with_role(Role::terraform)) {
      const Result<std::string> bytes = read(*file);
      if (!bytes) continue;
      search(*file, *bytes);
      if (terraform::is_configuration(file->path)) {
        terraform::read_blocks(file->path, *bytes, service_.blocks);
      }
      if (parent_path(file->path) != "terraform") continue;
      if (file_name(file->path) == ".terraform.lock.hcl") {
        auto locked = terraform::parse_lock_file(file->path, *bytes);
        if (locked) {
          service_.locked = std::move(*locked);
        } else {
          diagnostics_.add(locked.failure());
        }
        continue;
      }
      if (file_name(file->path).starts_with(".")) continue;
      auto declared = terraform::parse_variables(file->path, *bytes);
      if (!declared) {
        diagnostics_.add(declared.failure());
        continue;
      }
      for (terraform::DeclaredVariable& variable : *declared) {
        service_.declared.push_back(std::move(variable));
      }
      if (auto written = terraform::parse_written(file->path, *bytes)) {
        service_.written.push_back(std::move(*written));
      }
    }
  }

  void read_terraform_files() {
    service_.terraform_files = find_terraform_files(tree_, inventory_, diagnostics_);
    for (const ReadFile& one : service_.terraform_files) {
      const InventoryFile* file = inventory_.find(one.path);
      if (file == nullptr || file->role != Role::other) continue;  // no part of the service, or read by another pass
      const Result<std::string> bytes = read(*file);
      if (!bytes) continue;
      search(*file, *bytes);
      if (terraform::is_configuration(file->path)) terraform::read_blocks(file->path, *bytes, service_.blocks);
    }
  }

  void list_plain_sources() {
    for (const InventoryFile& file : inventory_.files) {
      if (file.role != Role::python && file.role != Role::other) continue;
      if (databricks::source_language(file.path)) service_.plain_sources.push_back(file.path);
    }
  }

  void read_contracts() {
    const auto parsed = [&](const std::string& path) -> document::DocumentPtr {
      if (path.empty() || tree_.find(path) == nullptr) return nullptr;
      Result<std::string> text = tree_.read(path);
      if (!text) {
        diagnostics_.add(text.failure());
        return nullptr;
      }
      Result<document::DocumentPtr> document = document::parse_json(path, std::move(*text));
      if (document) return *document;
      diagnostics_.add(document.failure());
      return nullptr;
    };
    for (const service::Produced& one : service_.manifest.produces) {
      if (one.schema.empty() || service_.schemas.contains(one.schema)) continue;
      if (auto schema = parsed(one.schema)) service_.schemas[one.schema] = std::move(schema);
    }
    for (const service::Consumed& one : service_.manifest.consumes) {
      if (auto contract = parsed(one.contract)) service_.foreign.push_back({one.contract, std::move(contract)});
    }
    service_.lock = parsed("contract/contract.lock.json");
  }

  // Files that are packed as they are, and that no other pass reads.
  void scan_others() {
    for (const Role role : {Role::check, Role::test, Role::contract}) {
      for (const InventoryFile* file : inventory_.with_role(role)) {
        if (const Result<std::string> bytes = read(*file)) search(*file, *bytes);
      }
    }
  }

 private:
  // False: nothing new.
  static bool add_reached(ImportFollower& imports, std::set<const InventoryFile*>& known, InventoryFiles& files) {
    const std::size_t before = files.size();
    for (const InventoryFile* file : imports.reached())
      if (known.insert(file).second) files.push_back(file);
    return files.size() > before;
  }

  // Service::notebooks and notebook_files stay parallel, a broken file is in neither.
  void read_notebooks(const InventoryFiles& wanted) {
    struct Read {
      std::optional<Result<std::vector<databricks::Notebook>>> value{};
      PackedPath file{};
      Diagnostics findings{};
      std::vector<MemberSecret> secrets{};  // of the notebooks of a .dbc
    };
    std::vector<Read> all(wanted.size());
    for_each_index(wanted.size(), [&](std::size_t i) {
      const Result<std::string> bytes = tree_.read(wanted[i]->path);
      if (!bytes) {
        all[i].value.emplace(bytes.failure());
        return;
      }
      all[i].file = packed(*wanted[i], *bytes);
      all[i].value.emplace(databricks::parse_notebooks(wanted[i]->path, *bytes));
      scan(*wanted[i], *bytes, all[i].findings);
      if (!all[i].value->ok()) return;
      for (const databricks::Notebook& one : **all[i].value)
        if (!one.entry.empty()) scan_entry(one, all[i].findings, all[i].secrets);
    });
    service_.notebooks.reserve(service_.notebooks.size() + all.size());
    service_.notebook_files.reserve(service_.notebook_files.size() + all.size());
    for (Read& one : all) {
      diagnostics_.append(std::move(one.findings));
      if (!one.file.path.empty()) service_.searched.insert(one.file.path);
      if (!one.value->ok()) {
        diagnostics_.add(one.value->failure());
        continue;
      }
      if (!one.secrets.empty()) service_.archive_secrets[one.file.path] = std::move(one.secrets);
      for (databricks::Notebook& notebook : **one.value) {
        notebook.in_submodule = one.file.in_submodule;
        if (notebook.as_source) service_.rewritten_notebooks[service_.notebooks.size()] = notebook.source;
        service_.notebooks.push_back(std::move(notebook));
        service_.notebook_files.push_back(one.file);
      }
    }
  }

  // Not held: a jar may be larger than the memory. What is in it and who it is comes from the same bytes.
  void read_jars() {
    const InventoryFiles wanted = without_unreferenced(inventory_.with_role(Role::jar), service_.factory);
    struct Read {
      std::optional<Result<spark::Jar>> value{};
      PackedPath file{};
      spark::JarIdentities identities{};
      std::optional<ArchiveScan> scan{};
    };
    std::vector<Read> all(wanted.size());
    for_each_index(wanted.size(), [&](std::size_t i) {
      Read& one = all[i];
      const std::string& path = wanted[i]->path;
      system::Spill spill;
      const Status streamed = tree_.stream(path, [&](std::string_view piece) { return spill.put(piece); });
      if (!streamed) {
        one.value.emplace(streamed.failure());
        return;
      }
      ArchiveScan& scan =
          one.scan.emplace(path, literals_, service::environment_severity(service_.manifest));
      spark::MemberReader members(scan.sink(), spill.size());
      Result<spark::JarIdentities> identities = spark::identify_jar(path, spill, members);
      if (!identities) {
        one.value.emplace(identities.failure());
        return;
      }
      one.file = {.path = path,
                  .digest = identities->all.front().sha256,
                  .size = spill.size(),
                  .in_submodule = wanted[i]->if_referenced};
      one.identities = std::move(*identities);
      one.value.emplace(spark::read_jar(path, spill, members));
      if (one.value->ok()) scan.finish(members.incomplete().empty() ? one.identities.incomplete : members.incomplete());
    });
    for (Read& one : all) {
      if (one.scan) keep(*one.scan);
      if (!one.value->ok()) {
        diagnostics_.add(one.value->failure());
        continue;
      }
      service_.jars.push_back(std::move(**one.value));
      service_.jar_files.push_back(std::move(one.file));
      service_.jar_identities.push_back(std::move(one.identities));
    }
  }

  void scan_text(const std::string& file, std::string_view text, Diagnostics& findings) const {
    service::scan_environment(file, text, literals_,
                              service::environment_severity(service_.manifest), findings);
  }

  void keep(ArchiveScan& scan) {
    diagnostics_.append(std::move(scan.findings()));
    service_.searched.insert(scan.file());
    service_.archive_secrets[scan.file()] = std::move(scan.secrets());
  }

  void scan_archive(const std::string& file, const std::string& bytes) {
    ArchiveScan scan(file, literals_, service::environment_severity(service_.manifest));
    const Result<std::string> incomplete = spark::read_members(bytes, scan.sink());
    if (!incomplete) return diagnostics_.add(incomplete.failure());
    scan.finish(*incomplete);
    keep(scan);
  }

  void scan_entry(const databricks::Notebook& notebook, Diagnostics& findings, std::vector<MemberSecret>& secrets) const {
    const std::string place = notebook.file + "#" + notebook.entry;
    scan_text(place, notebook.source, findings);
    for (MemberSecret& one : find_secrets_in(place, notebook.source)) secrets.push_back(std::move(one));
  }

  void search(const InventoryFile& file, const std::string& bytes) {
    scan(file, bytes, diagnostics_);
    service_.searched.insert(file.path);
  }

  // Of a .dbc the notebooks are scanned.
  void scan(const InventoryFile& file, const std::string& bytes, Diagnostics& findings) const {
    if (!ends_with_ignoring_case(file.path, ".dbc")) scan_text(file.path, bytes, findings);
  }

  Result<std::string> read(const InventoryFile& file) {
    Result<std::string> bytes = tree_.read(file.path);
    if (!bytes) diagnostics_.add(bytes.failure());
    return bytes;
  }

  static PackedPath packed(const InventoryFile& file, const std::string& bytes) {
    return {.path = file.path,
            .digest = system::sha256_hex(bytes),
            .size = bytes.size(),
            .in_submodule = file.if_referenced};
  }

  // %run of an absolute path that means a notebook of this repository becomes relative, because the
  // notebooks move with each release.
  void rewrite_absolute_runs() {
    for (std::size_t i = 0; i < service_.notebooks.size(); ++i) {
      databricks::Notebook& notebook = service_.notebooks[i];
      const bool has_absolute = std::ranges::any_of(notebook.runs, [](const databricks::NotebookRun& run) {
        return !run.dynamic && run.path.text.starts_with('/');
      });
      if (!has_absolute) continue;
      if (notebook.format != "dbc") {
        if (Result<std::string> bytes = tree_.read(notebook.file); bytes && rewrite_runs(notebook, notebook.file, *bytes))
          service_.rewritten_notebooks[i] = std::move(*bytes);
        continue;
      }
      // Nothing is changed inside an archive: its notebook goes out as a source file.
      const std::string extension(databricks::source_extension(notebook.language));
      const Result<databricks::Notebook> source = databricks::parse_notebook(notebook.path + extension, notebook.source);
      if (!source || !rewrite_runs(*source, notebook.file + "#" + notebook.entry, notebook.source)) continue;
      notebook.as_source = true;
      service_.rewritten_notebooks[i] = notebook.source;
    }
  }

  // False if nothing changed. `file` names the text to people.
  bool rewrite_runs(const databricks::Notebook& notebook, const std::string& file, std::string& text) {
    bool changed = false;
    for (auto run = notebook.runs.rbegin(); run != notebook.runs.rend(); ++run) {
      if (run->dynamic || !run->path.text.starts_with('/')) continue;
      const auto match = databricks::match_run_path(service_.notebooks, notebook, run->path.text,
                                                    service_.manifest.workspace_roots);
      if (match.candidates.size() != 1) continue;
      const std::string target = relative_path(notebook.path, service_.notebooks[match.candidates.front()].path);
      diagnostics_.note("adf.rewritten", {.file = file, .line = run->path.line, .column = run->path.column},
                        "%run path \"" + printable(run->path.text) + "\" becomes \"" + printable(target) +
                            "\" (run.relative)",
                        "nothing to do: notebooks move with each release, and stay together");
      splice(text, run->path, target);
      changed = true;
    }
    return changed;
  }

  static std::string relative_path(std::string_view from, std::string_view to) {
    std::vector<std::string_view> here = split(from, '/');
    const std::vector<std::string_view> there = split(to, '/');
    here.pop_back();
    std::size_t common = 0;
    while (common < here.size() && common + 1 < there.size() && here[common] == there[common])
      ++common;
    std::string path = common == here.size() ? "./" : "";
    for (std::size_t i = common; i < here.size(); ++i) path += "../";
    for (std::size_t i = common; i < there.size(); ++i)
      path += (i > common ? "/" : "") + std::string(there[i]);
    return path;
  }

  // Replaces the text at its place; from the last run of the file to the first, so that places stay.
  static void splice(std::string& text, const databricks::Found& found, const std::string& with) {
    std::size_t at = 0;
    for (std::uint32_t line = 1; line < found.line && at != std::string::npos; ++line) {
      at = text.find('\n', at);
      if (at != std::string::npos) ++at;
    }
    if (at == std::string::npos) return;
    // Columns may count characters: then the place in bytes is further on.
    const std::size_t place = text.find(found.text, std::min(at + found.column - 1, text.size()));
    if (place != std::string::npos && place < text.find('\n', at))
      text.replace(place, found.text.size(), with);
  }

  const system::FileTree& tree_;
  const repository::Inventory& inventory_;
  Service& service_;
  Diagnostics& diagnostics_;
  const std::vector<service::EnvironmentLiteral> literals_ =
      service::environment_literals(service_.manifest);
};

}  // namespace

Service read_service(const system::FileTree& tree, const repository::Inventory& inventory,
                     service::ServiceManifest manifest, Diagnostics& diagnostics) {
  Service service{.manifest = std::move(manifest)};
  Reader reader(tree, inventory, service, diagnostics);
  reader.read_factory();
  check_deployed(tree, inventory, service, diagnostics);
  reader.read_notebooks();
  reader.read_libraries();
  reader.read_terraform();
  reader.read_terraform_files();
  reader.scan_others();
  reader.list_plain_sources();
  reader.read_contracts();
  link_files(service, diagnostics);
  add_root_imports(service, diagnostics);
  find_places(service, diagnostics);
  service.bindings = service::bind_environment(service.factory, service.manifest, diagnostics);
  bind_factory(service);
  check_jobs(service, diagnostics);
  std::vector<std::string> notebook_files;
  for (const PackedPath& file : service.notebook_files) notebook_files.push_back(file.path);
  service::check_composition({.manifest = service.manifest,
                              .factory = service.factory,
                              .contracts = service.foreign,
                              .notebook_files = notebook_files},
                             diagnostics);
  service::check_hard_coded(service.factory, service.bindings,
                            service::environment_severity(service.manifest), diagnostics);
  service::add_standard_variables(service.bindings, service.manifest,
                                  {.notebooks = !service.notebooks.empty(),
                                   .files = !service.config_files.empty(),
                                   .jars = !service.jars.empty()});
  add_own_variables(service);
  add_access_variable(service);
  add_declared_variables(service, diagnostics);
  return service;
}

}  // namespace tidegate::flavours::adf_databricks
