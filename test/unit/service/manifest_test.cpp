// SPDX-License-Identifier: Apache-2.0
#include "service/manifest.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "memory_factory.hpp"
#include "service/manifest_fields.hpp"

namespace tidegate::service {
namespace {

using Texts = std::vector<std::string>;

const std::string whole = R"(apiVersion: tidegate/v1
service: sales-orders
owner: team-sales
domain: sales
version: 1.4.0
flavour: adf_databricks
adf: {root: adf/, external: [ls_keyvault, SharedIR]}
databricks: {notebooks: ./notebooks, workspaceRoots: ["/Repos/*/sales-orders"]}
libraries: {pom: libs/pom.xml, jars: libs/prebuilt/, repositories: [https://maven.example.com/releases, "file:///m2"]}
config: settings/
produces:
  - dataset: sales_orders
    adf: ds_sales_orders
    format: delta
    mode: append
    location: {linkedService: ls_lake, path: curated/sales/orders/}
    schema: contract/sales_orders.schema.json
    retention: 400d
    shared: true
consumes:
  - dataset: raw_orders
    adf: ds_raw_orders
    from: orders-ingest
    appendOnly: true
    contract: contract/orders-ingest.json
bindings:
  - variable: lake_url
    type: string
    description: DFS endpoint of the lake
    literal: "https://stsalesdev.dfs.core.windows.net"
    sensitive: true
  - variable: workspace_url
    path: "linkedService/ls_adb#/properties/typeProperties/domain"
placement: {factory: own, notebooks: /Shared/etl, jars: workspace, retain: 1, volume: {catalog: main, schema: sales, name: libs}}
gate:
  protect: {types: [azurerm_kusto_database], addresses: ["azurerm_storage_container.orders"]}
build: {include: ["adf/**"], exclude: ["adf/pipeline/sandbox_*"], warningsAsErrors: true}
)";

TEST(Manifest, every_field_arrives) {
  Diagnostics diagnostics;
  const ServiceManifest m = manifest_of(whole, diagnostics);
  EXPECT_EQ(rendered(diagnostics), "");
  EXPECT_TRUE(m.present && m.produces_given && m.consumes_given && m.bindings_given);
  EXPECT_EQ(m.file, "tidegate.yaml");
  EXPECT_EQ(m.service, "sales-orders");
  EXPECT_EQ(m.owner, "team-sales");
  EXPECT_EQ(m.domain, "sales");
  EXPECT_EQ(m.version, "1.4.0");
  EXPECT_EQ(m.flavour, "adf_databricks");
  EXPECT_EQ(m.adf_root, "adf");
  EXPECT_EQ(m.external, (Texts{"ls_keyvault", "SharedIR"}));
  EXPECT_EQ(m.notebooks, "notebooks");
  EXPECT_EQ(m.workspace_roots, Texts{"/Repos/*/sales-orders"});
  EXPECT_EQ(m.pom, "libs/pom.xml");
  EXPECT_EQ(m.jars, "libs/prebuilt");
  EXPECT_EQ(m.repositories, (Texts{"https://maven.example.com/releases", "file:///m2"}));
  EXPECT_EQ(m.config, "settings");
  EXPECT_EQ(m.placement_factory, "own");
  EXPECT_EQ(m.placement_notebooks, "/Shared/etl");
  EXPECT_EQ(m.placement_jars, "workspace");
  EXPECT_EQ(m.volume_catalog + "." + m.volume_schema + "." + m.volume_name, "main.sales.libs");
  EXPECT_EQ(m.retain, 1);
  EXPECT_EQ(m.protect_types, Texts{"azurerm_kusto_database"});
  EXPECT_EQ(m.protect_addresses, Texts{"azurerm_storage_container.orders"});
  ASSERT_EQ(m.include.size() + m.exclude.size(), 2U);
  EXPECT_EQ(m.include[0].text, "adf/**");
  EXPECT_EQ(m.exclude[0].text, "adf/pipeline/sandbox_*");
  EXPECT_EQ(to_string(m.exclude[0].where).substr(0, 14), "tidegate.yaml:");
  EXPECT_TRUE(m.warnings_as_errors);
}

TEST(Manifest, every_field_of_an_entry_arrives) {
  Diagnostics diagnostics;
  const ServiceManifest m = manifest_of(whole, diagnostics);
  ASSERT_EQ(m.produces.size(), 1U);
  const Produced& p = m.produces[0];
  EXPECT_EQ(p.dataset + " " + p.adf + " " + p.format + " " + p.mode,
            "sales_orders ds_sales_orders delta append");
  EXPECT_EQ(p.linked_service + " " + p.path, "ls_lake curated/sales/orders");
  EXPECT_EQ(p.schema + " " + p.retention, "contract/sales_orders.schema.json 400d");
  EXPECT_TRUE(p.shared);
  EXPECT_EQ(to_string(p.where), "tidegate.yaml:12:5");
  ASSERT_EQ(m.consumes.size(), 1U);
  const Consumed& c = m.consumes[0];
  EXPECT_EQ(c.dataset + " " + c.adf + " " + c.from + " " + c.contract,
            "raw_orders ds_raw_orders orders-ingest contract/orders-ingest.json");
  EXPECT_TRUE(c.append_only);
  EXPECT_EQ(to_string(c.where), "tidegate.yaml:21:5");
  ASSERT_EQ(m.bindings.size(), 2U);
  const Binding& b = m.bindings[0];
  EXPECT_EQ(b.variable + " " + b.type + " " + b.description,
            "lake_url string DFS endpoint of the lake");
  EXPECT_EQ(b.literal, "https://stsalesdev.dfs.core.windows.net");
  EXPECT_EQ(b.path, "");
  EXPECT_TRUE(b.sensitive);
  EXPECT_EQ(to_string(b.where), "tidegate.yaml:27:5");
  EXPECT_EQ(m.bindings[1].path, "linkedService/ls_adb#/properties/typeProperties/domain");
  EXPECT_EQ(m.bindings[1].type, "string");
  EXPECT_FALSE(m.bindings[1].sensitive);
}

TEST(Manifest, absent_fields_have_their_defaults) {
  for (const char* text : {"", "apiVersion: tidegate/v1\n"}) {
    Diagnostics diagnostics;
    const ServiceManifest m = manifest_of(text, diagnostics);
    EXPECT_EQ(rendered(diagnostics), "");
    EXPECT_TRUE(m.present);
    EXPECT_EQ(m.service + " " + m.owner + " " + m.domain, "shop-orders unowned default");
    EXPECT_EQ(m.version + m.flavour + m.notebooks + m.placement_notebooks, "");
    EXPECT_EQ(m.adf_root, std::nullopt);
    EXPECT_EQ(m.config + " " + m.placement_factory + " " + m.placement_jars,
              "config shared volume");
    EXPECT_EQ(m.retain, 0);
    EXPECT_FALSE(m.warnings_as_errors || m.produces_given || m.consumes_given || m.bindings_given);
  }
  Diagnostics diagnostics;
  EXPECT_TRUE(manifest_of("bindings: []\n", diagnostics).bindings_given);
}

TEST(Manifest, the_top_of_the_repository_can_be_the_root) {
  for (const char* root : {".", "./", "\"\""}) {
    Diagnostics diagnostics;
    EXPECT_EQ(manifest_of(std::string("adf: {root: ") + root + "}\n", diagnostics).adf_root, "")
        << root;
    EXPECT_EQ(rendered(diagnostics), "");
  }
}

TEST(DefaultManifest, makes_a_legal_name_of_the_folder) {
  const auto name = [](const char* folder) { return default_manifest(folder).service; };
  EXPECT_EQ(name("sales-orders"), "sales-orders");
  EXPECT_EQ(name("Sales Orders (new)"), "sales-orders-new");
  EXPECT_EQ(name("__x__y__"), "x-y");
  EXPECT_EQ(name("7days"), "service-7days");
  EXPECT_EQ(name("a"), "service-a");
  EXPECT_EQ(name(""), "service");
  EXPECT_EQ(name("..."), "service");
  EXPECT_EQ(name("\xC3\xA9t\xC3\xA9"), "service-t");
  EXPECT_EQ(name("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeee"),
            "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddde");
  EXPECT_EQ(name("aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd-eee"),
            "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd");
}

// One line of YAML in which `value` stands at the path of a field: "adf/root" -> {adf: {root:
// value}}.
std::string nested(std::string_view path, const std::string& value) {
  std::string open, close;
  for (std::string_view part : split(path, '/')) {
    const bool list = part.ends_with("[]");
    if (list) part.remove_suffix(2);
    open += "{" + std::string(part) + ": " + (list ? "[" : "");
    close = (list ? "]}" : "}") + close;
  }
  return open + value + close + "\n";
}

TEST(Fields, of_another_type_are_refused_at_their_place) {
  for (const ManifestField& field : manifest_fields()) {
    const bool text = field.shape == Shape::text;
    const std::string value = text ? "{}" : "maybe";
    const std::string yaml = nested(field.path, value);
    Diagnostics diagnostics;
    manifest_of(yaml, diagnostics);
    std::string expected;
    switch (field.shape) {
      case Shape::text:
        expected = "a text";
        break;
      case Shape::flag:
        expected = "true or false";
        break;
      case Shape::integer:
        expected = "a whole number";
        break;
      case Shape::texts:
        expected = "a list of texts";
        break;
      case Shape::object:
        expected = "a group of fields";
        break;
      case Shape::objects:
        expected = "a list of entries";
        break;
      case Shape::severities:
        expected = "codes and their severities";
        break;
    }
    const std::string line = "tidegate.yaml:1:" + std::to_string(yaml.find(value) + 1) +
                             ": error: " + dotted(field.path) + " is " +
                             (text ? "a group of fields" : "\"maybe\"") + ", expected " + expected +
                             " [service.manifest-invalid]";
    EXPECT_NE(rendered(diagnostics).find(line), std::string::npos) << line << "\n"
                                                                   << rendered(diagnostics);
  }
}

TEST(Fields, without_a_value_are_refused) {
  for (const ManifestField& field : manifest_fields()) {
    Diagnostics diagnostics;
    manifest_of(nested(field.path, "null"), diagnostics);
    EXPECT_NE(rendered(diagnostics).find(dotted(field.path) + " is nothing, expected "),
              std::string::npos)
        << field.path;
    EXPECT_NE(rendered(diagnostics).find("  give it a value or remove it"), std::string::npos)
        << field.path;
  }
}

TEST(Fields, that_are_unknown_are_refused_with_the_nearest_name) {
  for (const ManifestField& field : manifest_fields()) {
    const std::size_t slash = field.path.rfind('/');
    const std::string name(slash == field.path.npos ? field.path : field.path.substr(slash + 1));
    if (name.size() < 4) continue;
    const std::string wrong = name.substr(0, name.size() - 1) + "_";
    const std::string prefix(slash == field.path.npos ? "" : field.path.substr(0, slash + 1));
    const std::string yaml = nested(prefix + wrong, "1");
    Diagnostics diagnostics;
    manifest_of(yaml, diagnostics);
    const std::string text = rendered(diagnostics);
    const std::string place =
        prefix.empty() ? ";" : " in " + dotted(prefix.substr(0, prefix.size() - 1)) + "; known: ";
    EXPECT_NE(text.find("tidegate.yaml:1:" + std::to_string(yaml.find(wrong) + 1) +
                        ": error: unknown field \"" + wrong + "\"" + place),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("  did you mean \"" + name + "\"?\n"), std::string::npos) << text;
  }
}

TEST(Fields, unknown_ones_list_what_is_known) {
  Diagnostics diagnostics;
  manifest_of("adf:\n  colour: red\n", diagnostics);
  EXPECT_EQ(rendered(diagnostics),
            "tidegate.yaml:2:3: error: unknown field \"colour\" in adf; known: root, external "
            "[service.manifest-invalid]\n"
            "  remove it\n");
}

struct Values {
  const char* path;
  std::vector<const char*> good;
  std::vector<const char*> bad;
};

const std::vector<Values> values{
    {"apiVersion", {"tidegate/v1"}, {"tidegate/1", "v1"}},
    {"service",
     {"ab", "a-1", "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddde"},
     {"a", "Ab", "1a", "-a", "a_b", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddee"}},
    {"owner", {"team-sales", "Ann.Lee@example.com", "\"7\""}, {"-a", "\"\"", "\"a(b\""}},
    {"domain", {"sales"}, {"Sales"}},
    {"version",
     {"0.0.0", "1.20.3", "1.0.0-rc.1", "from-tag"},
     {"\"1\"", "\"1.2\"", "1.2.3.4", "01.0.0", "v1.0.0", "1.0.0-", "1.0.x"}},
    {"flavour", {"adf_databricks"}, {"Adf", "adf-databricks"}},
    {"repository",
     {"https://git.example.com/a/b.git", "http://h:8080/x", "ssh://git@h:22/~a/b", "https://dev.azure.com/o/My%20Team/_git/r"},
     {"git@github.com:a/b.git", "https://user@h/x", "https://user:word@h/x", "ssh://me@h/x", "https://h", "https://h/",
      "https:///x", "\"https://h/x?token=1\"", "\"https://h/x#y\"", "file:///x", "\"https://h/a b\"", "\"\""}},
    {"adf/root", {"a/b", ".", "a b"}, {"/a", "../a", "a/../b", "'a\\b'"}},
    {"adf/external[]", {"x y"}, {"\"\""}},
    {"databricks/notebooks", {"n"}, {"/n"}},
    {"databricks/workspaceRoots[]", {"/Repos/*/x"}, {"Repos", "/"}},
    {"libraries/pom", {"pom.xml"}, {"/pom.xml"}},
    {"libraries/repositories[]",
     {"\"http://x\"", "\"file:///m2\""},
     {"\"ftp://x\"", "x", "\"https://user:word@x/\""}},
    {"produces[]/dataset", {"a_B-1"}, {"a.b", "\"\""}},
    {"produces[]/format", {"delta", "parquet", "csv", "json", "avro", "table"}, {"xml", "Delta"}},
    {"produces[]/mode", {"append", "merge", "overwrite"}, {"replace"}},
    {"produces[]/location/path", {"a/b/"}, {"/a", "a/.."}},
    {"produces[]/retention",
     {"1d", "400d", "12m", "7y", "2w"},
     {"d", "0d", "400", "1h", "-1d", "1234567d"}},
    {"consumes[]/from", {"orders-ingest", "external"}, {"Orders Ingest"}},
    {"bindings[]/variable", {"lake_url", "_x"}, {"1x", "a-b", "count", "version", "\"\""}},
    {"bindings[]/type",
     {"string", "list(string)", "object({a = optional(number)})"},
     {"String", "list", "text"}},
    {"bindings[]/path",
     {"\"linkedService/x#/a\"", "\"dataset/*#/a/b\""},
     {"x", "\"a/b\"", "\"a#/b\"", "\"/b#/c\"", "\"a/b#/\""}},
    {"placement/factory", {"shared", "own"}, {"new"}},
    {"placement/notebooks", {"/Shared"}, {"Shared", "/"}},
    {"placement/jars", {"volume", "workspace"}, {"dbfs"}},
    {"placement/volume/catalog", {"main"}, {"a.b"}},
    {"placement/retain", {"0", "1"}, {"2", "-1"}},
    {"gate/protect/types[]", {"azurerm_kusto_database"}, {"azurerm_x.y", "A"}},
    {"gate/protect/addresses[]", {"module.a[\"x\"].b.c"}, {"\"\""}},
    {"build/exclude[]", {"'**/*.json'"}, {"\"\""}},
};

TEST(Fields, take_legal_values_only) {
  const auto complaint = [](const Values& row, const char* value) {
    Diagnostics diagnostics;
    std::string text = value;
    if (text.find('[') != std::string::npos) text = "'" + text + "'";
    manifest_of(nested(row.path, text), diagnostics);
    std::string_view path = row.path;
    const bool element = path.ends_with("[]");
    if (element) path.remove_suffix(2);
    for (const Diagnostic& item : diagnostics.items()) {
      if (item.message.starts_with(dotted(path) + " is ")) return true;
    }
    return false;
  };
  for (const Values& row : values) {
    for (const char* value : row.good)
      EXPECT_FALSE(complaint(row, value)) << row.path << " " << value;
    for (const char* value : row.bad)
      EXPECT_TRUE(complaint(row, value)) << row.path << " " << value;
  }
}

TEST(Fields, never_repeat_a_password) {
  for (const std::string path : {"repository", "libraries/repositories"}) {
    Diagnostics diagnostics;
    const std::string url = "\"https://me:s3cr3t@host/x\"";
    manifest_of(nested(path, path == "repository" ? url : "[" + url + "]"), diagnostics);
    EXPECT_NE(rendered(diagnostics).find(dotted(path) + " is an address with a user or password, expected "), std::string::npos);
    EXPECT_EQ(rendered(diagnostics).find("s3cr3t"), std::string::npos) << rendered(diagnostics);
  }
}

TEST(Manifest, names_have_one_owner) {
  const auto text = [](const std::string& owner) {
    Diagnostics diagnostics;
    const ServiceManifest m = manifest_of("service: shop\nowner: " + owner + "\n", diagnostics);
    EXPECT_TRUE(m.owner == "unowned" || diagnostics.items().empty()) << m.owner;
    const std::string all = rendered(diagnostics);
    return all.substr(0, all.find('\n'));
  };
  EXPECT_EQ(
      text("[team-a, team-b]"),
      "tidegate.yaml:2:8: error: owner is a list, expected exactly one team [service.many-owners]");
  EXPECT_EQ(
      text("[]"),
      "tidegate.yaml:2:8: error: owner is a list, expected exactly one team [service.many-owners]");
  for (const char* two :
       {"team-a, team-b", "team-a;team-b", "team-a & team-b", "team-a team-b", "a/b"}) {
    EXPECT_EQ(text(two), "tidegate.yaml:2:8: error: owner is \"" + std::string(two) +
                             "\", expected exactly one team [service.many-owners]");
  }
  EXPECT_EQ(
      text("[team-a]"),
      "tidegate.yaml:2:8: error: owner is a list, expected a text [service.manifest-invalid]");
  EXPECT_EQ(text("team-a"), "");
}

TEST(Manifest, of_a_newer_version_is_understood_but_not_supported) {
  Diagnostics diagnostics;
  manifest_of("apiVersion: tidegate/v2\n", diagnostics);
  ASSERT_EQ(diagnostics.items().size(), 1U);
  EXPECT_EQ(diagnostics.items()[0].exit, ExitCode::unsupported);
  EXPECT_EQ(
      rendered(diagnostics),
      "tidegate.yaml:1:13: error: apiVersion is \"tidegate/v2\"; this version of tidegate reads "
      "tidegate/v1 "
      "[service.manifest-invalid]\n  use a newer tidegate, or write the manifest as tidegate/v1\n");
}

TEST(Manifest, must_be_a_group_of_fields) {
  Diagnostics diagnostics;
  manifest_of("- service: x\n", diagnostics);
  EXPECT_EQ(rendered(diagnostics),
            "tidegate.yaml:1:1: error: the manifest is a list, expected a group of fields "
            "[service.manifest-invalid]\n"
            "  start it with apiVersion: tidegate/v1\n");
}

std::string first_line(const std::string& yaml) {
  Diagnostics diagnostics;
  manifest_of(yaml, diagnostics);
  const std::string all = rendered(diagnostics);
  return all.substr(0, all.find(" [service"));
}

TEST(Manifest, values_without_quotes_are_named) {
  Diagnostics diagnostics;
  manifest_of("version: 1.4\nadf: {external: [1]}\n", diagnostics);
  EXPECT_EQ(rendered(diagnostics),
            "tidegate.yaml:1:10: error: version is the number 1.4, expected a text "
            "[service.manifest-invalid]\n"
            "  put it in quotes\n"
            "tidegate.yaml:2:18: error: an entry of adf.external is the number 1, expected a text "
            "[service.manifest-invalid]\n"
            "  put it in quotes\n");
}

TEST(Manifest, entries_must_be_complete_and_unique) {
  EXPECT_EQ(first_line("produces:\n  - format: delta\n"),
            "tidegate.yaml:2:5: error: entry of produces without dataset");
  EXPECT_EQ(first_line("consumes:\n  - from: x1\n"),
            "tidegate.yaml:2:5: error: entry of consumes without dataset");
  EXPECT_EQ(first_line("bindings:\n  - literal: x\n"),
            "tidegate.yaml:2:5: error: entry of bindings without variable");
  EXPECT_EQ(
      first_line("produces: [orders]\n"),
      "tidegate.yaml:1:12: error: an entry of produces is \"orders\", expected a group of fields");
  EXPECT_EQ(first_line("produces:\n  - dataset: a\n  - dataset: A\n"),
            "tidegate.yaml:3:5: error: dataset \"A\" stands twice in produces; first at "
            "tidegate.yaml:2:5");
  EXPECT_EQ(first_line("consumes:\n  - dataset: a\n  - dataset: a\n"),
            "tidegate.yaml:3:5: error: dataset \"a\" stands twice in consumes; first at "
            "tidegate.yaml:2:5");
}

TEST(Manifest, bindings_must_make_sense) {
  const auto line = [](const std::string& rest) {
    return first_line("bindings:\n  - variable: v\n    " + rest + "\n");
  };
  const std::string place = "tidegate.yaml:2:5: error: binding \"v\" ";
  EXPECT_EQ(line("type: string"), place + "has neither literal nor path");
  EXPECT_EQ(line("literal: x\n    path: \"a/b#/c\""), place + "has both literal and path");
  EXPECT_EQ(line("literal: x\n    type: number"), place + "has a literal and the type number");
  EXPECT_EQ(line("path: \"a/b#/c\"\n  - variable: v\n    type: number\n    path: \"a/b#/d\""),
            "tidegate.yaml:4:5: error: binding \"v\" has the type number, but string at "
            "tidegate.yaml:2:5");
  EXPECT_EQ(line("literal: x\n  - variable: v\n    literal: y"), "");
  for (const char* own : {"data_factory_id", "triggers_started", "volume_path", "workspace_root"}) {
    EXPECT_EQ(first_line(std::string("bindings:\n  - variable: ") + own + "\n    literal: x\n"),
              std::string("tidegate.yaml:2:5: error: binding \"") + own +
                  "\" has the name of a variable that tidegate generates itself");
  }
}

TEST(Manifest, a_volume_is_named_whole) {
  EXPECT_EQ(first_line("placement:\n  volume: {catalog: main, name: libs}\n"),
            "tidegate.yaml:2:11: error: placement.volume needs catalog, schema and name");
  EXPECT_EQ(first_line("placement:\n  volume: {catalog: main, schema: s, name: libs}\n"), "");
}

TEST(Manifest, every_finding_is_reported_and_the_rest_is_read) {
  Diagnostics diagnostics;
  const ServiceManifest m = manifest_of(
      "service: X\nowner: team-a\nadf: {rot: a, external: [ls, 1]}\nbuild: 7\n", diagnostics);
  EXPECT_EQ(diagnostics.items().size(), 4U);
  EXPECT_EQ(m.service + " " + m.owner, "shop-orders team-a");
  EXPECT_EQ(m.external, Texts{"ls"});
}

}  // namespace
}  // namespace tidegate::service
