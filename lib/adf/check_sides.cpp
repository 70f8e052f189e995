// SPDX-License-Identifier: Apache-2.0
// Do the types of a copy side and its dataset, of a location and its linked service fit together?
// Types are compared by family, the part of their names that both share: `AzureSqlSource` and
// `AzureSqlTable`. All SQL kinds are one family, because live factories mix them.
#include <array>

#include "adf/check.hpp"
#include "adf/types.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

struct Alias {
  std::string_view stem{};    // lower case
  std::string_view family{};
};

// Sorted into families by what reads and writes the same place.
constexpr auto aliases = std::to_array<Alias>({
    {"azuresql", "sql"}, {"azuresqldw", "sql"}, {"sqldw", "sql"}, {"azuresqlmi", "sql"}, {"sqlmi", "sql"},
    {"sqlserver", "sql"}, {"amazonrdsforsqlserver", "sql"}, {"sql", "sql"}, {"warehouse", "sql"},
    // Files without a format of their own, in datasets of the older model.
    {"azureblob", "file"}, {"blob", "file"}, {"azureblobfsfile", "file"}, {"azureblobfs", "file"},
    {"azuredatalakestorefile", "file"}, {"azuredatalakestore", "file"}, {"fileshare", "file"}, {"filesystem", "file"},
    {"httpfile", "file"}, {"http", "file"}, {"amazons3", "file"}, {"hdfs", "file"},
    {"cosmosdbsqlapi", "cosmos"}, {"documentdb", "cosmos"}, {"documentdbcollection", "cosmos"},
    {"dynamics", "dynamics"}, {"dynamicscrm", "dynamics"}, {"commondataserviceforapps", "dynamics"},
    {"sapbwcube", "sapbw"}, {"lakehousetable", "lakehouse"},
    {"mongodb", "mongodb"}, {"mongodbatlas", "mongodb"}, {"cosmosdbmongodbapi", "mongodb"},
    // These read many kinds.
    {"relational", ""}, {"custom", ""}, {"odbc", ""},
});

constexpr std::array<std::string_view, 9> endings{"table", "object", "collection", "entity", "resource", "dataset",
                                                  "index", "source", "sink"};

// Empty: it goes with anything.
std::string family_of(std::string_view type) {
  std::string stem = to_lower(type);
  for (const std::string_view ending : endings) {
    if (stem.size() > ending.size() && stem.ends_with(ending)) {
      stem.resize(stem.size() - ending.size());
      break;
    }
  }
  if (stem.size() > 2 && stem.ends_with("v2")) stem.resize(stem.size() - 2);
  for (const Alias& alias : aliases) {
    if (alias.stem == stem) return std::string(alias.family);
  }
  return stem;
}

// `AzureBlobStorageLocation` lies in `AzureBlobStorage`, or in the older `AzureStorage`.
bool fits_location(std::string_view location, std::string_view service) {
  const std::string stem = to_lower(location.substr(0, location.size() - std::string_view("Location").size()));
  const std::string low = to_lower(service);
  return stem == low || (stem == "azureblobstorage" && low == "azurestorage") ||
         (stem == "azurefilestorage" && (low == "azurestorage" || low == "fileserver"));
}

class Checker {
 public:
  Checker(const Subject& subject, Diagnostics& diagnostics) : subject_(subject), diagnostics_(diagnostics) {
    const TypeId root = root_type(ObjectKind::dataset);
    dataset_type_ = root;
  }

  void check_pipeline() {
    for (const Activity& activity : subject_.facts.activities) {
      const Node properties = activity.properties();
      if (equal_ignoring_case(activity.type, "Copy")) {
        check_side(properties["source"], activity.node["inputs"].at(0));
        check_side(properties["sink"], activity.node["outputs"].at(0));
      } else if (equal_ignoring_case(activity.type, "Lookup")) {
        check_side(properties["source"], properties["dataset"]);
      }
    }
  }

  void check_dataset() {
    const Node location = subject_.object.properties()["typeProperties"]["location"]["type"];
    const Node reference = subject_.object.properties()["linkedServiceName"]["referenceName"];
    const auto target = subject_.factory.find_index(ObjectKind::linked_service, reference.as_string());
    if (!target || !ends_with_ignoring_case(location.as_string(), "Location")) return;
    const Object& service = subject_.factory.objects[*target];
    const std::string_view type = service.properties()["type"].as_string();
    const bool known = find_variant(root_type(ObjectKind::linked_service), type).has_value();
    if (!known || fits_location(location.as_string(), type)) return;
    diagnostics_.warning("adf.type-mismatch", location.location(),
                         "the location is of type " + std::string(location.as_string()) + ", but linked service \"" +
                             service.name + "\" is of type " + std::string(type),
                         "take a location of the linked service's kind");
  }

 private:
  void check_side(const Node& side, const Node& reference) {
    const Node type = side["type"];
    const auto target = subject_.factory.find_index(ObjectKind::dataset, reference["referenceName"].as_string());
    if (!type.is_string() || !target || type.as_string().find('@') != std::string_view::npos) return;
    const Object& dataset = subject_.factory.objects[*target];
    const std::string_view other = dataset.properties()["type"].as_string();
    if (!find_variant(dataset_type_, other)) return;
    const std::string family = family_of(type.as_string());
    const std::string wanted = family_of(other);
    if (family.empty() || wanted.empty() || family == wanted) return;
    if (family_of(std::string(other) + "Source") == family) return;  // `AzureTable`, `SapTable`
    diagnostics_.warning("adf.type-mismatch", type.location(),
                         std::string(side.key()) + " is of type " + std::string(type.as_string()) + ", but dataset \"" +
                             dataset.name + "\" is of type " + std::string(other),
                         "take the type that goes with the dataset");
  }

  const Subject& subject_;
  Diagnostics& diagnostics_;
  TypeId dataset_type_ = 0;
};

}  // namespace

void check_sides(const Subject& subject, Diagnostics& diagnostics) {
  if (subject.object.kind == ObjectKind::pipeline) Checker(subject, diagnostics).check_pipeline();
  if (subject.object.kind == ObjectKind::dataset) Checker(subject, diagnostics).check_dataset();
}

}  // namespace tidegate::adf
