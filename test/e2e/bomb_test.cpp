// SPDX-License-Identifier: Apache-2.0
// Archives of 64 KiB that unpack to as much as the format allows, in every shape that a manifest may have: refusing
// each takes little memory.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "support/service.hpp"
#include "system/process.hpp"
#include "unit/artifact/craft.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
namespace craft = artifact::craft;
using artifact::Compression;
using test::TemporaryFolder;

constexpr std::size_t most_archive_bytes = 64 * 1024;
constexpr std::int64_t most_kilobytes = 64 * 1024;

struct Outcome {
  std::int64_t kilobytes = 0;  // peak resident memory
  int exit = 0;
  std::string err{};
};

Outcome run(std::vector<std::string> words) {
  words.insert(words.begin(), {"/usr/bin/python3", "-c",
                               "import resource, subprocess, sys\n"
                               "code = subprocess.call(sys.argv[1:], stdout=sys.stderr)\n"
                               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
                               "sys.exit(code)\n"});
  const auto result = system::run_process({.argv = words});
  if (!result) return {.exit = -1};
  return {std::strtoll(result->out.c_str(), nullptr, 10), result->exit_code, result->err};
}

std::string repeated(std::string_view text, std::size_t size) {
  std::string out;
  out.reserve(size + text.size());
  while (out.size() < size) out += text;
  return out;
}

// A manifest in which one list is as long as `size` bytes allow; canonical, so that nothing is refused for its form.
std::string with_long_list(std::string_view list, std::size_t size) {
  artifact::Manifest manifest = craft::sample_manifest();
  manifest.contract_outputs = {};
  const std::string digest(64, 'a');
  for (std::size_t i = 0; i * 70 < size; ++i) {
    if (list == "rewrites") manifest.rewrites.push_back({.file = "a", .pointer = "/b", .rule = "c"});
    if (list == "types") manifest.resource_types.emplace_back("aaaaaaaaaaaaaaaaaaaaa");
    if (list == "inputs") manifest.inputs.push_back({.name = "n" + std::to_string(1'000'000 + i), .digest = ""});
    if (list == "files" && i % 3 == 0)
      manifest.files.push_back({.path = "files/" + std::to_string(1'000'000 + i), .size = 1, .sha256 = digest, .origin = "x"});
  }
  std::sort(manifest.inputs.begin(), manifest.inputs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  manifest.content_digest = artifact::content_digest(manifest.files);
  manifest.inputs_digest = artifact::inputs_digest(manifest.inputs);
  return artifact::render_manifest(manifest);
}

struct Shape {
  std::string name{};
  std::string text{};
};

std::vector<Shape> shapes() {
  constexpr std::size_t most = std::size_t{64} << 20U, all = std::size_t{8} << 20U;  // 5 MiB are read at most
  std::vector<Shape> list{{"nested arrays", "[" + repeated("[],", most)},
                          {"numbers", "{\"files\":[" + repeated("0,", all)},
                          {"members", "{" + repeated("\"a\":{},", all)},
                          {"spaces", repeated(" ", all)},
                          {"one string", "\"" + repeated("x", all)},
                          {"escapes", "[\"" + repeated("\\u0041", all)},
                          {"a value a line", "{\"files\": [\n" + repeated("      \"aaaaaaaa\",\n", all)},
                          {"objects", "{\"files\": [\n" + repeated("    {\n      \"mode\": \"0644\"\n    },\n", all)}};
  for (const std::string name : {"files", "rewrites", "types", "inputs"}) {
    for (const std::size_t size : {std::size_t{1} << 20U, std::size_t{5} << 20U, std::size_t{8} << 20U})
      list.push_back({name + " of " + std::to_string(size), with_long_list(name, size)});
  }
  return list;
}

// The manifest, then bytes that no compressor makes smaller, cut at the limit: as much of a manifest as can be.
std::string archive_of(const std::string& text, Compression compression) {
  const craft::Entry entry = craft::make_entry("META/manifest.json", text);
  std::string noise;
  std::mt19937 random(1);  // NOLINT: the same each time
  while (noise.size() < most_archive_bytes) noise += static_cast<char>(random());
  std::string bytes = craft::compress(entry.header + entry.content + entry.padding + noise, compression);
  bytes.resize(most_archive_bytes);
  return bytes;
}

TEST(Bomb, refusing_a_small_archive_takes_little_memory) {
  if (test::is_sanitized) GTEST_SKIP() << "sanitizers keep what is freed";
  const TemporaryFolder folder;
  const std::string program = TIDEGATE_BIN_DIR "/tidegate", gate = TIDEGATE_BIN_DIR "/deploy-gate";
  fs::create_directories(folder.path() + "/store/orders/1");
  std::int64_t worst = 0;
  for (const Shape& shape : shapes()) {
    for (const Compression compression : {Compression::gzip, Compression::zstd}) {
      const std::string suffix(artifact::facts_of(compression).suffix), name = "orders-1" + suffix;
      folder.write(name, archive_of(shape.text, compression));
      folder.write("store/orders/1/" + name, archive_of(shape.text, compression));
      const std::string file = folder.path() + "/" + name;
      for (const std::vector<std::string>& words :
           {std::vector<std::string>{program, "inspect", file}, {program, "verify", file}, {program, "sbom", file},
            {program, "inspect", folder.path() + "/store/orders/1"},
            {program, "pull", folder.path() + "/store/orders/1", "-o", folder.path() + "/pulled"}}) {
        const Outcome outcome = run(words);
        const std::string what = shape.name + suffix + ": " + words[1] + ": ";
        const bool shown = words[1] == "inspect" && outcome.exit == 0;  // reads nothing behind a manifest that is sound
        EXPECT_TRUE(outcome.exit == 30 || shown) << what << outcome.exit << outcome.err;
        EXPECT_LT(outcome.kilobytes, most_kilobytes) << what << outcome.err;
        worst = std::max(worst, outcome.kilobytes);
      }
      fs::remove(folder.path() + "/store/orders/1/" + name);
    }
  }
  RecordProperty("worst_kilobytes", static_cast<int>(worst));
}

TEST(Bomb, the_gate_keeps_little_of_a_manifest_that_is_none) {
  if (test::is_sanitized) GTEST_SKIP() << "sanitizers keep what is freed";
  const TemporaryFolder folder;
  const std::string gate = TIDEGATE_BIN_DIR "/deploy-gate";
  folder.write("plan.json", R"({"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[]})");
  constexpr std::size_t all = std::size_t{66} << 20U;
  for (const std::string& text : {"[" + repeated("[],", all), "{\"files\":[" + repeated("0,", all), "{" + repeated("\"a\":{},", all)}) {
    folder.write("a/META/manifest.json", text);
    const Outcome outcome = run({gate, "check", folder.path() + "/plan.json", "--artifact", folder.path() + "/a"});
    EXPECT_EQ(outcome.exit, 13) << outcome.err;
    EXPECT_NE(outcome.err.find("gate.artifact-altered"), std::string::npos) << outcome.err;
    EXPECT_LT(outcome.kilobytes, most_kilobytes) << outcome.err;
  }
}

}  // namespace
}  // namespace tidegate
