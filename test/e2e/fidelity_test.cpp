// SPDX-License-Identifier: Apache-2.0
// A stand-in provider is as good as its agreement with the real ones: one state, 24 configurations,
// and what the real azurerm, azapi and databricks providers decided for each.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "document/parse.hpp"
#include "document/write.hpp"
#include "e2e/stand_in.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

using document::Node;

// Actions and replace paths of an object, in one text.
std::string decision(const Node& actions, const Node& replace_paths) {
  std::string out = document::render_canonical_json(actions);
  if (replace_paths.is_array() && replace_paths.size() > 0)
    out += " " + document::render_canonical_json(replace_paths);
  return out;
}

std::map<std::string, std::string> decisions_of(const document::Document& plan) {
  std::map<std::string, std::string> out;
  for (const Node change : plan.root()["resource_changes"]) {
    const Node body = change["change"];
    if (change["mode"].as_string() == "managed")
      out.emplace(change["address"].as_string(), decision(body["actions"], body["replace_paths"]));
  }
  return out;
}

std::string read(const std::string& path) {
  const auto text = system::read_file(path);
  EXPECT_TRUE(text.ok()) << path;
  return text ? *text : std::string();
}

// What of the configuration disagrees, one line an object; "" if nothing does.
std::string disagreements(const test::RootModule& module, const std::string& folder) {
  module.write("main.tf.json", read(folder + "/main.tf.json"));
  const auto expected = document::parse_json("expected", read(folder + "/expected.json"));
  const Node wanted = (*expected)->root();
  const auto planned = module.run({"plan", "-refresh=false", "-out=plan"});
  const bool errored = wanted["errored"].as_boolean();
  if ((planned.exit_code != 0) != errored) return planned.out + planned.err;
  std::string out;
  std::map<std::string, std::string> decisions = decisions_of(*module.show("plan"));
  for (const Node change : wanted["changes"]) {
    const std::string address(change.key());
    const std::string real = decision(change["actions"], change["replace_paths"]);
    if (decisions[address] != real)
      out += address + ": planned " + decisions[address] + ", the real provider " + real + "\n";
    decisions.erase(address);
  }
  // All others stay, or are updated without a difference that matters, as in the unchanged one.
  for (const auto& other : decisions) {
    if (other.second != "[\"no-op\"]" && other.second != "[\"update\"]")
      out += other.first + ": planned " + other.second + ", the real provider keeps it\n";
  }
  return out;
}

TEST(Fidelity, agrees_with_the_real_providers) {
  const auto shared = test::shared_folder();
  const auto terraforms = test::terraforms();
  if (!shared || terraforms.empty()) GTEST_SKIP() << "needs the corpus and Terraform";
  const test::StandIn stand_in;
  const test::RootModule module = stand_in.module("fidelity", terraforms.front());
  const std::string corpus = *shared + "/corpus/fidelity";
  module.write("main.tf.json", read(corpus + "/noop/main.tf.json"));
  module.expect(0, {"init"});
  module.write("given.tfstate", read(corpus + "/state.json"));
  module.expect(0, {"state", "push", "given.tfstate"});
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    if (!entry.is_directory()) continue;
    EXPECT_EQ(disagreements(module, entry.path().string()), "") << entry.path().filename();
    ++cases;
  }
  EXPECT_GE(cases, 24U);
}

}  // namespace
}  // namespace tidegate
