// SPDX-License-Identifier: Apache-2.0
#include "build/source_jar.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "spark/jar.hpp"
#include "system/file_sink.hpp"
#include "system/private_copy.hpp"
#include "system/process.hpp"

namespace tidegate {

namespace {

bool is_source(std::string_view path) {
  return path.ends_with(".java") || path.ends_with(".scala") || path.ends_with(".kt");
}

std::string folder_of(const std::string& pom) {
  const std::string_view folder = parent_path(pom);
  return folder.empty() ? std::string() : std::string(folder) + "/";
}

Status copy_folder(const std::string& below, const system::FileTree& tree, const std::string& to) {
  for (const system::Entry& entry : tree.entries()) {
    if (!entry.path.starts_with(below) || entry.kind == system::EntryKind::submodule ||
        entry.kind == system::EntryKind::special) {
      continue;
    }
    const std::string relative = entry.path.substr(below.size());
    if (relative.starts_with("target/")) continue;
    const Result<std::string> bytes = tree.read(entry.path);
    if (!bytes) return bytes.failure();
    const std::string target = to + "/" + relative;
    if (Status made = system::make_folders(std::string(parent_path(target))); !made) return made;
    if (Status written = system::write_file(target, *bytes); !written) return written;
  }
  return Done{};
}

// The first complaint of mvn, without its mark.
std::string complaint_of(const system::ProcessResult& result) {
  const std::string said = result.out + "\n" + result.err;
  for (const std::string_view line : split(said, '\n')) {
    if (!line.starts_with("[ERROR] ")) continue;
    const std::string_view text = trim(line.substr(8));
    if (!text.empty()) return shortened(text, 600);
  }
  return "exit " + std::to_string(result.exit_code);
}

Diagnostic failed(const std::string& pom, std::string message, std::string hint) {
  return {.code = "spark.maven-failed",
          .where = {.file = pom},
          .message = std::move(message),
          .hint = std::move(hint)};
}

}  // namespace

std::optional<SourceJar> find_source_jar(const std::string& pom, const std::string& text,
                                         const system::FileTree& tree,
                                         const repository::Inventory& inventory) {
  const std::string sources = folder_of(pom) + "src/";
  const bool any = std::any_of(
      tree.entries().begin(), tree.entries().end(), [&](const system::Entry& entry) {
        return entry.path.starts_with(sources) && is_source(entry.path);
      });
  if (!any) return std::nullopt;
  Diagnostics reported_later;
  const Result<spark::Pom> parsed = spark::parse_pom(pom, text, reported_later);
  if (!parsed || parsed->jar_name().empty()) return std::nullopt;
  const std::string name = parsed->jar_name();
  const auto jars = inventory.with_role(repository::Role::jar);
  const bool committed = std::any_of(jars.begin(), jars.end(), [&](const auto* jar) {
    return file_name(jar->path) == name;
  });
  if (committed) return std::nullopt;
  return SourceJar{.pom = pom,
                   .path = folder_of(pom) + "target/" + name,
                   .input = "built:" + parsed->group + ":" + parsed->artifact + ":" + parsed->version};
}

Result<BuiltJar> build_source_jar(const SourceJar& wanted, const system::FileTree& tree,
                                  const std::string& settings, bool offline) {
  if (!system::find_program("mvn")) {
    return Diagnostic{.code = "spark.maven-missing",
                      .where = {.file = wanted.pom},
                      .message = "has sources to be built, and there is no program mvn on PATH",
                      .hint = "install Maven and a JDK, or commit " +
                              std::string(file_name(wanted.path)) + " below libs/prebuilt"};
  }
  auto made = system::TemporaryFolder::make("tidegate-libraries");
  if (!made) return made.failure();
  const std::shared_ptr<system::TemporaryFolder> folder = std::move(*made);
  if (Status copied = copy_folder(folder_of(wanted.pom), tree, folder->path()); !copied) {
    return copied.failure();
  }
  system::ProcessRequest request{
      .argv = {"mvn", "-B", "-q", "-f", std::string(file_name(wanted.pom)), "package", "-DskipTests",
               "-Dproject.build.outputTimestamp=1980-01-01T00:00:02Z"},
      .directory = folder->path()};
  if (offline) request.argv.emplace_back("-o");
  if (!settings.empty()) request.argv.insert(request.argv.end(), {"-s", settings});
  const Result<system::ProcessResult> result = system::run_process(request);
  if (!result) return result.failure();
  if (result->exit_code != 0) {
    return failed(wanted.pom, "mvn package fails: " + printable(complaint_of(*result)),
                  "run `mvn package` beside the POM; with --offline everything must be in Maven's "
                  "own repository");
  }
  const std::string jar = folder->path() + "/target/" + std::string(file_name(wanted.path));
  const Result<std::string> digest = system::sha256_of_file(jar);
  if (!digest) {
    return failed(wanted.pom,
                  "mvn package succeeds, but writes no target/" + std::string(file_name(wanted.path)),
                  "let <finalName>, artifactId and version of the POM name the jar");
  }
  return BuiltJar{.file = {.path = wanted.path, .file = jar, .input = wanted.input, .digest = *digest},
                  .folder = folder};
}

}  // namespace tidegate
