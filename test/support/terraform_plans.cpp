// SPDX-License-Identifier: Apache-2.0
#include "support/terraform_plans.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"

namespace tidegate::test {

namespace fs = std::filesystem;

namespace {

const std::map<std::string, std::string> quiet{
    {"CHECKPOINT_DISABLE", "1"}, {"TF_IN_AUTOMATION", "1"}, {"TF_CLI_CONFIG_FILE", "/dev/null"}, {"PATH", "/usr/bin:/bin"}};

std::optional<Engine> engine_at(std::string program) {
  for (const char* name : {"/terraform", "/tofu"}) {
    if (fs::is_directory(program) && fs::exists(program + name)) program += name;
  }
  const auto result = system::run_process({.argv = {program, "version", "-json"}, .inherit_environment = false, .environment = quiet});
  if (!result.ok() || result->exit_code != 0) return std::nullopt;
  const auto parsed = document::parse_json("version", result->out);
  if (!parsed) return std::nullopt;
  return Engine{.program = program, .version = std::string((*parsed)->root()["terraform_version"].as_string()),
                .is_opentofu = fs::path(program).filename() == "tofu"};
}

// Dots and brackets inside keys are those of the tests: none.
struct Parts {
  std::string module{}, name{}, key{};
};

Parts parts_of(const std::string& address) {
  Parts parts;
  const std::size_t type = address.find("terraform_data.");
  if (type > 0) parts.module = address.substr(0, type - 1);
  std::string rest = address.substr(type + std::string("terraform_data.").size());
  const std::size_t bracket = rest.find('[');
  if (bracket != std::string::npos) {
    parts.key = rest.substr(bracket + 1, rest.size() - bracket - 2);
    rest.resize(bracket);
  }
  parts.name = rest;
  return parts;
}

std::string json(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
  return out + "\"";
}

std::string dynamic(const std::string& text) {
  return text.empty() ? "null" : R"({"value":)" + json(text) + R"(,"type":"string"})";
}

}  // namespace

bool Engine::at_least(int minor) const {
  const auto steps = split(version, '.');
  return steps.size() > 1 && std::atoi(std::string(steps[1]).c_str()) >= minor;
}

std::vector<Engine> find_engines() {
  std::vector<std::string> programs;
  if (const char* list = std::getenv("TIDEGATE_TERRAFORMS"); list != nullptr) {
    for (const std::string_view one : split(list, ':')) {
      if (!one.empty()) programs.emplace_back(one);
    }
  }
  if (programs.empty()) {
    if (const auto one = find_terraform()) programs.push_back(*one);
  }
  std::vector<Engine> engines;
  std::set<std::string> seen;
  for (const std::string& program : programs) {
    const auto engine = engine_at(program);
    EXPECT_TRUE(engine) << program << " is no Terraform";
    if (engine && seen.insert((engine->is_opentofu ? "tofu " : "") + engine->version).second) engines.push_back(*engine);
  }
  return engines;
}

void Workspace::set_state(const std::vector<Instance>& instances) const {
  std::map<std::pair<std::string, std::string>, std::string> resources;  // module and name -> instances
  for (const Instance& one : instances) {
    const Parts parts = parts_of(one.address);
    std::string& list = resources[{parts.module, parts.name}];
    list += list.empty() ? "{" : ",{";
    if (!parts.key.empty()) list += "\"index_key\":" + parts.key + ",";
    if (!one.deposed.empty()) list += "\"deposed\":" + json(one.deposed) + ",";
    if (one.tainted) list += R"("status":"tainted",)";
    list += R"("schema_version":0,"attributes":{"id":)" + json("id of " + one.address) + ",\"input\":" + dynamic(one.input) +
            ",\"output\":" + dynamic(one.input) + ",\"triggers_replace\":" + dynamic(one.triggers) + R"(},"sensitive_attributes":[]})";
  }
  std::string text = R"({"version":4,"terraform_version":"1.6.0","serial":1,"lineage":"l","outputs":{},"resources":[)";
  bool first = true;
  for (const auto& resource : resources) {
    text += first ? "{" : ",{";
    first = false;
    if (!resource.first.first.empty()) text += "\"module\":" + json(resource.first.first) + ",";
    text += R"("mode":"managed","type":"terraform_data","name":)" + json(resource.first.second) +
            R"(,"provider":"provider[\"terraform.io/builtin/terraform\"]","instances":[)" + resource.second + "]}";
  }
  folder_.write("terraform.tfstate", text + "]}");
}

void Workspace::declare_modules(const std::vector<std::string>& names) const {
  std::string text = R"({"Modules":[{"Key":"","Source":"","Dir":"."})";
  for (const std::string& name : names) {
    text += ",{\"Key\":" + json(name) + ",\"Source\":" + json("./" + name) + ",\"Dir\":" + json(name) + "}";
  }
  folder_.write(".terraform/modules/modules.json", text + "]}");
}

system::ProcessResult Workspace::run(std::vector<std::string> words) const {
  words.insert(words.begin(), engine_.program);
  const auto result = system::run_process(
      {.argv = std::move(words), .directory = folder_.path(), .inherit_environment = false, .environment = quiet});
  EXPECT_TRUE(result.ok());
  return result.ok() ? *result : system::ProcessResult{.exit_code = -1};
}

std::optional<std::string> Workspace::plan(std::vector<std::string> words, int expected_exit) const {
  fs::remove(folder_.path() + "/tfplan");
  std::vector<std::string> all{"plan", "-no-color", "-input=false", "-out=tfplan"};
  all.insert(all.end(), words.begin(), words.end());
  const auto planned = run(all);
  EXPECT_EQ(planned.exit_code, expected_exit) << engine_.program << "\n" << planned.out << planned.err;
  if (!fs::exists(folder_.path() + "/tfplan")) return std::nullopt;
  const auto shown = run({"show", "-no-color", "-json", "tfplan"});
  EXPECT_EQ(shown.exit_code, 0) << engine_.program << "\n" << shown.err;
  return shown.out;
}

}  // namespace tidegate::test
