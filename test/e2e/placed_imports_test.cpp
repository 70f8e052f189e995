// SPDX-License-Identifier: Apache-2.0
// What `tidegate build` uploads, laid out as the workspace would and run by Python as Databricks
// does: the folder of the notebook, or of the started file, is the only one of the service on
// sys.path. The repository itself is run beside it as a Git folder is: its root is on sys.path,
// too.
#include <gtest/gtest.h>

#include <filesystem>

#include "artifact/archive.hpp"
#include "document/parse.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;

// argv: the file that is started, further folders of sys.path. Cells, and %run relative to its
// notebook.
constexpr const char* runner = R"PY(
import os, sys
def run(path, scope):
    with open(path) as file:
        text = file.read()
    for cell in text.split("# COMMAND ----------"):
        for line in cell.splitlines():
            if line.startswith("# MAGIC %run "):
                wanted = os.path.join(os.path.dirname(path), line.split()[-1])
                run(wanted if os.path.exists(wanted) else wanted + ".py", scope)
        exec(compile(cell, path, "exec"), scope)
start = os.path.abspath(sys.argv[1])
os.chdir(os.path.dirname(start))
sys.path[0:1] = [os.path.dirname(start)] + [os.path.abspath(one) for one in sys.argv[2:]]
run(start, {"__name__": "__main__", "__file__": start})
)PY";

class PlacedImports : public testing::Test {
 protected:
  void SetUp() override {
    write("adf/pipeline/load.json", R"({"name": "load", "properties": {"activities": [
  {"name": "main", "type": "DatabricksNotebook", "typeProperties": {"notebookPath": "/Repos/ann/shop/src/notebooks/main"}},
  {"name": "job", "type": "DatabricksSparkPython", "typeProperties": {"pythonFile": "dbfs:/shop/src/jobs/start.py"}}]}})");
    write("tidegate.yaml", "apiVersion: tidegate/v1\nservice: shop\nowner: team\n");
    write("lib/__init__.py", "from .rules import LIMIT\n");
    write("lib/rules.py",
          "import json, os\n_file = os.path.join(os.path.dirname(__file__), '..', 'config', "
          "'limits.json')\n"
          "with open(_file) as _text:\n    LIMIT = json.load(_text)['limit']\n");
    write("lib/helpers.py",
          "from . import rules\nfrom .deep.words import upper\nfrom lib import LIMIT\nimport "
          "settings\n\n\n"
          "def clean(x):\n    return upper(x.strip()), rules.LIMIT is LIMIT, settings.NAME\n");
    write("lib/deep/__init__.py", "");
    write("lib/deep/words.py",
          "from ..rules import LIMIT\n\n\ndef upper(x):\n    return x.upper()[:LIMIT]\n");
    write("settings.py", "NAME = 'shop'\n");
    write("tools/plain/calc.py", "def double(x):\n    return 2 * x\n");  // without __init__.py
    write("config/limits.json", "{\"limit\": 4}\n");
    write("vendor/given.py", "VALUE = 'vendor'\n");
    write("src/notebooks/near.py", "VALUE = 'near'\n");
    write("src/notebooks/main.py",
          "# Databricks notebook source\nfrom lib.helpers import clean\nfrom near import "
          "VALUE\n\n# COMMAND ----------\n\n"
          "# MAGIC %run ./other\n\n# COMMAND ----------\n\n# MAGIC %run "
          "/Repos/ann/shop/src/shared/third\n\n# COMMAND ----------\n\n"
          "import os, sys\nsys.path.append(os.path.abspath('../../vendor'))\nimport given\nimport "
          "lib.helpers, importlib\n"
          "print(clean(' orders '), VALUE, rate, third, given.VALUE, lib.LIMIT, "
          "importlib.reload(lib).LIMIT)\n");
    write("src/notebooks/other.py",
          "# Databricks notebook source\nimport tools.plain.calc\nrate = "
          "tools.plain.calc.double(3)\n");
    write(
        "src/shared/third.py",
        "# Databricks notebook source\nfrom lib.deep import words\nthird = words.upper('third')\n");
    write("src/jobs/start.py",
          "import beside\nfrom lib.helpers import clean\nprint(beside.VALUE, clean('x'))\n");
    write("src/jobs/beside.py", "VALUE = 'beside'\n");
    test::git(service_, {"init", "-q"});
  }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(service_ + "/" + path).parent_path());
    ASSERT_TRUE(system::write_file(service_ + "/" + path, text).ok());
  }

  // The artifact.
  std::string build() const {
    test::git(service_, {"add", "-A"});
    test::git(service_, {"commit", "-q", "--allow-empty", "-m", "x"});
    fs::remove_all(folder_.path() + "/out");
    const auto built =
        test::run_program("tidegate", {"build", service_, "-o", folder_.path() + "/out"});
    EXPECT_EQ(built.exit_code, 0) << built.out << built.err;
    return test::find_artifact(folder_.path() + "/out");
  }

  // Puts every upload of the configuration where it says; the folder of the release.
  std::string lay_out(const std::string& artifact) const {
    const std::string tree = folder_.path() + "/tree", workspace = folder_.path() + "/workspace";
    fs::remove_all(tree);
    fs::remove_all(workspace);
    EXPECT_TRUE(artifact::extract_artifact(artifact, tree).ok());
    for (const char* name : {"notebooks.tf.json", "files.tf.json"}) {
      const Result<std::string> text = system::read_file(tree + "/terraform/" + name);
      if (!text) continue;
      const auto parsed = document::parse_json(name, *text);
      if (!parsed) continue;
      for (const document::Node type : (*parsed)->root()["resource"]) {
        for (const document::Node block : type) {
          const std::string path = after(block["path"].as_string(), "${var.workspace_root}");
          const std::string source = after(block["source"].as_string(), "${path.module}/..");
          fs::create_directories(fs::path(workspace + path).parent_path());
          fs::copy_file(tree + source, workspace + path);
        }
      }
    }
    std::string release;
    for (const auto& entry : fs::directory_iterator(workspace + "/shop")) {
      EXPECT_EQ(release, "") << "more than one tree";
      release = entry.path().string();
    }
    return release;
  }

  static std::string after(std::string_view text, std::string_view start) {
    EXPECT_TRUE(text.starts_with(start)) << text;
    return std::string(text.substr(std::min(start.size(), text.size())));
  }

  static system::ProcessResult python(const std::string& file,
                                      const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"python3", "-B", "-c", runner, file};
    words.insert(words.end(), more.begin(), more.end());
    auto done = system::run_process({.argv = std::move(words)});
    return done ? std::move(*done)
                : system::ProcessResult{.exit_code = -1, .err = render_diagnostic(done.failure())};
  }

  const test::TemporaryFolder folder_{};
  const std::string service_ = folder_.path() + "/s";
};

