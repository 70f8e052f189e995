// SPDX-License-Identifier: Apache-2.0
// placement.retain: 1, as Terraform sees it: what a running activity may call is neither destroyed nor
// written again by the next release, and goes with the one after it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "document/parse.hpp"
#include "document/write.hpp"
#include "e2e/rehearsed.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

// Puts the artifact in the place of the one before; the state stays.
void unpack(const test::RootModule& module, const std::string& artifact) {
  for (const char* folder : {"/files", "/META", "/source"}) std::filesystem::remove_all(module.folder() + folder);
  for (const char* file : {"moved.tf.json", "retained.tf.json"}) std::filesystem::remove(module.folder() + "/terraform/" + file);
  const auto run = system::run_process({.argv = {"tar", "-xzf", artifact, "-C", module.folder()}});
  ASSERT_TRUE(run.ok() && run->exit_code == 0);
  const auto text = system::read_file(module.folder() + "/META/manifest.json");
  const auto manifest = document::parse_json("manifest.json", text ? *text : "{}");
  std::string values;
  document::JsonWriter writer(values);
  writer.begin_object();
  for (const document::Node one : (*manifest)->root()["parameters"]) {
    if (one["example"].exists()) writer.key(one["name"].as_string()).node(one["example"]);
  }
  writer.end_object();
  module.write("example.auto.tfvars.json", values);
}

// What the artifact does to notebooks: "create", "delete", … each once with how often.
std::map<std::string, std::size_t> deploy(const test::RootModule& module, const std::string& artifact) {
  unpack(module, artifact);
  module.expect(0, {"init"});
  module.expect(0, {"plan", "-out=p"});
  std::map<std::string, std::size_t> found;
  for (const std::string& action : module.actions("p")) {
    const std::size_t notebook = action.find("databricks_notebook.");
    if (notebook != std::string::npos) ++found[action.substr(0, notebook - 1)];
  }
  module.expect(0, {"apply", "p"});
  module.expect_no_changes();
  return found;
}

TEST(RehearseRetain, one_release_before_stays_for_runs_in_flight) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  test::Sample sample;
  sample.use(*terraform);
  sample.copy("retail-orders");
  const std::string notebook = "notebooks/ingest/update_watermark.py";
  const std::string as_it_was = sample.read(notebook);
  const std::string plain = sample.build_again();
  sample.edit("tidegate.yaml", "  jars: volume\n", "  jars: volume\n  retain: 1\n");
  const std::string first = sample.build_again(0, {"--previous", plain});
  sample.write(notebook, as_it_was + "# changed\n");
  const std::string second = sample.build_again(0, {"--previous", first});
  sample.write(notebook, as_it_was + "# changed again\n");
  const std::string third = sample.build_again(0, {"--previous", second});
  sample.write(notebook, as_it_was + "# changed\n");
  const std::string back = sample.build_again(0, {"--previous", third});
  sample.edit("tidegate.yaml", "  retain: 1\n", "");
  const std::string off = sample.build_again(0, {"--previous", back});

  const test::Rehearsed rehearsed = sample.rehearse(second, {"--from", first});
  EXPECT_EQ(rehearsed.exit, 0) << rehearsed.out << rehearsed.err;

  const test::StandIn stand_in;
  const test::RootModule module = stand_in.module("retain", *terraform, "terraform");
  using Counts = std::map<std::string, std::size_t>;
  EXPECT_EQ(deploy(module, plain), (Counts{{"create", 4}}));
  // The same files under other addresses: written once more, in place.
  EXPECT_EQ(deploy(module, first), (Counts{{"update", 4}}));
  EXPECT_EQ(deploy(module, second), (Counts{{"create", 4}}));
  EXPECT_EQ(deploy(module, third), (Counts{{"create", 4}, {"delete", 4}}));
  EXPECT_EQ(deploy(module, back), (Counts{}));  // the second release is still there
  EXPECT_EQ(deploy(module, off), (Counts{{"delete", 4}, {"update", 4}}));
}

}  // namespace
}  // namespace tidegate
