// SPDX-License-Identifier: Apache-2.0
// `tidegate graph` and `tidegate init` as a user runs them; the page in a real browser.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "document/parse.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;

const std::string services = TIDEGATE_SOURCE_DIR "/fixtures/services/";

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Graph, is_drawn_in_three_formats) {
  const test::TemporaryFolder folder;
  test::make_repository(services + "retail-orders", folder.path() + "/s");
  const auto dot = run_program("tidegate", {"graph", folder.path() + "/s"});
  EXPECT_EQ(dot.exit_code, 0) << dot.err;
  EXPECT_TRUE(dot.out.starts_with("digraph \"retail-orders\" {"));
  EXPECT_TRUE(holds(dot.out, "label=\"pl_orders_daily\""));
  EXPECT_TRUE(holds(dot.out, "label=\"writes\""));
  const auto id = [&](const std::string& label) {  // "n17" of the box with this label
    const std::size_t at = dot.out.find(" [label=\"" + label + "\"");
    const std::size_t line = at == std::string::npos ? at : dot.out.rfind("\n  ", at);
    return line == std::string::npos ? std::string("none") : dot.out.substr(line + 3, at - line - 3);
  };
  EXPECT_TRUE(holds(dot.out, id("notebooks/ingest/update_watermark") + " -> " + id("notebooks/lib/common") + " [label=\"runs\"")) << dot.out;
  const auto svg = run_program("tidegate", {"graph", folder.path() + "/s", "--format", "svg"});
  EXPECT_TRUE(holds(svg.out, "pl_orders_daily")) << svg.err;
  const std::string page = folder.path() + "/g.html";
  EXPECT_EQ(run_program("tidegate", {"graph", folder.path() + "/s", "--format", "html", "-o", page}).exit_code, 0);
  const auto first = system::read_file(page);
  ASSERT_TRUE(first.ok());
  // The same page travels in the artifact.
  ASSERT_EQ(run_program("tidegate", {"build", folder.path() + "/s", "-o", folder.path() + "/o"}).exit_code, 0);
  const auto packed = system::run_process({.argv = {"tar", "-xzOf", test::find_artifact(folder.path() + "/o"), "docs/graph.html"}});
  ASSERT_TRUE(packed.ok());
  EXPECT_EQ(packed->out, *first);
}

TEST(Graph, page_finds_and_draws_in_a_browser) {
  const auto browser = system::find_program("chromium");
  if (!browser) GTEST_SKIP() << "chromium is not installed";
  const test::TemporaryFolder folder;
  test::make_repository(services + "retail-orders", folder.path() + "/s");
  const std::string page = folder.path() + "/g.html";
  ASSERT_EQ(run_program("tidegate", {"graph", folder.path() + "/s", "--format", "html", "-o", page}).exit_code, 0);
  const auto shown = [&](const std::string& query) {
    const auto result = system::run_process(
        {.argv = {*browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir=" + folder.path() + "/profile",
                  "--window-size=1400,900", "--virtual-time-budget=3000", "--dump-dom", "file://" + page + query}});
    EXPECT_TRUE(result.ok() && result->exit_code == 0);
    return result.ok() ? result->out : std::string();
  };
  const std::string all = shown("");
  std::size_t boxes = 0;
  for (std::size_t at = all.find("class=\"n\""); at != all.npos; at = all.find("class=\"n\"", at + 1)) ++boxes;
  EXPECT_GT(boxes, 15U);
  EXPECT_TRUE(holds(all, "<h1 id=\"title\">retail-orders</h1>"));
  EXPECT_TRUE(holds(all, "scale("));
  const std::string found = shown("#pl_orders");
  EXPECT_TRUE(holds(found, ">3 found<")) << found.substr(0, 400);
  EXPECT_TRUE(holds(found, "class=\"n hit\""));
  EXPECT_TRUE(holds(shown("#no-such-name"), ">0 found<"));
}

std::string contents(const std::string& folder) {
  std::string out;
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && !holds(entry.path().string(), "/.git/")) names.push_back(entry.path().string());
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) out += name + "\n" + *system::read_file(name) + "\n";
  return out;
}

TEST(Init, writes_what_the_build_needs_and_changes_nothing_the_second_time) {
  for (const std::string ci : {"github", "jenkins", "azure"}) {
    const test::TemporaryFolder folder;
    const std::string service = folder.path() + "/bare-factory";
    test::make_repository(services + "bare-factory", service);
    const auto first = run_program("tidegate", {"init", service, "--service", "bare", "--owner", "team-a", "--ci", ci});
    EXPECT_EQ(first.exit_code, 0) << first.out << first.err;
    const std::string once = contents(service);
    EXPECT_TRUE(holds(once, "owner: team-a"));
    EXPECT_TRUE(fs::exists(service + (ci == "github" ? "/.github/workflows/tidegate.yml" : ci == "jenkins" ? "/Jenkinsfile" : "/azure-pipelines.yml")));
    const auto second = run_program("tidegate", {"init", service, "--service", "other", "--owner", "team-b", "--ci", ci});
    EXPECT_EQ(second.exit_code, 0) << second.err;
    EXPECT_FALSE(holds(second.out, "wrote")) << second.out;
    EXPECT_EQ(contents(service), once);
    // The manifest that it wrote is complete: nothing is derived any more, nothing is wrong.
    const auto built = run_program("tidegate", {"build", service, "--worktree", "-o", folder.path() + "/o", "--notes"});
    EXPECT_EQ(built.exit_code, 0) << built.err;
    EXPECT_FALSE(holds(built.err, "binding-derived")) << built.err;
    EXPECT_FALSE(fs::exists(folder.path() + "/o/derived.tfvars.json"));
  }
}

TEST(Init, proposes_bindings_for_every_public_repository) {
  const auto shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared corpora are not here";
  const test::TemporaryFolder folder;
  std::size_t written = 0;
  for (const auto& entry : fs::directory_iterator(*shared + "/corpus/adf")) {
    if (!entry.is_directory()) continue;
    const std::string service = folder.path() + "/" + entry.path().filename().string();
    test::copy_service(entry.path().string(), service);
    if (fs::exists(service + "/tidegate.yaml")) continue;
    const auto made = run_program("tidegate", {"init", service, "--owner", "team"});
    if (made.exit_code != 0) {
      // No factory, or several: said so, and nothing was written.
      EXPECT_TRUE(holds(made.err, "build.no-factory") || holds(made.err, "build.several-factories") || holds(made.err, "repository.")) << made.err;
      EXPECT_FALSE(fs::exists(service + "/tidegate.yaml"));
      continue;
    }
    ++written;
    const auto built = run_program("tidegate", {"build", service, "--worktree", "--dry-run"});
    for (const char* code : {"service.manifest-invalid", "service.binding-overlap", "service.binding-unused", "adf.hard-coded-environment"}) {
      EXPECT_FALSE(holds(built.err, code)) << service << "\n" << built.err.substr(0, 3000);
    }
  }
  EXPECT_GE(written, 3U);  // the others hold several factories
}

}  // namespace
}  // namespace tidegate
