// SPDX-License-Identifier: Apache-2.0
#include "service/manifest_fields.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "service/type_constraint.hpp"

namespace tidegate::service {

namespace {

constexpr std::string_view lower_letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view digits = "0123456789";

bool is_lower(char c) { return lower_letters.find(c) != std::string_view::npos; }
bool is_digit(char c) { return digits.find(c) != std::string_view::npos; }
bool is_letter(char c) { return is_lower(ascii_lower(c)); }
bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

template <class Accepts>
bool all_of(std::string_view text, Accepts accepts) {
  return std::all_of(text.begin(), text.end(), accepts);
}

bool accepts_name(std::string_view text) {
  return text.size() >= 2 && text.size() <= 41 && is_lower(text[0]) &&
         all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool accepts_owner(std::string_view text) {
  return !text.empty() && text.size() <= 64 && (is_letter(text[0]) || is_digit(text[0])) &&
         all_of(text, [](char c) { return is_word(c) || c == '.' || c == '@' || c == '-'; });
}

bool accepts_version_number(std::string_view text) {
  return !text.empty() && text.size() <= 9 && all_of(text, is_digit) &&
         (text.size() == 1 || text[0] != '0');
}

bool accepts_version(std::string_view text) {
  if (text == "from-tag") return true;
  const std::size_t dash = text.find('-');
  const std::vector<std::string_view> numbers = split(text.substr(0, dash), '.');
  if (numbers.size() != 3 || !std::all_of(numbers.begin(), numbers.end(), accepts_version_number)) {
    return false;
  }
  if (dash == std::string_view::npos) return true;
  const std::string_view label = text.substr(dash + 1);
  return !label.empty() && label.size() <= 60 &&
         all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; });
}

bool accepts_path(std::string_view text) {
  if (text.starts_with('/') || text.find('\\') != std::string_view::npos) return false;
  const std::vector<std::string_view> parts = split(text, '/');
  return std::find(parts.begin(), parts.end(), "..") == parts.end();
}

bool accepts_text(std::string_view text) { return !text.empty(); }
bool accepts_absolute(std::string_view text) { return text.size() > 1 && text[0] == '/'; }

bool accepts_flavour(std::string_view text) {
  return !text.empty() && text.size() <= 41 && is_lower(text[0]) &&
         all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool accepts_retention(std::string_view text) {
  return text.size() >= 2 && text.size() <= 7 && text[0] != '0' &&
         all_of(text.substr(0, text.size() - 1), is_digit) &&
         std::string_view("dwmy").find(text.back()) != std::string_view::npos;
}

bool accepts_variable(std::string_view text) {
  return !text.empty() && text.size() <= 320 && !is_digit(text[0]) && all_of(text, is_word) &&
         !is_reserved_variable(text);
}

bool accepts_repository(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view name = text.substr(0, scheme);
  const std::string_view rest = text.substr(scheme + 3);
  const std::string_view host = rest.substr(0, rest.find('/'));
  return (name == "https" || name == "http" || name == "file") && !rest.empty() &&
         host.find('@') == std::string_view::npos;
}

// The address of a repository has no user but the `git` of ssh, no password, no query and no fragment.
bool accepts_address(std::string_view text) {
  std::string_view rest = text;
  for (const std::string_view scheme : {"https://", "http://", "ssh://"}) {
    if (!text.starts_with(scheme)) continue;
    rest.remove_prefix(scheme.size());
    if (scheme == "ssh://" && rest.starts_with("git@")) rest.remove_prefix(4);
    break;
  }
  const std::size_t slash = rest.find('/');
  return rest.size() < text.size() && text.size() <= 300 && slash != 0 && slash + 1 < rest.size() &&
         slash != std::string_view::npos &&
         all_of(rest, [](char c) { return is_word(c) || std::string_view("-./:~%+").find(c) != std::string_view::npos; });
}

// <folder>/<object or *>#/<pointer>
bool accepts_leaf(std::string_view text) {
  const std::size_t hash = text.find("#/");
  if (hash == std::string_view::npos || hash + 2 >= text.size()) return false;
  const std::string_view object = text.substr(0, hash);
  const std::size_t slash = object.rfind('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < object.size();
}

bool accepts_resource_type(std::string_view text) {
  return !text.empty() && is_lower(text[0]) &&
         all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

// <area>.<words>
bool accepts_code(std::string_view text) {
  const std::size_t dot = text.find('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < text.size() &&
         all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '.'; });
}

bool accepts_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    for (const char c : text.substr(at, size)) value = is_digit(c) ? value * 10 + (c - '0') : -10000;
    return value;
  };
  return number(0, 4) > 0 && number(5, 2) >= 1 && number(5, 2) <= 12 && number(8, 2) >= 1 && number(8, 2) <= 31;
}

bool accepts_catalogue_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 &&
         all_of(text, [](char c) { return is_word(c) || c == '-'; });
}

constexpr Rule name_rule{"^[a-z][a-z0-9-]{1,40}$", accepts_name,
                         "2 to 41 characters a-z, 0-9 and '-', a letter first"};
