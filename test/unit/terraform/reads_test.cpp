// SPDX-License-Identifier: Apache-2.0
#include "terraform/reads.hpp"

#include <gtest/gtest.h>

namespace tidegate::terraform {
namespace {

using Kind = FileRead::Kind;
using Base = FileRead::Base;

std::vector<FileRead> reads(const std::string& text) {
  return find_reads("terraform/main.tf", text);
}
FileRead one(const std::string& expression) {
  const auto found = reads("locals {\n  x = " + expression + "\n}\n");
  EXPECT_EQ(found.size(), 1U) << expression;
  return found.empty() ? FileRead{} : found.front();
}

TEST(Reads, functions_name_files) {
  for (const std::string function :
       {"file", "filebase64", "filesha256", "filemd5", "templatefile"}) {
    const FileRead read = one(function + "(\"${path.module}/a/b.json\", {})");
    EXPECT_EQ(read.kind, Kind::file);
    EXPECT_EQ(read.function, function);
    EXPECT_EQ(read.path, "a/b.json");
    EXPECT_EQ(to_string(read.where), "terraform/main.tf:2:" + std::to_string(8 + function.size()));
  }
  EXPECT_EQ(one("yamldecode(file(\"${ path.module }/../config/x.yaml\"))[\"a\"]").path,
            "../config/x.yaml");
  EXPECT_EQ(one("file(\"plain.txt\")").base, Base::root);
  EXPECT_EQ(one("file(\"${path.root}/x\")").base, Base::root);
  EXPECT_EQ(one("\"${upper(file(\"${path.module}/x\"))}-y\"").path, "x");
  EXPECT_EQ(one("<<-EOT\n  a ${file(\"x\")}\n  EOT\n").path, "x");
  EXPECT_EQ(one("fileexists(\"x\")").kind, Kind::mention);
}

TEST(Reads, what_is_computed_keeps_what_is_fixed) {
  const FileRead read = one("file(\"${path.module}/jobs/${each.key}/v${var.x}.json\")");
  EXPECT_TRUE(read.computed);
  EXPECT_EQ(read.path, "jobs/");
  EXPECT_EQ(read.end, ".json");
  EXPECT_TRUE(reads("locals {\n  x = file(var.x)\n  y = file(\"${local.dir}/x\")\n}\n").empty());
}

TEST(Reads, sets_of_files) {
  FileRead read = one("fileset(path.module, \"jobs/**/*.json\")");
  EXPECT_EQ(read.kind, Kind::set);
  EXPECT_EQ(read.path + "|" + read.pattern, "|jobs/**/*.json");
  read = one("{ for f in fileset(\"${path.module}/jobs\", \"*\") : f => 1 }");
  EXPECT_EQ(read.path + "|" + read.pattern, "jobs|*");
  EXPECT_EQ(one("fileset(\"jobs\", var.x)").pattern, "");
}

TEST(Reads, other_texts_that_start_at_the_module) {
  const auto found = reads(
      "resource \"a\" \"b\" {\n  source = \"${path.module}/x.whl\"\n  text = \"see "
      "${path.module}/y\"\n  dir = path.module\n}\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, Kind::mention);
  EXPECT_EQ(found[0].path, "x.whl");
}

TEST(Reads, guarded_ones) {
  EXPECT_TRUE(one("try(file(\"x\"), \"\")").guarded);
  EXPECT_TRUE(one("can(jsondecode(file(\"x\")))").guarded);
  EXPECT_FALSE(one("[try(1, 2), file(\"x\")]").guarded);
}

TEST(Reads, modules_of_both_syntaxes) {
  const auto found = reads("module \"m\" {\n  source = \"./modules/m\"\n  body = file(\"x\")\n}\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].kind, Kind::module);
  EXPECT_EQ(found[0].path, "./modules/m");
  const auto json =
      find_reads("terraform/a.tf.json",
                 "{\"module\": {\"m\": {\"source\": \"../m\"}},\n \"locals\": {\"x\": "
                 "\"${file(\\\"${path.module}/y\\\")}\", \"z\": \"${path.module}/z\"}}");
  ASSERT_EQ(json.size(), 3U);
  EXPECT_EQ(json[0].path, "../m");
  EXPECT_EQ(json[1].path, "y");
  EXPECT_EQ(json[1].where.line, 2U);
  EXPECT_EQ(json[2].path, "z");
}

TEST(Reads, comments_and_plain_texts_read_nothing) {
  EXPECT_TRUE(reads("locals {\n  # file(\"x\")\n  a = \"file(\\\"x\\\")\" /* file(\"y\") */\n  b = "
                    "\"$${file(1)}\"\n  profile = x.file\n}\n")
                  .empty());
}

}  // namespace
}  // namespace tidegate::terraform
