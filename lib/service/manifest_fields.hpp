// SPDX-License-Identifier: Apache-2.0
// Every field of tidegate.yaml, once: where it stands, its shape, its rule, and the member that holds
// it. The reader, the list of known names in messages, and the test against
// docs/formats/tidegate.schema.json all walk this table.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "service/manifest.hpp"

namespace tidegate::service {

// severities: a group of codes, each with one of the choices.
enum class Shape : std::uint8_t { text, flag, integer, texts, object, objects, severities };

struct Rule {                     // what a text must look like
  std::string_view pattern{};     // the same pattern as in the JSON Schema; empty: no pattern there
  bool (*accepts)(std::string_view) = nullptr;
  std::string_view expected{};    // "a relative path without .."
};

// monostate: a container, or a field that is only checked.
using FieldTarget =
    std::variant<std::monostate, std::string ServiceManifest::*,
                 std::optional<std::string> ServiceManifest::*, bool ServiceManifest::*,
                 int ServiceManifest::*, std::vector<std::string> ServiceManifest::*,
                 std::vector<FilePattern> ServiceManifest::*,
                 std::string Produced::*, bool Produced::*, std::string Consumed::*,
                 bool Consumed::*, std::string Binding::*, bool Binding::*, std::string OwnVariable::*,
                 std::string AcceptedFinding::*>;

struct ManifestField {
  std::string_view path{};        // "adf/root", "produces[]/mode"; parents come first
  Shape shape = Shape::text;
  FieldTarget target{};
  const Rule* rule = nullptr;     // texts: of each element
  std::span<const std::string_view> choices{};  // allowed values, when the set is closed
  bool required = false;          // in an entry of a list
  bool folder = false;            // "." and a trailing '/' are cut
};

std::span<const ManifestField> manifest_fields();

// A path as messages and documents write it: "adf.root".
std::string dotted(std::string_view path);

// Names that Terraform keeps for itself in a variable block.
bool is_reserved_variable(std::string_view name);

}  // namespace tidegate::service