TEST_F(PlacedImports, find_what_they_find_in_a_git_folder) {
  if (!system::find_program("python3")) GTEST_SKIP() << "python3 is missing";
  const std::string release = lay_out(build());
  const auto deployed = python(release + "/src/notebooks/main");
  EXPECT_EQ(deployed.exit_code, 0) << deployed.err;
  EXPECT_EQ(deployed.out, "('ORDE', True, 'shop') near 6 THIR vendor 4 4\n");
  const auto job = python(release + "/src/jobs/start.py");
  EXPECT_EQ(job.exit_code, 0) << job.err;
  EXPECT_EQ(job.out, "beside ('X', True, 'shop')\n");
  const Result<std::string> text = system::read_file(service_ + "/src/notebooks/main.py");
  ASSERT_TRUE(text.ok());
  std::string relative = *text;
  const std::string absolute = "/Repos/ann/shop/src/shared/third";
  relative.replace(relative.find(absolute), absolute.size(), "../shared/third");
  write("src/notebooks/main.py", relative);
  const auto in_repository = python(service_ + "/src/notebooks/main.py", {service_});
  EXPECT_EQ(in_repository.exit_code, 0) << in_repository.err;
  EXPECT_EQ(in_repository.out, deployed.out);
}

// Without the stand-ins, or with files in a tree of their own, Python does not find them: the test
// sees it.
TEST_F(PlacedImports, need_what_is_put_beside_them) {
  if (!system::find_program("python3")) GTEST_SKIP() << "python3 is missing";
  const std::string release = lay_out(build());
  fs::remove(release + "/src/notebooks/lib.py");
  const auto without = python(release + "/src/notebooks/main");
  EXPECT_NE(without.exit_code, 0);
  EXPECT_NE(without.err.find("No module named 'lib'"), std::string::npos) << without.err;
}

// What the module raises, and what is not there, is told as Python tells it of the module itself.
TEST_F(PlacedImports, that_fail_say_so_as_ever) {
  if (!system::find_program("python3")) GTEST_SKIP() << "python3 is missing";
  write("lib/helpers.py", "import nowhere\n");
  const auto broken = python(lay_out(build()) + "/src/jobs/start.py");
  EXPECT_NE(broken.err.find("No module named 'nowhere'"), std::string::npos) << broken.err;
  write("lib/__init__.py", "raise ValueError('broken package')\n");
  const auto raising = python(lay_out(build()) + "/src/jobs/start.py");
  EXPECT_NE(raising.err.find("ValueError: broken package"), std::string::npos) << raising.err;
}

TEST_F(PlacedImports, keep_their_place_until_something_changes) {
  const std::string first = fs::path(lay_out(build())).filename().string();
  EXPECT_EQ(fs::path(lay_out(build())).filename().string(), first);
  write("README.md", "# Shop\n");
  EXPECT_EQ(fs::path(lay_out(build())).filename().string(), first);
  write("settings.py", "NAME = 'other'\n");
  EXPECT_NE(fs::path(lay_out(build())).filename().string(), first);
}

// Secret scopes and mounts of modules, as those of notebooks.
TEST_F(PlacedImports, tell_the_environment_what_they_need) {
  write("lib/rules.py",
        "LIMIT = 4\nKEY = dbutils.secrets.get('sales', 'key')\nraw = spark.read.parquet('/mnt/raw/orders')\n");
  const std::string tree = folder_.path() + "/needs";
  ASSERT_TRUE(artifact::extract_artifact(build(), tree).ok());
  const Result<std::string> text = system::read_file(tree + "/contract/environment.json");
  ASSERT_TRUE(text.ok());
  const auto contract = document::parse_json("environment.json", *text);
  ASSERT_TRUE(contract);
  const document::Node needs = (*contract)->root()["databricks"];
  EXPECT_EQ(needs["secretScopes"].at(0).as_string(), "sales") << *text;
  EXPECT_EQ(needs["mounts"].at(0).as_string(), "/mnt/raw") << *text;
}

TEST_F(PlacedImports, are_rehearsed) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  const auto done =
      test::run_program("tidegate", {"rehearse", build()}, {{"TIDEGATE_TERRAFORM", *terraform}});
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
}

}  // namespace
}  // namespace tidegate
