// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/terraform_files.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tidegate::flavours::adf_databricks {
namespace {

struct Outcome {
  std::string paths{};
  std::string findings{};
};

Outcome find(const std::map<std::string, std::string>& files) {
  const system::MemoryTree tree(files);
  const repository::Inventory inventory = repository::take_inventory(tree, {});
  Diagnostics diagnostics;
  Outcome out;
  for (const ReadFile& file : find_terraform_files(tree, inventory, diagnostics))
    out.paths += file.path + "\n";
  for (const Diagnostic& one : diagnostics.items()) out.findings += render_diagnostic(one) + "\n";
  return out;
}

std::string local(const std::string& expression) {
  return "locals {\n  x = " + expression + "\n}\n";
}

TEST(TerraformFiles, modules_are_followed_and_paths_start_at_them) {
  const Outcome out = find({{"terraform/main.tf",
                             "module \"a\" {\n  source = \"./modules/a\"\n}\nmodule \"b\" {\n  "
                             "source = \"../shared/b\"\n}\n"},
                            {"terraform/modules/a/main.tf",
                             local("[file(\"${path.module}/in_a.txt\"), file(\"in_root.txt\"), "
                                   "file(\"${path.root}/too.txt\")]")},
                            {"terraform/modules/a/in_a.txt", "x"},
                            {"terraform/modules/unused/main.tf", local("file(\"missing\")")},
                            {"terraform/in_root.txt", "x"},
                            {"terraform/too.txt", "x"},
                            {"terraform/other.txt", "x"},
                            {"shared/b/main.tf", "module \"c\" {\n  source = \"../c\"\n}\n"},
                            {"shared/c/main.tf.json",
                             "{\"locals\": {\"x\": \"${file(\\\"${path.module}/c.txt\\\")}\"}}"},
                            {"shared/c/c.txt", "x"},
                            {"shared/readme.md", "x"}});
  EXPECT_EQ(out.findings, "");
  EXPECT_EQ(out.paths,
            "shared/b/main.tf\nshared/c/c.txt\nshared/c/main.tf.json\nterraform/"
            "in_root.txt\nterraform/modules/a/in_a.txt\nterraform/too.txt\n");
}

TEST(TerraformFiles, sets_and_computed_paths_take_what_they_may_mean) {
  const std::map<std::string, std::string> more{{"terraform/jobs/a.json", "x"},
                                                {"terraform/jobs/deep/b.json", "x"},
                                                {"terraform/jobs/c.txt", "x"},
                                                {"terraform/jobs/.env", "x"}};
  const auto with = [&](const std::string& expression) {
    auto files = more;
    files["terraform/main.tf"] = local(expression);
    const Outcome out = find(files);
    EXPECT_EQ(out.findings, "");
    return out.paths;
  };
  EXPECT_EQ(with("fileset(path.module, \"jobs/*.json\")"), "terraform/jobs/a.json\n");
  EXPECT_EQ(with("fileset(\"${path.module}/jobs\", \"**/*.json\")"),
            "terraform/jobs/a.json\nterraform/jobs/deep/b.json\n");
  EXPECT_EQ(with("fileset(\"jobs\", \"*.{json,txt}\")"),
            "terraform/jobs/a.json\nterraform/jobs/c.txt\n");
  EXPECT_EQ(with("file(\"${path.module}/jobs/${var.x}.json\")"),
            "terraform/jobs/a.json\nterraform/jobs/deep/b.json\n");
  EXPECT_EQ(with("\"${path.module}/jobs\""),
            "terraform/jobs/a.json\nterraform/jobs/c.txt\nterraform/jobs/deep/b.json\n");
}

TEST(TerraformFiles, missing_files_are_errors_at_their_place) {
  Outcome out = find({{"terraform/main.tf", local("file(\"${path.module}/Job.tpl\")")},
                      {"terraform/job.tpl", "x"}});
  EXPECT_EQ(out.paths, "");
  EXPECT_NE(out.findings.find("terraform/main.tf:2:12: error: file reads terraform/Job.tpl, which "
                              "is not in the service [build.no-such-file]"),
            std::string::npos)
      << out.findings;
  EXPECT_NE(out.findings.find("did you mean terraform/job.tpl?"), std::string::npos)
      << out.findings;
  out = find({{"terraform/main.tf", local("[try(file(\"a\"), 1), fileexists(\"b\") ? file(\"b\") : "
                                          "2, \"${path.module}/c\", fileset(\"d\", \"*\")]")}});
  EXPECT_EQ(out.findings, "");
  out = find({{"terraform/main.tf", "module \"m\" {\n  source = \"./modules/m\"\n}\n"},
              {"terraform/modules/m/readme.md", "x"}});
  EXPECT_NE(out.findings.find(
                "terraform/main.tf:2:3: error: there is no Terraform in terraform/modules/m"),
            std::string::npos)
      << out.findings;
}

TEST(TerraformFiles, paths_that_lead_out_and_modules_of_registries) {
  for (const char* expression : {"file(\"../../x\")", "file(\"/etc/hosts\")", "file(\"~/.ssh/id\")",
                                 "fileset(\"../..\", \"*\")"}) {
    const Outcome out = find({{"terraform/main.tf", local(expression)}});
    EXPECT_NE(out.findings.find(
                  "leads out of the service: the artifact cannot hold it [build.module-outside]"),
              std::string::npos)
        << expression << out.findings;
  }
  for (const char* source :
       {"Azure/x/azurerm", "git::https://example.com/x.git", "https://example.com/x.zip"}) {
    const Outcome out = find(
        {{"terraform/main.tf", "module \"m\" {\n  source = \"" + std::string(source) + "\"\n}\n"}});
    EXPECT_NE(out.findings.find("warning: the module " + std::string(source) + " is fetched when"),
              std::string::npos)
        << out.findings;
  }
  Outcome out = find({{"terraform/main.tf", "module \"m\" {\n  source = \"../../x\"\n}\n"}});
  EXPECT_NE(out.findings.find(
                "terraform/main.tf:2:3: error: the source of this module, ../../x, leads out"),
            std::string::npos)
      << out.findings;
  out = find({{"terraform/main.tf", local("file(\"../${var.x}\")")}, {"config/x", "x"}});
  EXPECT_EQ(out.paths, "");
  EXPECT_NE(out.findings.find("[build.path-computed]"), std::string::npos) << out.findings;
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