constexpr Rule owner_rule{"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$", accepts_owner,
                          "one team: letters, digits and . _ @ -"};
constexpr Rule version_rule{
    "^(from-tag|(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})"
    "(-[0-9A-Za-z.-]{1,60})?)$",
    accepts_version, "a semantic version such as 1.4.0 or 1.4.0-rc.1 (no '+'), or from-tag"};
constexpr Rule path_rule{"^(?!/)(?!(.*/)?\\.\\.(/|$))[^\\\\]*$", accepts_path,
                         "a path relative to tidegate.yaml, with '/', without '..'"};
constexpr Rule text_rule{"", accepts_text, "a text that is not empty"};
constexpr Rule absolute_rule{"^/.", accepts_absolute, "an absolute workspace path such as /Shared"};
constexpr Rule flavour_rule{"^[a-z][a-z0-9_]{0,40}$", accepts_flavour,
                            "a flavour such as adf_databricks"};
constexpr Rule retention_rule{"^[1-9][0-9]{0,5}[dwmy]$", accepts_retention,
                              "a number with d, w, m or y, such as 400d"};
constexpr Rule variable_rule{"^[A-Za-z_][A-Za-z0-9_]{0,319}$", accepts_variable,
                             "a Terraform variable name: letters, digits and '_', and not a name "
                             "that Terraform keeps (source, version, providers, count, for_each, "
                             "lifecycle, depends_on, locals)"};
constexpr Rule type_rule{"", is_type_constraint,
                         "a Terraform type such as string, number, bool or list(string)"};
constexpr Rule repository_rule{"^(https?|file)://(?=.)[^@/]*(/.*)?$", accepts_repository,
                               "a URL of a Maven repository, without user or password"};
constexpr Rule address_rule{"^(?=.{1,300}$)(https?://|ssh://(git@)?)[A-Za-z0-9_.:~%+-]+/[A-Za-z0-9_./:~%+-]+$", accepts_address,
                            "the address of the repository, https://host/path or ssh://git@host/path, without user, "
                            "password, query"};
constexpr Rule leaf_rule{"^[^#]+/[^/]+#/.+$", accepts_leaf,
                         "<folder>/<object or *>#/<JSON pointer>, such as "
                         "linkedService/ls_adb#/properties/typeProperties/domain"};
constexpr Rule resource_type_rule{"^[a-z][a-z0-9_]*$", accepts_resource_type,
                                  "a Terraform resource type such as azurerm_kusto_database"};
constexpr Rule catalogue_rule{"^[A-Za-z0-9_-]{1,255}$", accepts_catalogue_name,
                              "a Unity Catalog name: letters, digits, '_' and '-'"};

constexpr Rule code_rule{"^[a-z0-9-]+\\.[a-z0-9.-]+$", accepts_code,
                         "a code such as adf.default-timeout (docs/codes)"};
constexpr Rule day_rule{"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", accepts_day,
                        "a day such as 2026-12-31"};

constexpr std::array<std::string_view, 1> api_versions{"tidegate/v1"};
constexpr std::array<std::string_view, 6> formats{"delta", "parquet", "csv",
                                                  "json",  "avro",    "table"};
constexpr std::array<std::string_view, 3> modes{"append", "merge", "overwrite"};
constexpr std::array<std::string_view, 2> factories{"shared", "own"};
constexpr std::array<std::string_view, 2> jar_places{"volume", "workspace"};
constexpr std::array<std::string_view, 4> levels{"error", "warning", "note", "off"};
constexpr std::array<std::string_view, 2> retained{"0", "1"};

using M = ServiceManifest;
using enum Shape;

