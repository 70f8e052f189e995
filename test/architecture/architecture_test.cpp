// SPDX-License-Identifier: Apache-2.0
// The rules of the house that a compiler does not know.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
const std::string source_root = TIDEGATE_SOURCE_DIR;

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Own sources below the given folders, relative paths, sorted.
std::vector<std::string> sources(const std::vector<std::string>& folders) {
  std::vector<std::string> found;
  for (const std::string& folder : folders) {
    if (!fs::exists(source_root + "/" + folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(source_root + "/" + folder)) {
      const std::string extension = entry.path().extension();
      if (extension == ".cpp" || extension == ".hpp") {
        found.push_back(fs::relative(entry.path(), source_root).string());
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

const std::vector<std::string> code_folders{"lib", "detect", "build", "deploy-gate", "buildpack"};

std::map<std::string, std::set<std::string>> read_layers() {
  std::map<std::string, std::set<std::string>> layers;
  std::istringstream text(slurp(source_root + "/lib/layers.txt"));
  for (std::string line; std::getline(text, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t colon = line.find(':');
    std::set<std::string>& allowed = layers[line.substr(0, colon)];
    for (const std::string_view word : split(std::string_view(line).substr(colon + 1), ' ')) {
      if (!word.empty()) allowed.emplace(word);
    }
  }
  return layers;
}

std::vector<std::string> quoted_includes(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("#include \"")) continue;
    found.push_back(line.substr(10, line.find('"', 10) - 10));
  }
  return found;
}

// The module of a path below lib/: the longest module name that it starts with.
std::string module_of(const std::map<std::string, std::set<std::string>>& layers, const std::string& path) {
  std::string best;
  for (const auto& layer : layers) {
    if (path.starts_with(layer.first + "/") && layer.first.size() > best.size()) best = layer.first;
  }
  return best;
}

TEST(Architecture, modules_include_only_what_layers_txt_allows) {
  const auto layers = read_layers();
  for (const std::string& file : sources({"lib"})) {
    const std::string module = module_of(layers, file.substr(4));
    ASSERT_FALSE(module.empty()) << file << " belongs to no module of lib/layers.txt";
    for (const std::string& include : quoted_includes(slurp(source_root + "/" + file))) {
      const std::string other = module_of(layers, include);
      if (other.empty()) {
        EXPECT_EQ(include, "version.hpp") << file << " includes " << include << ", which is in no module";
        continue;
      }
      EXPECT_TRUE(other == module || layers.at(module).contains(other))
          << file << ": module " << module << " may not include " << other;
    }
  }
}

TEST(Architecture, third_party_parsers_stay_in_document) {
  for (const std::string& file : sources(code_folders)) {
    if (file.starts_with("lib/document/")) continue;
    const std::string text = slurp(source_root + "/" + file);
    for (const char* header : {"<nlohmann/", "<yaml-cpp/", "<toml++/", "<pugixml"}) {
      EXPECT_EQ(text.find(std::string("#include ") + header), std::string::npos) << file << " includes " << header;
    }
  }
}

// Its header costs each file that includes it more than ten seconds.
TEST(Architecture, the_parser_of_command_lines_is_included_once) {
  std::vector<std::string> folders = code_folders;
  folders.push_back("test");
  std::vector<std::string> includers;
  for (const std::string& file : sources(folders)) {
    if (slurp(source_root + "/" + file).find("\n#include <CLI/") != std::string::npos) includers.push_back(file);
  }
  EXPECT_EQ(includers, std::vector<std::string>{"lib/commandline/program.cpp"});
}

TEST(Architecture, forbidden_headers_are_absent) {
  for (const std::string& file : sources(code_folders)) {
    const std::string text = slurp(source_root + "/" + file);
    for (const char* header : {"<regex>", "<iostream>", "<format>", "<expected>", "<source_location>"}) {
      EXPECT_EQ(text.find(std::string("#include ") + header), std::string::npos) << file << " includes " << header;
    }
  }
}

TEST(Architecture, files_keep_to_the_size_budget) {
  std::vector<std::size_t> headers, bodies;
  for (const std::string& file : sources(code_folders)) {
    const std::string text = slurp(source_root + "/" + file);
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    EXPECT_LE(lines, 700U) << file;
    (file.ends_with(".hpp") ? headers : bodies).push_back(lines);
    EXPECT_TRUE(text.starts_with("// SPDX-License-Identifier: Apache-2.0\n")) << file;
    EXPECT_TRUE(file.ends_with(".cpp") || text.find("#pragma once") != std::string::npos) << file;
  }
  std::sort(headers.begin(), headers.end());
  std::sort(bodies.begin(), bodies.end());
  EXPECT_LE(headers[headers.size() / 2], 80U) << "median of the headers";
  EXPECT_LE(bodies[bodies.size() * 9 / 10], 450U) << "p90 of the sources";
}

TEST(Architecture, every_module_has_a_short_readme) {
  for (const auto& layer : read_layers()) {
    const std::string path = source_root + "/lib/" + layer.first + "/README.md";
    if (!fs::exists(source_root + "/lib/" + layer.first)) continue;
    ASSERT_TRUE(fs::exists(path)) << path;
    const std::string text = slurp(path);
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 15) << path;
  }
}

// Codes as string literals: "<area>.<words-with-dashes>" with a known area.
std::set<std::string> codes_in(const std::string& text) {
  static const std::set<std::string> areas{"adf", "artifact", "build", "databricks", "detect", "document",
                                           "gate", "rehearsal", "repository", "sandbox", "service", "signature", "spark", "store", "system", "terraform"};
  std::set<std::string> found;
  for (std::size_t at = text.find('"'); at != std::string::npos; at = text.find('"', at + 1)) {
    const std::size_t end = text.find('"', at + 1);
    if (end == std::string::npos) break;
    const std::string word = text.substr(at + 1, end - at - 1);
    const std::size_t dot = word.find('.');
    if (dot == std::string::npos || !areas.contains(word.substr(0, dot))) continue;
    const std::string rest = word.substr(dot + 1);
    const bool plain = !rest.empty() && std::all_of(rest.begin(), rest.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || c == '-' || (c >= '0' && c <= '9');
    });
    static const std::set<std::string> extensions{"json", "hpp", "cpp", "yaml", "md", "tar", "exe", "toml"};
    if (plain && !extensions.contains(rest) && word != "adf.root") found.insert(word);  // a field
  }
  return found;
}

TEST(Architecture, every_code_has_a_page_and_every_page_a_code) {
  std::set<std::string> used;
  for (const std::string& file : sources(code_folders)) {
    for (const std::string& code : codes_in(slurp(source_root + "/" + file))) {
      used.insert(code);
      EXPECT_TRUE(fs::exists(source_root + "/docs/codes/" + code + ".md")) << code << " in " << file;
    }
  }
  for (const auto& entry : fs::directory_iterator(source_root + "/docs/codes")) {
    const std::string code = entry.path().stem().string();
    EXPECT_TRUE(code == "README" || used.contains(code)) << entry.path() << " documents a code nobody emits";
  }
}

TEST(Architecture, pages_of_codes_have_one_shape) {
  for (const auto& entry : fs::directory_iterator(source_root + "/docs/codes")) {
    const std::string code = entry.path().stem().string();
    if (code == "README") continue;
    const std::string text = slurp(entry.path());
    EXPECT_TRUE(text.starts_with("# " + code + "\n\n")) << code;
    const std::size_t example = text.find("\n## Example\n\n");
    const std::size_t advice = text.find("\n## What to do\n\n");
    EXPECT_TRUE(example != std::string::npos && advice != std::string::npos && example < advice) << code;
    EXPECT_EQ(text.find("\\x"), std::string::npos) << code << " holds an escape that Markdown does not know";
  }
}

// docs/threat-model.md states limits in numbers; each comes from one constant.
TEST(Architecture, limits_of_the_threat_model_are_those_of_the_code) {
  struct Limit {
    const char* file;
    const char* code;
    const char* document;
  };
  const std::vector<Limit> limits{
      {"lib/repository/git_tree.cpp", "max_entries = 1000000;", "| git trees | 1,000,000 entries, 256 folders deep"},
      {"lib/repository/git_tree.cpp", "max_depth = 256;", "256 folders deep"},
      {"lib/repository/resolved_tree.cpp", "max_links = 40;", "at most 40 steps"},
      {"lib/repository/lfs.hpp", "max_lfs_pointer_size = 1024;", "| LFS pointers | 1,024 bytes"},
      {"lib/document/parse.hpp", "max_depth = 256;", "| JSON, YAML | 256 levels; JSON 4 GiB"},
      {"lib/document/json.cpp", "size() > 0xFFFFFFF0U", "JSON 4 GiB"},
      {"lib/document/xml.cpp", "most_bytes = std::size_t{64} << 20U;", "| XML (POM) | 64 MiB, 256 levels"},
      {"lib/document/xml.hpp", "max_depth = 256;", "64 MiB, 256 levels"},
      {"lib/spark/expander.hpp", "expansion_depth = 16;", "16 levels, 1,000 steps and 4,096 bytes"},
      {"lib/spark/expander.hpp", "expansion_steps = 1000;", "1,000 steps"},
      {"lib/spark/expander.hpp", "expansion_bytes = 4096;", "4,096 bytes"},
      {"lib/spark/jar.cpp", "most_entries = 100'000;", "| jars | 100,000 entries, 1 GiB unpacked, 64 MiB a class"},
      {"lib/spark/jar.cpp", "most_bytes = std::size_t{1} << 30U;", "1 GiB unpacked"},
      {"lib/spark/jar.cpp", "most_class_bytes = std::size_t{64} << 20U;", "64 MiB a class"},
      {"lib/spark/identity.hpp", "max_jar_depth = 4;", "| jars in jars, for the SBOM | 4 deep, 2,000 jars, 2 GiB unpacked"},
      {"lib/spark/identity.hpp", "max_nested_jars = 2000;", "2,000 jars"},
      {"lib/spark/identity.hpp", "max_nested_bytes = std::uint64_t{2} << 30U;", "2 GiB unpacked"},
      {"lib/spark/members.hpp", "max_member_depth = 4;", "| texts in jars, wheels, eggs, zips | 4 archives deep, 100,000 entries, 64 MiB a text, 1 GiB"},
      {"lib/spark/members.hpp", "max_members = 100'000;", "100,000 entries, 64 MiB a text"},
      {"lib/spark/members.hpp", "max_member_bytes = std::size_t{64} << 20U;", "64 MiB a text"},
      {"lib/spark/members.hpp", "max_members_bytes = std::uint64_t{1} << 30U;", "1 GiB and 100 times the archive"},
      {"lib/spark/members.hpp", "max_member_ratio = 100;", "100 times the archive (and 64 MiB)"},
      {"lib/spark/members.hpp", "free_member_bytes = std::uint64_t{64} << 20U;", "(and 64 MiB) in all"},
      {"lib/signature/envelope.hpp", "max_document = std::size_t{32} << 20U;", "| documents from strangers | 32 MiB"},
      {"lib/databricks/notebook.cpp", "most_bytes = std::size_t{256} << 20U;", "| notebooks | 256 MiB"},
      {"lib/databricks/archive.cpp", "most_entries = 10'000;", "10,000 entries and 256 MiB unpacked"},
      {"lib/databricks/archive.cpp", "most_bytes = std::size_t{256} << 20U;", "256 MiB unpacked"},
      {"lib/adf/expression.cpp", "depth_limit = 100;", "| expressions of Data Factory | 100 levels"},
      {"lib/service/type_constraint.cpp", "max_depth = 16;", "| type constraints | 16 levels"},
      {"lib/sandbox/http.hpp", "max_head = 16 << 10;", "16 KiB of head, 256 MiB of body"},
      {"lib/sandbox/http.hpp", "max_body = 256U << 20U;", "256 MiB of body"},
      {"lib/sandbox/state.hpp", "max_names = 1024;", "1,024 states"},
      {"lib/document/splitter.hpp", "max_depth = 256;", "nesting over 256 levels"},
      {"lib/document/splitter.hpp", "max_capture = std::size_t{64} << 20U;", "one captured element over 64 MiB"},
      {"lib/policy/custom/pattern.cpp", "set_max_mem(std::int64_t{8} << 20)", "linear time, 8 MiB"},
      {"lib/policy/custom/rule.hpp", "timeout{30000};", "30 s unless the check says otherwise, 16 MiB of output"},
      {"lib/system/limited_process.hpp", "output = std::size_t{16} << 20;", "16 MiB of output"},
      {"lib/artifact/manifest_bound.hpp", "max_manifest_size = std::uint64_t{64} << 20U;", "the manifest (64 MiB at most"},
      {"lib/artifact/manifest_bound.hpp", "max_manifest_ratio = 64;", "64 times the bytes of the archive that hold it"},
      {"lib/artifact/compare_content.hpp", "max_part = std::size_t{8} << 20U;", "at most 8 MiB and 500,000 values"},
      {"lib/artifact/compare_content.hpp", "max_values = 500'000;", "500,000 values, and 50,000 addresses"},
      {"lib/artifact/compare_content.hpp", "max_addresses = 50'000;", "50,000 addresses"},
      {"lib/document/value_count.hpp", "bytes_a_value = 16;", "16 bytes a value"}};
  const std::string document = slurp(source_root + "/docs/threat-model.md");
  for (const Limit& limit : limits) {
    EXPECT_NE(slurp(source_root + "/" + limit.file).find(limit.code), std::string::npos)
        << limit.file << " has no `" << limit.code << "`: correct docs/threat-model.md (" << limit.document << ")";
    EXPECT_NE(document.find(limit.document), std::string::npos) << limit.document;
  }
}

TEST(Architecture, the_gate_links_no_repository_archive_or_network_library) {
  const std::string gate = std::string(TIDEGATE_BIN_DIR) + "/deploy-gate";
  if (!fs::exists(gate) || !system::find_program("readelf")) GTEST_SKIP() << "deploy-gate or readelf is missing";
  const auto result = system::run_process({.argv = {"readelf", "-d", gate}});
  ASSERT_TRUE(result.ok());
  for (const char* library : {"libgit2", "libarchive", "libcurl", "libgrpc", "libzstd"}) {
    EXPECT_EQ(result->out.find(library), std::string::npos) << library;
  }
  // Nor as an archive (docs/decisions/0033).
  const auto symbols = system::run_process({.argv = {"readelf", "-sW", gate}});
  ASSERT_TRUE(symbols.ok());
  for (const char* symbol : {" git_libgit2_init", " archive_read_new", " curl_easy_init", " grpc_init"}) {
    EXPECT_EQ(symbols->out.find(symbol), std::string::npos) << symbol;
  }
}

}  // namespace
}  // namespace tidegate
