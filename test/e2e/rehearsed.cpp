// SPDX-License-Identifier: Apache-2.0
#include "e2e/rehearsed.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "document/parse.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"
#include "system/file_tree.hpp"

namespace tidegate::test {

namespace {

namespace fs = std::filesystem;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << "not found: " << from << "\nin\n" << text.substr(0, 3000);
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

}  // namespace

std::vector<std::string> Rehearsed::failures() const {
  std::vector<std::string> found;
  for (const document::Node test : report()["tests"]) {
    for (const document::Node message : test["messages"]) {
      found.push_back(std::string(test["file"].as_string()) + " " +
                      std::string(test["run"].as_string()) + ": " +
                      std::string(message.as_string()));
    }
  }
  return found;
}

std::vector<std::string> Rehearsed::steps() const {
  std::vector<std::string> found;
  for (const document::Node step : report()["steps"]) {
    found.push_back(std::string(step["outcome"].as_string()) + " " +
                    std::string(step["phase"].as_string()) + " " +
                    std::string(step["name"].as_string()));
  }
  return found;
}

void Sample::copy(const std::string& name) {
  fs::remove_all(folder() + "/s");
  make_repository(std::string(TIDEGATE_SOURCE_DIR) + "/fixtures/services/" + name, folder() + "/s");
}

std::string Sample::build(const std::string& name) {
  copy(name);
  return build_again();
}

std::string Sample::read(const std::string& file) const {
  const auto text = system::read_file(folder() + "/s/" + file);
  EXPECT_TRUE(text.ok()) << file;
  return text ? *text : std::string();
}

void Sample::write(const std::string& file, const std::string& text) const {
  folder_.write("s/" + file, text);
}

void Sample::edit(const std::string& file, const std::string& from, const std::string& to) const {
  write(file, replaced(read(file), from, to));
}

std::string Sample::build_again(int exit, const std::vector<std::string>& more) {
  git(folder() + "/s", {"add", "-A"});
  git(folder() + "/s", {"commit", "-q", "--allow-empty", "-m", "next"});
  const std::string out = folder() + "/o" + std::to_string(builds_++);
  std::vector<std::string> words{"build", folder() + "/s", "-o", out};
  words.insert(words.end(), more.begin(), more.end());
  const auto built = run_program("tidegate", words, environment());
  EXPECT_EQ(built.exit_code, exit) << built.out << built.err;
  build_output_ = built.out + built.err;
  return find_artifact(out);
}

std::map<std::string, std::string> Sample::environment() const {
  fs::create_directories(folder() + "/tmp");
  return {{"TIDEGATE_TERRAFORM", terraform_}, {"TMPDIR", folder() + "/tmp"}};
}

Rehearsed Sample::run(std::vector<std::string> words) const {
  const std::string report = folder() + "/report.json";
  fs::remove(report);
  words.insert(words.end(), {"--report", report});
  const auto result = run_program("tidegate", words, environment());
  Rehearsed out{.exit = result.exit_code, .out = result.out, .err = result.err};
  const auto text = system::read_file(report);
  if (!text) return out;
  out.json = *text;
  auto parsed = document::parse_json("report.json", *text);
  if (parsed) out.document = std::move(*parsed);
  return out;
}

Rehearsed Sample::rehearse(const std::string& artifact,
                           const std::vector<std::string>& more) const {
  std::vector<std::string> words{"rehearse", artifact};
  words.insert(words.end(), more.begin(), more.end());
  return run(std::move(words));
}

Rehearsed Sample::test(const std::string& artifact, const std::vector<std::string>& more) const {
  std::vector<std::string> words{"test", artifact};
  words.insert(words.end(), more.begin(), more.end());
  return run(std::move(words));
}

std::unique_ptr<system::Child> Sample::start(const std::string& artifact,
                                             const std::vector<std::string>& more) const {
  system::ProcessRequest request{
      .argv = {std::string(TIDEGATE_BIN_DIR) + "/tidegate", "rehearse", artifact},
      .environment = environment(),
      .process_group = 0};
  request.argv.insert(request.argv.end(), more.begin(), more.end());
  auto child = system::Child::start(request);
  EXPECT_TRUE(child.ok());
  return std::move(child).value();
}

// Every process of a rehearsal names its folder.
std::string Sample::process_with(const std::string& word) const {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto words = system::read_file(entry.path().string() + "/cmdline");
    if (!words || words->find(folder() + "/tmp") == std::string::npos) continue;
    if (words->find(word) == std::string::npos) continue;
    return entry.path().string() + " " + printable(*words);
  }
  return {};
}

std::string Sample::left_over() const {
  for (const auto& entry : fs::directory_iterator(folder() + "/tmp")) return entry.path();
  return process_with("");
}

bool Sample::has_host(std::chrono::milliseconds patience) const {
  constexpr std::chrono::milliseconds pause{100};
  for (; process_with("--scratch").empty() && patience.count() > 0; patience -= pause) {
    std::this_thread::sleep_for(pause);
  }
  return !process_with("--scratch").empty();
}

bool Sample::kill_host() const {
  const std::string host = process_with("--scratch");  // "/proc/4711 tidegate-sandbox …"
  return !host.empty() && ::kill(std::stoi(host.substr(6)), SIGKILL) == 0;
}

bool Sample::nothing_is_left(std::chrono::milliseconds patience) const {
  constexpr std::chrono::milliseconds pause{100};
  std::string left = left_over();
  for (; !left.empty() && patience.count() > 0; patience -= pause) {
    std::this_thread::sleep_for(pause);
    left = left_over();
  }
  if (!left.empty()) ADD_FAILURE() << "left behind: " << left;
  return left.empty();
}

std::string mutated(const Sample& sample, const std::string& artifact,
                    const std::vector<Edit>& edits) {
  const std::string tree = sample.folder() + "/tree";
  fs::remove_all(tree);
  const auto extracted = artifact::extract_artifact(artifact, tree);
  EXPECT_TRUE(extracted.ok());
  if (!extracted) return {};
  for (const Edit& edit : edits) {
    const std::string file = tree + "/" + edit.file;
    const auto text = system::read_file(file);
    EXPECT_TRUE(text.ok()) << file;
    if (!text) return {};
    EXPECT_TRUE(system::write_file(file, replaced(*text, edit.from, edit.to)).ok());
  }
  const auto files = system::read_folder(tree);
  EXPECT_TRUE(files.ok());
  std::vector<artifact::PackFile> packed;
  for (const artifact::ManifestFile& one : extracted->manifest.files) {
    packed.push_back({.path = one.path,
                      .origin = one.origin,
                      .executable = one.executable,
                      .bytes = *(*files)->read(one.path)});
  }
  artifact::Manifest manifest = extracted->manifest;
  manifest.files.clear();
  const std::string target = sample.folder() + "/mutated.tar.gz";
  const auto written = artifact::write_artifact(target, std::move(manifest), std::move(packed));
  EXPECT_TRUE(written.ok()) << (written ? "" : render_diagnostic(written.failure()));
  return target;
}

void WithEachTerraform::SetUp() {
  const auto all = terraforms();
  if (GetParam() >= all.size())
    GTEST_SKIP() << "TIDEGATE_TERRAFORM or TIDEGATE_TERRAFORM_OLDEST is not set";
  sample.use(all[GetParam()]);
}

std::string terraform_name(const ::testing::TestParamInfo<std::size_t>& tested) {
  return tested.param == 0 ? "newest" : "oldest";
}

}  // namespace tidegate::test
