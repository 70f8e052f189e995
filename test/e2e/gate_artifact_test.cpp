// SPDX-License-Identifier: Apache-2.0
// `deploy-gate check --artifact` with an artifact that `tidegate build` made: contract, checks, policy and
// protected objects of the service count, and only as the build packed them.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "support/plan_text.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;

const std::string sample = TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders";
const std::string removed = R"(,"action_reason":"delete_because_no_resource_config")";
const std::string dataset = "azapi_resource.dataset_ds_orders_curated";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void replace_in(const std::string& file, const std::string& old, const std::string& fresh) {
  std::string text = *system::read_file(file);
  const std::size_t at = text.find(old);
  ASSERT_NE(at, std::string::npos) << file << " has no " << old;
  text.replace(at, old.size(), fresh);
  fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
  ASSERT_TRUE(system::write_file(file, text).ok());
}

// A sample service, built and extracted. `edit` changes its files before the commit.
class Extracted {
 public:
  explicit Extracted(const std::function<void(const std::string&)>& edit = {}) {
    const std::string service = folder_.path() + "/s";
    test::copy_service(sample, service);
    if (edit) edit(service);
    test::git(service, {"init", "-q"});
    test::git(service, {"add", "-A"});
    test::git(service, {"commit", "-q", "-m", "service"});
    const auto built = test::run_program("tidegate", {"build", service, "-o", folder_.path() + "/out"});
    EXPECT_EQ(built.exit_code, 0) << built.err;
    fs::create_directories(path());
    const auto tar = system::run_process({.argv = {"tar", "-xzf", test::find_artifact(folder_.path() + "/out"), "-C", path()}});
    EXPECT_TRUE(tar.ok() && tar->exit_code == 0);
  }
  std::string path() const { return folder_.path() + "/artifact"; }
  std::string write(const std::string& name, const std::string& text) const { return folder_.write(name, text); }

  system::ProcessResult check(const std::vector<test::ChangeText>& changes, std::vector<std::string> words = {}) const {
    words.insert(words.begin(), {"check", "-", "--artifact", path()});
    return judge(changes, words);
  }
  static system::ProcessResult judge(const std::vector<test::ChangeText>& changes, std::vector<std::string> words) {
    words.insert(words.begin(), std::string(TIDEGATE_BIN_DIR) + "/deploy-gate");
    const auto result = system::run_process({.argv = words, .input = test::render(test::PlanText{.changes = changes})});
    EXPECT_TRUE(result.ok());
    return result.ok() ? *result : system::ProcessResult{.exit_code = -1};
  }

 private:
  test::TemporaryFolder folder_{};
};

// One build for the tests that change nothing in it.
class GateArtifact : public testing::Test {
 protected:
  static void SetUpTestSuite() { artifact_ = new Extracted; }
  static void TearDownTestSuite() { delete artifact_; }
  static Extracted* artifact_;
};
Extracted* GateArtifact::artifact_ = nullptr;

test::ChangeText of_dataset(const std::string& actions, const std::string& before, const std::string& after) {
  const auto object = [](const std::string& properties) {
    return R"({"name":"ds_orders_curated","type":"Microsoft.DataFactory/factories/datasets@2018-06-01","body":{"properties":{)" +
           properties + "}}}";
  };
  return {.address = dataset, .type = "azapi_resource", .actions = actions, .before = object(before),
          .after = after.empty() ? "null" : object(after), .extra_entry = after.empty() ? removed : ""};
}

const std::string at_orders = R"("typeProperties":{"location":{"fileSystem":"retail-orders","folderPath":"curated/orders"}})";
const std::string at_orders_2 = R"("typeProperties":{"location":{"fileSystem":"retail-orders","folderPath":"curated/orders2"}})";

TEST_F(GateArtifact, what_carries_the_produced_dataset_may_not_go) {
  const std::vector<test::ChangeText> gone{of_dataset(R"(["delete"])", at_orders, "")};
  EXPECT_EQ(Extracted::judge(gone, {"check", "-"}).exit_code, 0);
  const auto result = artifact_->check(gone);
  EXPECT_EQ(result.exit_code, 10) << result.out;
  EXPECT_TRUE(has(result.out, "gate.contract-broken")) << result.out;
  EXPECT_TRUE(has(result.out, "orders"));
}

