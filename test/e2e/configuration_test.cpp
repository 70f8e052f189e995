// SPDX-License-Identifier: Apache-2.0
// The real Terraform evaluates whole generated configurations: references lead somewhere, nothing
// is circular, and with the environment's own values every object comes out as its source file
// says, but for the rewrites that the manifest lists.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "adf/factory.hpp"
#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "repository/inventory.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "support/terraform_data.hpp"
#include "system/file_sink.hpp"
#include "system/file_tree.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using document::Node;

document::DocumentPtr parse(const std::string& path) {
  auto text = system::read_file(path);
  if (!text) return nullptr;
  auto parsed = document::parse_json(path, std::move(*text));
  EXPECT_TRUE(parsed.ok()) << path;
  return parsed.ok() ? *parsed : nullptr;
}

// One built service: its repository, its unpacked artifact, and what Terraform plans for it.
class Judged {
 public:
  Judged(const std::string& repository, const std::string& below,
         const test::TemporaryFolder& folder, std::string terraform)
      : repository_(repository),
        below_(below),
        work_(folder.path() + "/judged"),
        terraform_(std::move(terraform)) {
    fs::remove_all(work_);
    std::vector<std::string> arguments{"build", repository, "-o", work_};
    if (!below.empty()) arguments.insert(arguments.end(), {"--path", below});
    built_ = test::run_program("tidegate", arguments).exit_code == 0;
    if (!built_) return;
    fs::create_directories(work_ + "/a");
    EXPECT_EQ(run({"tar", "-xzf", test::find_artifact(work_), "-C", work_ + "/a"}, work_).exit_code,
              0);
    manifest_ = parse(work_ + "/a/META/manifest.json");
  }

  bool built() const { return built_; }

  // `values`: the environment's own, as JSON, for what derived.tfvars.json does not give.
  void plan(const std::string& values) {
    std::vector<document::DocumentPtr> files;
    for (const auto& entry : fs::directory_iterator(work_ + "/a/terraform")) {
      if (entry.path().string().ends_with(".tf.json"))
        files.push_back(parse(entry.path().string()));
    }
    const std::string place = work_ + "/t";
    fs::create_directories(place);
    ASSERT_TRUE(system::write_file(place + "/main.tf.json", test::as_terraform_data(files)).ok());
    ASSERT_TRUE(system::write_file(place + "/own.auto.tfvars.json", values).ok());
    if (fs::exists(work_ + "/derived.tfvars.json")) {
      fs::copy_file(work_ + "/derived.tfvars.json", place + "/derived.auto.tfvars.json");
    }
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"init"}, {"validate"}, {"plan", "-input=false", "-out=plan"}}) {
      std::vector<std::string> argv{terraform_};
      argv.insert(argv.end(), command.begin(), command.end());
      argv.insert(argv.begin() + 2, "-no-color");
      const auto result = run(argv, place);
      ASSERT_EQ(result.exit_code, 0) << command.front() << "\n" << result.out << result.err;
    }
    auto shown = run({terraform_, "show", "-json", "plan"}, place);
    auto parsed = document::parse_json("plan", std::move(shown.out));
    ASSERT_TRUE(parsed.ok());
    plan_ = *parsed;
    for (const Node resource :
         plan_->root().resolve_pointer("/planned_values/root_module/resources")) {
      planned_[std::string(resource["name"].as_string())] = resource["values"]["input"];
    }
  }

  // Compares every mapped object of the repository with its planned body; gives their number.
  std::size_t compare() {
    const auto tree =
        system::read_folder(below_.empty() ? repository_ : repository_ + "/" + below_);
    const repository::Inventory inventory = repository::take_inventory(**tree, {});
    std::vector<adf::FactoryFile> files;
    for (const repository::InventoryFile* file :
         inventory.with_role(repository::Role::adf_object)) {
      files.push_back({.path = file->path, .kind_folder = file->kind_folder});
    }
    Diagnostics ignored;
    const adf::Factory factory =
        adf::read_factory(**tree, inventory.adf_roots.front(), files, ignored);
    for (const Node rewrite : manifest_->root()["rewrites"]) {
      rewrites_[std::string(rewrite["file"].as_string())]
               [std::string(rewrite["pointer"].as_string())] = rewrite["rule"].as_string();
    }
    std::size_t count = 0;
    for (const adf::Object& object : factory.objects) {
      const Node planned = find_planned(object);
      if (!planned) continue;
      ++count;
      compare_nodes(object.properties(), planned["body"]["properties"], rewrites_[object.file]);
    }
    return count;
  }

  const std::map<std::string, Node>& planned() const { return planned_; }

 private:
  static system::ProcessResult run(const std::vector<std::string>& argv,
                                   const std::string& directory) {
    auto result = system::run_process(
        {.argv = argv,
         .directory = directory,
         .environment = {{"CHECKPOINT_DISABLE", "1"}, {"TF_IN_AUTOMATION", "1"}}});
    EXPECT_TRUE(result.ok());
    return result.ok() ? std::move(*result) : system::ProcessResult{.exit_code = 1};
  }

  Node find_planned(const adf::Object& object) const {
    for (const auto& resource : planned_) {
      const bool kind = resource.first.starts_with(
          "azapi_resource__" + std::string(adf::address_kind(object.kind)) + "_");
      if (kind && resource.second["name"].as_string() == object.name) return resource.second;
    }
    return {};
  }

  bool is_planned_path(std::string_view text) const {
    return std::any_of(planned_.begin(), planned_.end(), [&](const auto& resource) {
      return resource.first.starts_with("databricks_") &&
             resource.second["path"].as_string() == text;
    });
  }

  void compare_nodes(const Node& source, const Node& planned,
                     const std::map<std::string, std::string_view>& rewrites) {
    const std::string where = source.location().file + "#" + source.pointer();
    const auto rewrite = rewrites.find(source.pointer());
    if (rewrite != rewrites.end() && rewrite->second.starts_with("link.")) {
      EXPECT_TRUE(is_planned_path(planned.as_string())) << where << ": " << planned.as_string();
      return;
    }
    ASSERT_EQ(source.kind(), planned.kind()) << where;
    if (!source.is_object() && !source.is_array()) {
      EXPECT_TRUE(document::equal_values(source, planned)) << where;
      return;
    }
    std::size_t kept = 0, index = 0;
    for (const Node child : source) {
      const auto noise = rewrites.find(child.pointer());
      const Node other = source.is_object() ? planned[child.key()] : planned.at(index++);
      if (noise != rewrites.end() && noise->second == "noise") {
        EXPECT_FALSE(other.exists()) << where;
        continue;
      }
      ++kept;
      ASSERT_TRUE(other.exists()) << where << "/" << child.key();
      compare_nodes(child, other, rewrites);
    }
    EXPECT_EQ(planned.size(), kept) << where;
  }

  std::string repository_;
  std::string below_;
  std::string work_;
  std::string terraform_;
  bool built_ = false;
  document::DocumentPtr manifest_{};
  document::DocumentPtr plan_{};
  std::map<std::string, Node> planned_{};  // terraform_data name -> input
  std::map<std::string, std::map<std::string, std::string_view>> rewrites_{};
};

