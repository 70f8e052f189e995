// SPDX-License-Identifier: Apache-2.0
#include "deploy-gate/artifact.hpp"

#include <array>
#include <filesystem>
#include <map>
#include <string_view>

#include "base/text.hpp"
#include "base/version_number.hpp"
#include "document/parse.hpp"
#include "document/value_count.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/file_tree.hpp"
#include "version.hpp"

namespace tidegate::gate {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view manifest_name = "META/manifest.json";
constexpr std::uint64_t most_manifest_bytes = std::uint64_t{64} << 20U;
constexpr std::array<std::string_view, 2> judged{"contract/", "gate/"};

bool is_judged(std::string_view path) {
  return path.starts_with(judged[0]) || path.starts_with(judged[1]);
}

Diagnostic altered(Location where, std::string message) {
  return {.code = "gate.artifact-altered", .where = std::move(where), .message = std::move(message),
          .hint = "extract the artifact again and give that folder; `tidegate verify` judges the packed file",
          .exit = ExitCode::policy_broken};
}

class Comparison {
 public:
  Comparison(const std::string& folder, const document::Document& manifest, Diagnostics& faults)
      : folder_(folder), manifest_(manifest), faults_(faults) {}

  void run() {
    check_version();
    std::map<std::string, document::Node, std::less<>> listed;
    for (const document::Node file : manifest_.root()["files"]) {
      const std::string_view path = file["path"].as_string();
      if (is_judged(path)) listed.emplace(path, file);
    }
    for (const std::string_view part : judged) {
      const std::string below = join_path(folder_, part.substr(0, part.size() - 1));
      std::error_code ignored;
      if (fs::is_directory(below, ignored)) compare_folder(below, part, listed);
    }
    for (const auto& [path, node] : listed) {
      faults_.add(altered(node.location(), "the artifact lists " + printable(path) + ", and the folder has no such file"));
    }
  }

 private:
  void check_version() {
    const document::Node wanted = manifest_.root()["gate"]["minimumVersion"];
    const std::string_view lowest = wanted.as_string();
    const WrittenVersion version = read_version(lowest);
    if (wanted.exists() && !lowest.empty() && !version.whole) {
      faults_.add(altered(wanted.location(), "minimumVersion is " + shortened(printable(lowest), 40) + ", a version such as 1.4.0 was expected"));
      return;
    }
    if (lowest.empty() || version.version <= read_version(tool_version).version) return;
    faults_.add({.code = "gate.too-old", .where = wanted.location(),
                 .message = "the artifact wants deploy-gate " + shortened(printable(wanted.as_string()), 40) +
                            " or later, this is " + tool_version,
                 .hint = "use a newer deploy-gate", .exit = ExitCode::policy_broken});
  }

  // Takes out of `listed` what is there.
  void compare_folder(const std::string& below, std::string_view part,
                      std::map<std::string, document::Node, std::less<>>& listed) {
    const Result<system::FileTreePtr> tree = system::read_folder(below);
    if (!tree) {
      faults_.add(altered({.file = below}, tree.failure().message));
      return;
    }
    for (const system::Entry& entry : (*tree)->entries()) {
      const std::string path = std::string(part) + entry.path;
      const Location where{.file = join_path(folder_, path)};
      const auto found = listed.find(path);
      if (found == listed.end()) {
        faults_.add(altered(where, "the artifact does not list this file"));
        continue;
      }
      const bool is_file = entry.kind == system::EntryKind::regular || entry.kind == system::EntryKind::executable;
      const Result<std::string> bytes = (*tree)->read(entry.path);
      if (!is_file || !bytes) {
        faults_.add(altered(where, "is no file that can be read"));
      } else if (system::sha256_hex(*bytes) != found->second["sha256"].as_string()) {
        faults_.add(altered(where, "differs from what the build packed: its sha256 is not the listed one"));
      }
      listed.erase(found);
    }
  }

  const std::string& folder_;
  const document::Document& manifest_;
  Diagnostics& faults_;
};

// No more than a manifest may have is kept of the file; `fault` says why it is none.
Status read_bounded(const std::string& file, std::string& text, std::string& fault) {
  document::ValueCount count;
  return system::stream_file(file, [&](std::string_view piece) {
    count.add(piece);
    if (count.bytes() > most_manifest_bytes) {
      fault = "the manifest has more than 64 MiB";
    } else if (count.is_dense()) {
      fault = "the manifest has " + std::to_string(count.values()) + " values in its first " +
              counted(count.bytes(), "byte") + "; at least 16 bytes for each were expected";
    } else {
      text += piece;
    }
    return fault.empty();
  });
}

}  // namespace

Status check_artifact(const std::string& folder, Diagnostics& faults) {
  const std::string file = join_path(folder, manifest_name);
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) {
    return Diagnostic{.code = "gate.usage", .where = {.file = folder},
                      .message = "is no extracted artifact: META/manifest.json is not there",
                      .hint = "extract NAME-VERSION.tar.gz or .tar.zst and name its folder", .exit = ExitCode::usage};
  }
  std::string text, fault;
  if (Status status = read_bounded(file, text, fault); !status) return status;
  if (!fault.empty()) {
    faults.add(altered({.file = file}, fault));
    return Done{};
  }
  const auto parsed = document::parse_json(file, std::move(text));
  if (!parsed) {
    faults.add(altered(parsed.failure().where, "the manifest is no JSON: " + shortened(printable(parsed.failure().message), 200)));
    return Done{};
  }
  const document::Node schema = (*parsed)->root()["schema"];
  if (schema.as_string() != "tidegate/manifest/1") {
    faults.add(altered((*parsed)->root().location(),
                       "the manifest has " + (schema.exists() ? "the schema " + shortened(printable(schema.as_string()), 80) : std::string("no schema")) +
                           ", tidegate/manifest/1 was expected"));
    return Done{};
  }
  Comparison(folder, **parsed, faults).run();
  return Done{};
}

}  // namespace tidegate::gate