TEST_F(GateArtifact, what_carries_the_produced_dataset_may_not_move) {
  const std::vector<test::ChangeText> moved{of_dataset(R"(["update"])", at_orders, at_orders_2)};
  const auto result = artifact_->check(moved);
  EXPECT_EQ(result.exit_code, 10) << result.out;
  EXPECT_TRUE(has(result.out, "gate.contract-broken"));
  EXPECT_TRUE(has(result.out, "folderPath")) << result.out;
  EXPECT_TRUE(has(result.out, "instead    give the contract a new major version")) << result.out;
  const auto remark = artifact_->check({of_dataset(R"(["update"])", at_orders, at_orders + R"(,"description":"all orders")")});
  EXPECT_FALSE(has(remark.out, "gate.contract-broken")) << remark.out;
  EXPECT_EQ(remark.exit_code, 0);
}

TEST_F(GateArtifact, contract_holds_where_the_service_is_called_as_a_module) {
  auto gone = of_dataset(R"(["delete"])", at_orders, "");
  gone.address = "module.retail." + dataset;
  EXPECT_EQ(artifact_->check({gone}).exit_code, 10);
  gone.address = dataset + "_2";
  EXPECT_EQ(artifact_->check({gone}).exit_code, 0);
}

TEST_F(GateArtifact, checks_of_the_service_count) {
  const test::ChangeText open{.address = "azurerm_storage_container.retail_orders", .type = "azurerm_storage_container",
                              .actions = R"(["update"])", .before = R"({"name":"retail-orders","container_access_type":"private"})",
                              .after = R"({"name":"retail-orders","container_access_type":"blob"})"};
  EXPECT_FALSE(has(Extracted::judge({open}, {"check", "-"}).out, "retail.container-stays-private"));
  const auto result = artifact_->check({open});
  EXPECT_EQ(result.exit_code, 10) << result.out;
  EXPECT_TRUE(has(result.out, "retail.container-stays-private"));
}

TEST_F(GateArtifact, policy_can_ask_for_it) {
  const std::string policy = artifact_->write("policy.yaml", "schema: tidegate/policy/1\nrequire_artifact: true\n");
  const auto without = Extracted::judge({}, {"check", "-", "--policy", policy});
  EXPECT_EQ(without.exit_code, 13);
  EXPECT_TRUE(has(without.out, "gate.artifact-required")) << without.out;
  EXPECT_TRUE(has(without.out, "policy.yaml:2:")) << without.out;
  EXPECT_EQ(artifact_->check({}, {"--policy", policy}).exit_code, 0);
}