// Values for the variables that every configuration has, and those of tidegate.yaml's bindings: the
// literal itself, or what stands at the path.
std::string own_values(const std::string& repository, bool triggers_started) {
  std::string text;
  document::JsonWriter json(text);
  json.begin_object()
      .member("data_factory_id", "/subscriptions/x/factory")
      .member_boolean("triggers_started", triggers_started);
  json.member("workspace_root", "/Workspace/x").member("volume_path", "/Volumes/a/b/c");
  auto manifest = system::read_file(repository + "/tidegate.yaml");
  if (manifest) {
    const auto parsed = document::parse_yaml("tidegate.yaml", std::move(*manifest));
    EXPECT_TRUE(parsed.ok());
    std::string root((*parsed)->root()["adf"]["root"].as_string());
    for (const Node binding : (*parsed)->root()["bindings"]) {
      json.key(binding["variable"].as_string());
      const std::string_view path = binding["path"].as_string();
      if (path.empty()) {
        json.string(binding["literal"].as_string());
        continue;
      }
      const std::string file =
          join_path(join_path(repository, root), path.substr(0, path.find('#'))) + ".json";
      json.node(parse(file)->root().resolve_pointer(path.substr(path.find('#') + 1)));
    }
  }
  json.end_object();
  return text;
}

void judge_fixture(const std::string& name, std::size_t objects) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  const test::TemporaryFolder folder;
  const std::string source = std::string(TIDEGATE_SOURCE_DIR "/fixtures/services/") + name;
  test::make_repository(source, folder.path() + "/s");
  Judged service(folder.path() + "/s", "", folder, *terraform);
  ASSERT_TRUE(service.built());
  service.plan(own_values(source, true));
  if (testing::Test::HasFatalFailure()) return;
  EXPECT_EQ(service.compare(), objects);
}

TEST(Configuration, of_the_sample_service_is_valid_and_says_what_its_source_says) {
  judge_fixture("retail-orders", 16);
}

TEST(Configuration, of_the_second_service_is_valid_and_says_what_its_source_says) {
  judge_fixture("orders-reporting", 4);
}

TEST(Configuration, starts_no_trigger_unless_asked) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  const test::TemporaryFolder folder;
  const std::string source = TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders";
  test::make_repository(source, folder.path() + "/s");
  for (const bool started : {false, true}) {
    Judged service(folder.path() + "/s", "", folder, *terraform);
    service.plan(own_values(source, started));
    std::set<std::string> actions;
    for (const auto& resource : service.planned()) {
      if (resource.first.starts_with("azapi_resource_action__")) actions.insert(resource.first);
    }
    EXPECT_EQ(actions.empty(), !started);
    EXPECT_EQ(actions.size() % 2, 0U);
  }
}

// Every root of the public repositories that builds.
TEST(Configuration, of_public_repositories_is_valid_and_says_what_their_sources_say) {
  const auto terraform = test::find_terraform();
  const auto shared = test::shared_folder();
  if (!terraform || !shared) GTEST_SKIP() << "terraform or the shared corpora are not here";
  const test::TemporaryFolder folder;
  std::size_t services = 0, objects = 0;
  for (const auto& entry : fs::directory_iterator(*shared + "/corpus/adf")) {
    if (!entry.is_directory()) continue;
    const std::string repository = folder.path() + "/" + entry.path().filename().string();
    test::make_repository(entry.path().string(), repository);
    const auto found = test::run_program("tidegate", {"detect", repository, "--format", "json"});
    const auto parsed = document::parse_json("detect", found.out);
    ASSERT_TRUE(parsed.ok()) << found.out;
    for (const Node marker : (*parsed)->root()["markers"]) {
      if (marker["name"].as_string() != "adf") continue;
      for (const Node root : marker["paths"]) {
        const std::string below(root.as_string() == "." ? "" : root.as_string());
        Judged service(repository, below, folder, *terraform);
        if (!service.built()) continue;
        service.plan(own_values(repository, true));
        if (HasFatalFailure()) return;
        ++services;
        objects += service.compare();
      }
    }
  }
  EXPECT_GT(services, 10U);
  EXPECT_GT(objects, 100U);
  RecordProperty("services", static_cast<int>(services));
  RecordProperty("objects", static_cast<int>(objects));
}

}  // namespace
}  // namespace tidegate