constexpr auto fields = std::to_array<ManifestField>({
    {.path = "apiVersion", .choices = api_versions},
    {.path = "service", .target = &M::service, .rule = &name_rule},
    {.path = "owner", .target = &M::owner, .rule = &owner_rule},
    {.path = "domain", .target = &M::domain, .rule = &name_rule},
    {.path = "version", .target = &M::version, .rule = &version_rule},
    {.path = "flavour", .target = &M::flavour, .rule = &flavour_rule},
    {.path = "repository", .target = &M::repository, .rule = &address_rule},
    {.path = "adf", .shape = object},
    {.path = "adf/root", .target = &M::adf_root, .rule = &path_rule, .folder = true},
    {.path = "adf/external", .shape = texts, .target = &M::external, .rule = &text_rule},
    {.path = "databricks", .shape = object},
    {.path = "databricks/notebooks", .target = &M::notebooks, .rule = &path_rule, .folder = true},
    {.path = "databricks/workspaceRoots",
     .shape = texts,
     .target = &M::workspace_roots,
     .rule = &absolute_rule},
    {.path = "libraries", .shape = object},
    {.path = "libraries/pom", .target = &M::pom, .rule = &path_rule},
    {.path = "libraries/jars", .target = &M::jars, .rule = &path_rule, .folder = true},
    {.path = "libraries/repositories",
     .shape = texts,
     .target = &M::repositories,
     .rule = &repository_rule},
    {.path = "config", .target = &M::config, .rule = &path_rule, .folder = true},
    {.path = "produces", .shape = objects},
    {.path = "produces[]/dataset",
     .target = &Produced::dataset,
     .rule = &catalogue_rule,
     .required = true},
    {.path = "produces[]/adf", .target = &Produced::adf, .rule = &text_rule},
    {.path = "produces[]/format", .target = &Produced::format, .choices = formats},
    {.path = "produces[]/mode", .target = &Produced::mode, .choices = modes},
    {.path = "produces[]/location", .shape = object},
    {.path = "produces[]/location/linkedService",
     .target = &Produced::linked_service,
     .rule = &text_rule},
    {.path = "produces[]/location/path",
     .target = &Produced::path,
     .rule = &path_rule,
     .folder = true},
    {.path = "produces[]/schema", .target = &Produced::schema, .rule = &path_rule},
    {.path = "produces[]/retention", .target = &Produced::retention, .rule = &retention_rule},
    {.path = "produces[]/shared", .shape = flag, .target = &Produced::shared},
    {.path = "consumes", .shape = objects},
    {.path = "consumes[]/dataset",
     .target = &Consumed::dataset,
     .rule = &catalogue_rule,
     .required = true},
    {.path = "consumes[]/adf", .target = &Consumed::adf, .rule = &text_rule},
    {.path = "consumes[]/from", .target = &Consumed::from, .rule = &name_rule},
    {.path = "consumes[]/appendOnly", .shape = flag, .target = &Consumed::append_only},
    {.path = "consumes[]/contract", .target = &Consumed::contract, .rule = &path_rule},
    {.path = "bindings", .shape = objects},
    {.path = "bindings[]/variable",
     .target = &Binding::variable,
     .rule = &variable_rule,
     .required = true},
    {.path = "bindings[]/type", .target = &Binding::type, .rule = &type_rule},
    {.path = "bindings[]/description", .target = &Binding::description},
    {.path = "bindings[]/sensitive", .shape = flag, .target = &Binding::sensitive},
    {.path = "bindings[]/literal", .target = &Binding::literal, .rule = &text_rule},
    {.path = "bindings[]/path", .target = &Binding::path, .rule = &leaf_rule},
    {.path = "variables", .shape = objects},
    {.path = "variables[]/variable",
     .target = &OwnVariable::variable,
     .rule = &variable_rule,
     .required = true},
    {.path = "variables[]/example",
     .target = &OwnVariable::example,
     .rule = &text_rule,
     .required = true},
    {.path = "placement", .shape = object},
    {.path = "placement/factory", .target = &M::placement_factory, .choices = factories},
    {.path = "placement/notebooks", .target = &M::placement_notebooks, .rule = &absolute_rule},
    {.path = "placement/jars", .target = &M::placement_jars, .choices = jar_places},
    {.path = "placement/volume", .shape = object},
    {.path = "placement/volume/catalog", .target = &M::volume_catalog, .rule = &catalogue_rule},
    {.path = "placement/volume/schema", .target = &M::volume_schema, .rule = &catalogue_rule},
    {.path = "placement/volume/name", .target = &M::volume_name, .rule = &catalogue_rule},
    {.path = "placement/retain", .shape = integer, .target = &M::retain, .choices = retained},
    {.path = "gate", .shape = object},
    {.path = "gate/protect", .shape = object},
    {.path = "gate/protect/types",
     .shape = texts,
     .target = &M::protect_types,
     .rule = &resource_type_rule},
    {.path = "gate/protect/addresses",
     .shape = texts,
     .target = &M::protect_addresses,
     .rule = &text_rule},
    {.path = "build", .shape = object},
    {.path = "build/include", .shape = texts, .target = &M::include, .rule = &text_rule},
    {.path = "build/exclude", .shape = texts, .target = &M::exclude, .rule = &text_rule},
    {.path = "build/warningsAsErrors", .shape = flag, .target = &M::warnings_as_errors},
    {.path = "checks", .shape = object},
    {.path = "checks/severity", .shape = severities, .rule = &code_rule, .choices = levels},
    {.path = "checks/accept", .shape = objects},
    {.path = "checks/accept[]/code",
     .target = &AcceptedFinding::code,
     .rule = &code_rule,
     .required = true},
    {.path = "checks/accept[]/path",
     .target = &AcceptedFinding::path,
     .rule = &text_rule,
     .required = true},
    {.path = "checks/accept[]/reason",
     .target = &AcceptedFinding::reason,
     .rule = &text_rule,
     .required = true},
    {.path = "checks/accept[]/owner",
     .target = &AcceptedFinding::owner,
     .rule = &owner_rule,
     .required = true},
    {.path = "checks/accept[]/expires",
     .target = &AcceptedFinding::expires,
     .rule = &day_rule,
     .required = true},
});

}  // namespace

std::span<const ManifestField> manifest_fields() { return fields; }

std::string dotted(std::string_view path) {
  std::string text(path);
  std::replace(text.begin(), text.end(), '/', '.');
  return text;
}

bool is_reserved_variable(std::string_view name) {
  constexpr std::array<std::string_view, 8> reserved{
      "source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"};
  return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

}  // namespace tidegate::service
