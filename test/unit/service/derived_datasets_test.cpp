// SPDX-License-Identifier: Apache-2.0
#include "service/derived_datasets.hpp"

#include <gtest/gtest.h>

#include "unit/service/memory_factory.hpp"

namespace tidegate::service {
namespace {

using Files = std::map<std::string, std::string>;

std::string dataset(const std::string& name, const std::string& folder) {
  return object_text(name, R"("type": "Parquet", "linkedServiceName": {"referenceName": "ls_lake", "type": "LinkedServiceReference"},
    "typeProperties": {"location": {"type": "AzureBlobFSLocation", "fileSystem": "sales", "folderPath": ")" + folder + R"("}})");
}

std::string use(const std::string& name) { return R"({"referenceName": ")" + name + R"(", "type": "DatasetReference"})"; }

std::string copy(const std::string& from, const std::string& to) {
  return R"({"name": "c_)" + from + to + R"(", "type": "Copy", "inputs": [)" + use(from) + R"(], "outputs": [)" + use(to) + R"(], "typeProperties": {"sink": {}}})";
}

std::string remove(const std::string& name) {
  return R"({"name": "d_)" + name + R"(", "type": "Delete", "typeProperties": {"dataset": )" + use(name) + "}}";
}

// "name, name! | name": produced (! overwritten) and consumed.
std::string shown(const DerivedDatasets& all) {
  std::string out;
  for (const DerivedDataset& one : all.produces) out += one.adf + (one.overwritten ? "! " : " ");
  out += "|";
  for (const DerivedDataset& one : all.consumes) out += " " + one.adf;
  return out;
}

adf::Factory factory_of(const std::string& activities) {
  return memory_factory({{"dataset/in.json", dataset("in", "raw/in")},
                         {"dataset/same.json", dataset("same", "raw/in")},
                         {"dataset/out.json", dataset("out", "curated")},
                         {"dataset/below.json", dataset("below", "curated/day")},
                         {"pipeline/p.json", object_text("p", R"("activities": [)" + activities + "]")}},
                        {});
}

TEST(DerivedDatasets, are_what_activities_write_and_read) {
  EXPECT_EQ(shown(derive_datasets(factory_of(copy("in", "out")))), "out | in");
  EXPECT_EQ(shown(derive_datasets(factory_of(copy("in", "out") + "," + copy("out", "below")))), "out below | in");
  EXPECT_EQ(shown(derive_datasets(factory_of(copy("in", "out") + "," + remove("out")))), "out! | in");
}

// Whoever takes rows away from what it reads is not only its reader.
TEST(DerivedDatasets, that_are_read_and_changed_are_produced) {
  EXPECT_EQ(shown(derive_datasets(factory_of(copy("in", "out") + "," + remove("in")))), "out in! |");
  EXPECT_EQ(shown(derive_datasets(factory_of(copy("in", "out") + "," + remove("same")))), "out in! |") << "by its place";
  EXPECT_EQ(shown(derive_datasets(factory_of(copy("in", "out") + "," + remove("below")))), "out | in") << "what it produces";
}

TEST(DerivedDatasets, leave_out_what_is_declared) {
  const adf::Factory factory = factory_of(copy("in", "out") + "," + copy("in", "below"));
  Diagnostics diagnostics;
  EXPECT_EQ(shown(undeclared_datasets(factory, manifest_of("service: s\n", diagnostics))), "out below | in");
  EXPECT_EQ(shown(undeclared_datasets(factory, manifest_of("consumes: [{dataset: i, adf: in, from: external}]\n", diagnostics))), "out below |");
  EXPECT_EQ(shown(undeclared_datasets(factory, manifest_of("produces: [{dataset: o, format: csv, mode: append, location: {linkedService: ls_lake, path: sales/curated}}]\n",
                                                           diagnostics))), "| in");
}

}  // namespace
}  // namespace tidegate::service
