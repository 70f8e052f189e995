// SPDX-License-Identifier: Apache-2.0
// The effective model of a POM: parents, imported platforms, properties and managed versions put
// together as Maven does it (docs/formats/lock.md).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "spark/maven/coordinates.hpp"

namespace tidegate::spark::maven {

struct Exclusion {  // either may be "*"
  std::string group{};
  std::string artifact{};
};

struct ModelDependency {
  Coordinates file{};   // version empty: nothing says it
  std::string scope{};  // of a managed one empty: not managed; else "compile" when absent
  bool optional = false;
  std::vector<Exclusion> exclusions{};
  Location where{};
};

struct ModelRepository {
  std::string id{};
  std::string url{};
  Location where{};
};

struct Model {
  std::string file{};  // as messages name it
  Coordinates self{};
  std::optional<Coordinates> parent{};
  std::string parent_path{};  // <relativePath>, "../pom.xml" when absent, "" when empty
  std::optional<Coordinates> relocated{};
  std::map<std::string, std::string, std::less<>> properties{};
  std::vector<ModelDependency> dependencies{};
  std::vector<ModelDependency> managed{};
  std::vector<ModelRepository> repositories{};
};

// One file as written: nothing inherited, nothing expanded; profiles that are active by default, or
// because a property is not set, are merged. Code spark.invalid-pom.
Result<Model> parse_model(const std::string& file, std::string text);

struct PomText {
  std::string file{};
  std::string text{};
};
// The POM with these coordinates. `child_file` and `relative` say where a parent may lie beside its
// child ("" for other look-ups).
using LoadPom = std::function<Result<PomText>(const Coordinates& pom, const std::string& child_file,
                                              const std::string& relative)>;

class ModelBuilder {
 public:
  explicit ModelBuilder(LoadPom load) : load_(std::move(load)) {}

  // Codes spark.invalid-pom (also parents or imports in circles, more than 64 of them), and those of
  // `load`.
  Result<Model> build(const std::string& file, std::string text);
  // The same of a POM of a repository; kept, because many libraries share parents.
  Result<std::shared_ptr<const Model>> find(const Coordinates& pom);

 private:
  Result<Model> inherit(Model model, int depth);
  Status import_platforms(Model& model, int depth);
  Result<Model> effective(Model model, int depth);

  LoadPom load_;
  int imports_ = 0;  // of the POM that is built
  std::map<std::string, std::shared_ptr<const Model>> known_{};
};

}  // namespace tidegate::spark::maven