TEST_F(GateArtifact, verdict_names_each_file_that_it_took_from_there) {
  const auto result = artifact_->check({}, {"--format", "json"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* file : {"/gate/checks/retail.yaml", "/gate/policy/protect.json", "/contract/orders.json"}) {
    EXPECT_TRUE(has(result.out, file)) << file;
  }
}

TEST_F(GateArtifact, folder_that_is_none_and_packed_file_are_wrong_usage) {
  for (const std::string& path : {artifact_->path() + "/terraform", artifact_->path() + "/META/manifest.json", std::string("/no/such")}) {
    const auto result = Extracted::judge({}, {"check", "-", "--artifact", path});
    EXPECT_EQ(result.exit_code, 64) << path;
    EXPECT_TRUE(has(result.err, "extract NAME-VERSION.tar.gz")) << result.err;
  }
}

// Protected by the manifest of the service: an object whose tier alone is only worth a warning.
TEST(GateArtifactEdited, protected_addresses_and_types_of_the_service_block) {
  const Extracted artifact([](const std::string& service) {
    replace_in(service + "/tidegate.yaml", "addresses: [azurerm_storage_container.retail_orders]",
               "addresses: [\"azapi_resource.trigger_*\"]\n    types: [azurerm_virtual_network]");
  });
  const test::ChangeText trigger{.address = "azapi_resource.trigger_tr_daily", .type = "azapi_resource",
                                 .before = R"({"name":"tr_daily","type":"Microsoft.DataFactory/factories/triggers@2018-06-01","body":{"properties":{"type":"ScheduleTrigger"}}})",
                                 .extra_entry = removed};
  const test::ChangeText network{.address = "azurerm_virtual_network.n", .type = "azurerm_virtual_network", .before = R"({"name":"n"})",
                                 .extra_entry = removed};
  for (const test::ChangeText& change : {trigger, network}) {
    EXPECT_EQ(Extracted::judge({change}, {"check", "-"}).exit_code, 0) << change.address;
    const auto result = artifact.check({change});
    EXPECT_EQ(result.exit_code, 10) << change.address << "\n" << result.out;
    EXPECT_TRUE(has(result.out, "gate.stateful-destroy")) << result.out;
  }
}

// --- only as the build packed it ----------------------------------------------------------------------

struct Alteration {
  const char* name;
  std::function<void(const std::string&)> apply;
  const char* message;
};

TEST(GateArtifactEdited, what_was_altered_after_the_build_is_refused) {
  const std::vector<Alteration> alterations{
      {"check gone", [](const std::string& at) { fs::remove(at + "/gate/checks/retail.yaml"); }, "lists gate/checks/retail.yaml, and the folder has no such file"},
      {"all gone", [](const std::string& at) { fs::remove_all(at + "/gate"); }, "lists gate/policy/protect.json"},
      {"check softened", [](const std::string& at) { replace_in(at + "/gate/checks/retail.yaml", "severity: block", "severity: note "); }, "gate.artifact-altered   "},
      {"contract emptied", [](const std::string& at) { replace_in(at + "/contract/orders.json", dataset, "azapi_resource.other"); }, "differs from what the build packed"},
      {"contract gone", [](const std::string& at) { fs::remove(at + "/contract/orders.json"); }, "lists contract/orders.json"},
      {"policy added", [](const std::string& at) { ASSERT_TRUE(system::write_file(at + "/gate/policy/policy.yaml", "schema: tidegate/policy/1\n").ok()); }, "the artifact does not list this file"},
      {"link", [](const std::string& at) {
         fs::rename(at + "/gate/checks/retail.yaml", at + "/elsewhere.yaml");
         fs::create_symlink(at + "/elsewhere.yaml", at + "/gate/checks/retail.yaml"); }, "is no file that can be read"},
      {"manifest cut", [](const std::string& at) {
         const std::string file = at + "/META/manifest.json";
         const std::string text = *system::read_file(file);
         fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
         ASSERT_TRUE(system::write_file(file, text.substr(0, text.size() / 2)).ok()); }, "the manifest is no JSON"},
      {"other manifest", [](const std::string& at) { replace_in(at + "/META/manifest.json", "tidegate/manifest/1", "tidegate/manifest/2"); }, "tidegate/manifest/1 was expected"},
      {"newer gate wanted", [](const std::string& at) { replace_in(at + "/META/manifest.json", "\"minimumVersion\": \"0.1.0\"", "\"minimumVersion\": \"99.0.0\""); }, "the artifact wants deploy-gate 99.0.0 or later, this is 0.1.0"},
      {"next gate wanted", [](const std::string& at) { replace_in(at + "/META/manifest.json", "\"minimumVersion\": \"0.1.0\"", "\"minimumVersion\": \"0.1.1\""); }, "gate.too-old"},
      {"no version", [](const std::string& at) { replace_in(at + "/META/manifest.json", "\"minimumVersion\": \"0.1.0\"", "\"minimumVersion\": \"any\""); }, "minimumVersion is any, a version such as 1.4.0 was expected"},
  };
  const Extracted original;
  for (const Alteration& alteration : alterations) {
    const test::TemporaryFolder folder;
    const std::string at = folder.path() + "/a";
    fs::copy(original.path(), at, fs::copy_options::recursive);
    alteration.apply(at);
    const auto result = Extracted::judge({}, {"check", "-", "--artifact", at});
    EXPECT_EQ(result.exit_code, 13) << alteration.name << "\n" << result.out << result.err;
    EXPECT_TRUE(has(result.out, alteration.message)) << alteration.name << "\n" << result.out;
  }
  EXPECT_EQ(original.check({}).exit_code, 0);
}

}  // namespace
}  // namespace tidegate
