// SPDX-License-Identifier: Apache-2.0
// The same bytes as an object of every kind beside a small factory: read, linked, checked. Findings
// lie inside the file.
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "adf/factory.hpp"
#include "place.hpp"
#include "system/file_tree.hpp"

namespace {

using namespace tidegate;
using fuzz::require;

constexpr std::array folders{"pipeline",   "dataset", "linkedService",
                             "dataflow",   "trigger", "integrationRuntime",
                             "credential", "factory", "managedVirtualNetwork"};

void check_as(const std::string& folder, const std::string& bytes) {
  const std::string file = folder + "/x.json";
  const std::map<std::string, std::string> files{
      {file, bytes},
      {"dataset/d.json",
       R"({"name":"d","properties":{"type":"Json","linkedServiceName":{"referenceName":"l",)"
       R"("type":"LinkedServiceReference"},"parameters":{"p":{"type":"string"}}}})"},
      {"linkedService/l.json",
       R"({"name":"l","properties":{"type":"AzureBlobFS","typeProperties":{"url":"u"}}})"},
      {"pipeline/q.json",
       R"({"name":"q","properties":{"parameters":{"p":{"type":"int"}},"activities":[]}})"}};
  std::vector<adf::FactoryFile> list;
  for (const auto& one : files) {
    std::string kind = one.first.substr(0, one.first.find('/'));
    for (char& c : kind) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    list.push_back({one.first, kind});
  }
  const system::MemoryTree tree(files);
  Diagnostics diagnostics;
  adf::Factory factory = adf::read_factory(tree, "", list, diagnostics);
  adf::resolve_references(factory, {"external"}, diagnostics);
  adf::check_factory(factory, diagnostics);
  for (std::size_t i = 0; i < factory.objects.size(); ++i) {
    for (const std::size_t other : factory.dependencies_of(i))
      require(other < factory.objects.size());
  }
  const std::string shown = bytes.starts_with("\xEF\xBB\xBF") ? bytes.substr(3) : bytes;
  for (const Diagnostic& one : diagnostics.items()) {
    require(one.code.starts_with("adf.") && files.contains(one.where.file));
    if (one.where.file == file && one.where.line != 0) {
      require(fuzz::is_inside(shown, one.where.line, one.where.column));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const char* folder : folders) check_as(folder, bytes);
  return 0;
}
