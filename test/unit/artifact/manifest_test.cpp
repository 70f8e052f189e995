// SPDX-License-Identifier: Apache-2.0
#include "artifact/manifest.hpp"

#include "craft.hpp"
#include "document/parse.hpp"

namespace tidegate::artifact {
namespace {

Manifest full_manifest() {
  Manifest manifest = craft::sample_manifest();
  manifest.source.repository = "https://example.org/orders";
  manifest.source.tree = "fedcba";
  manifest.source.dirty = true;
  manifest.files = {{.path = "contract/orders.json", .size = 3, .sha256 = std::string(64, 'a'), .origin = "generated"},
                    {.path = "files/run.sh", .size = 8589934591U, .executable = true, .sha256 = std::string(64, 'b'), .origin = "a \"b\" \n"}};
  manifest.inputs = {{.name = "source", .digest = "1"}, {.name = "tool", .digest = "2"}};
  manifest.contract_inputs = {"contract/orders.json"};
  manifest.gate = {.policy = "gate/policy/policy.yaml", .minimum_version = "0.1.0", .checks = {"gate/checks/a.yaml"}};
  manifest.tests = {{.path = "terraform/tests/a.tftest.json", .kind = "generated", .level = "plan"}};
  manifest.waivers = {{.code = "adf.x", .path = "p", .reason = "r", .owner = "o", .expires = "2031-01-01"}};
  manifest.derived = {{.kind = "field", .name = "owner", .value = "unowned"}, {.kind = "produces", .name = "ds", .value = ""}};
  manifest.rewrites = {{.file = "f", .pointer = "/a", .rule = "noise"}};
  manifest.parameters.push_back({.name = "secret", .type = "string", .required = false, .sensitive = true, .description = "\xE2\x82\xAC", .example = "${x}"});
  manifest.content_digest = content_digest(manifest.files);
  manifest.inputs_digest = inputs_digest(manifest.inputs);
  return manifest;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(Manifest, renders_exactly) {
  Manifest manifest;
  manifest.name = "n";
  manifest.version = "1";
  manifest.source.kind = "folder";
  manifest.files = {{.path = "files/a", .size = 1, .sha256 = "h", .origin = "generated"}};
  EXPECT_EQ(render_manifest(manifest), R"({
  "contentDigest": "",
  "contract": {
    "inputs": [],
    "outputs": []
  },
  "domain": "",
  "files": [
    {
      "mode": "0644",
      "origin": "generated",
      "path": "files/a",
      "sha256": "h",
      "size": 1
    }
  ],
  "flavour": "",
  "gate": {
    "checks": [],
    "minimumVersion": "",
    "policy": ""
  },
  "inputs": [],
  "inputsDigest": "",
  "name": "n",
  "owner": "",
  "parameters": [],
  "rewrites": [],
  "schema": "tidegate/manifest/1",
  "source": {
    "commit": "",
    "dirty": false,
    "kind": "folder",
    "path": "",
    "tree": ""
  },
  "terraform": {
    "providers": [],
    "required_version": "",
    "resource_types": []
  },
  "tests": [],
  "tool": {
    "commit": "",
    "name": "tidegate",
    "version": ""
  },
  "version": "1",
  "waivers": []
}
)");
}

// Every member of every object, in the text as it will lie in artifacts.
void expect_sorted(const document::Node& node) {
  std::string_view last;
  for (const document::Node child : node) {
    if (node.is_object()) {
      EXPECT_LT(last, child.key());
    }
    last = child.key();
    expect_sorted(child);
  }
}

TEST(Manifest, keys_are_sorted_everywhere) {
  const auto parsed = document::parse_json("m", render_manifest(full_manifest()));
  ASSERT_TRUE(parsed.ok());
  expect_sorted((*parsed)->root());
}

TEST(Manifest, round_trip) {
  const std::string text = render_manifest(full_manifest());
  const Result<Manifest> parsed = parse_manifest("m", text);
  ASSERT_TRUE(parsed.ok()) << render_diagnostic(parsed.failure());
  EXPECT_EQ(render_manifest(*parsed), text);
  EXPECT_EQ(parsed->source.repository, "https://example.org/orders");
  EXPECT_TRUE(parsed->source.dirty);
  EXPECT_EQ(parsed->files[1].size, 8589934591U);
  EXPECT_TRUE(parsed->files[1].executable);
  EXPECT_EQ(parsed->files[1].origin, "a \"b\" \n");
  EXPECT_EQ(parsed->parameters[1].example, "${x}");
  EXPECT_TRUE(parsed->parameters[1].sensitive);
  EXPECT_EQ(parsed->providers[0].constraint, "~> 4.0");
  EXPECT_EQ(parsed->waivers[0].expires, "2031-01-01");
  EXPECT_EQ(parsed->derived, full_manifest().derived);
  EXPECT_EQ(parsed->tests[0].level, "plan");
  EXPECT_EQ(parsed->gate.checks, std::vector<std::string>{"gate/checks/a.yaml"});
}

// The digests of the format, computed with sha256sum by hand.
TEST(Manifest, digests) {
  const std::vector<ManifestFile> files = {{.path = "b", .sha256 = "2"}, {.path = "META/sbom.cdx.json", .sha256 = "9"}, {.path = "a", .sha256 = "1"}};
  EXPECT_EQ(content_digest(files), system::sha256_hex("1  a\n2  b\n"));
  EXPECT_EQ(inputs_digest({{.name = "tool", .digest = "2"}, {.name = "source", .digest = "1"}}), system::sha256_hex("source=1\ntool=2\n"));
}

TEST(Manifest, other_major_version_is_not_supported) {
  for (const char* major : {"2", "10", "0"}) {
    const std::string text = std::string("{\"schema\": \"tidegate/manifest/") + major + "\", \"whatever\": 1}";
    const Result<Manifest> parsed = parse_manifest("m", text);
    ASSERT_FALSE(parsed.ok());
    EXPECT_EQ(parsed.failure().code, "artifact.unsupported-manifest");
    EXPECT_EQ(parsed.failure().exit, ExitCode::unsupported);
    EXPECT_NE(parsed.failure().message.find(std::string("version ") + major), std::string::npos);
  }
}

struct Broken {
  std::string what{};
  std::string with{};
  std::string reason{};
};

TEST(Manifest, refuses_what_is_not_its_structure) {
  const std::string good = render_manifest(full_manifest());
  const std::vector<Broken> cases = {
      {"tidegate/manifest/1", "tidegate/manifest/", "not `tidegate/manifest/1`"},
      {"tidegate/manifest/1", "tidegate/manifest/1.5", "not `tidegate/manifest/1`"},
      {"tidegate/manifest/1", "other", "no manifest of an artifact"},
      {"\"schema\"", "\"skema\"", "no manifest of an artifact"},
      {"\"domain\"", "\"domains\"", "`domain` is missing"},
      {"  \"domain\"", "  \"another\": 1,\n  \"domain\"", "`another` is unknown"},
      {"\"dirty\": true", "\"dirty\": \"true\"", "`dirty` is not true or false"},
      {"\"size\": 3", "\"size\": -3", "`size` is not a number of bytes"},
      {"\"size\": 3", "\"size\": 3.5", "`size` is not a number of bytes"},
      {"\"size\": 3", "\"size\": 99999999999999999999", "`size` is not a number of bytes"},
      {"\"size\": 3", "\"size\": 3.0", "canonical form"},
      {"\"mode\": \"0755\"", "\"mode\": \"0777\"", "neither 0644 nor 0755"},
      {std::string(64, 'b'), std::string(64, 'B'), "hex digits"},
      {std::string(64, 'b'), std::string(63, 'b'), "hex digits"},
      {"files/run.sh", "contract/a", "sorted by path"},
      {"files/run.sh", "contract/orders.json", "sorted by path"},
      {"\"kind\": \"git\"", "\"kind\": \"svn\"", "neither `git` nor `folder`"},
      {"\"name\": \"orders\"", "\"name\": \"or/ders\"", "`name` must be"},
      {"\"version\": \"1.2.0", "\"version\": \"+1.2.0", "`version` must be"},
      {"\"name\": \"tidegate\"", "\"name\": \"other\"", "not `tidegate`"},
      {"\"digest\": \"1\"", "\"digest\": \"3\"", "`inputsDigest` does not fit"},
      {std::string(64, 'b'), std::string(64, 'c'), "`contentDigest` does not fit"},
      {"\"name\": \"tool\"", "\"name\": \"a\"", "inputs are sorted"},
      {"\"waivers\": [", "\"waivers\": [ ", "canonical form"},
      {"\"checks\": [", "\"checks\": [7, ", "not a string"},
  };
  for (const Broken& one : cases) {
    const Result<Manifest> parsed = parse_manifest("m", replaced(good, one.what, one.with));
    ASSERT_FALSE(parsed.ok()) << one.with;
    EXPECT_EQ(parsed.failure().code, "artifact.invalid-manifest") << one.with;
    EXPECT_EQ(parsed.failure().exit, ExitCode::not_verified) << one.with;
    EXPECT_NE(parsed.failure().message.find(one.reason), std::string::npos) << one.with << ": " << parsed.failure().message;
  }
}

TEST(Manifest, refuses_other_writing_of_the_same_values) {
  const std::string good = render_manifest(full_manifest());
  for (const std::string& text : {good + "\n", good.substr(0, good.size() - 1), " " + good, "\xEF\xBB\xBF" + good,
                                  replaced(good, "\xE2\x82\xAC", "\\u20ac"), std::string("[]"), std::string("{"), std::string()}) {
    const Result<Manifest> parsed = parse_manifest("m", text);
    ASSERT_FALSE(parsed.ok()) << text.substr(0, 20);
    EXPECT_EQ(parsed.failure().code, "artifact.invalid-manifest");
  }
}

TEST(Manifest, contract_digest_must_be_that_of_the_file) {
  std::string text = render_manifest(full_manifest());
  text.replace(text.find("\"sha256\": \"") + 11, 64, std::string(64, 'c'));  // in `contract`
  const Result<Manifest> parsed = parse_manifest("m", text);
  ASSERT_FALSE(parsed.ok());
  EXPECT_NE(parsed.failure().message.find("differs from the one in `files`"), std::string::npos) << parsed.failure().message;
  EXPECT_GT(parsed.failure().where.line, 1U);
}

TEST(Manifest, every_error_names_its_place) {
  const Result<Manifest> parsed = parse_manifest("a.tar.gz/META/manifest.json", replaced(render_manifest(full_manifest()), "\"dirty\": true", "\"dirty\": 1"));
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.failure().where.file, "a.tar.gz/META/manifest.json");
  EXPECT_GT(parsed.failure().where.line, 30U);
  EXPECT_EQ(parsed.failure().where.column, 14U);
}

}  // namespace
}  // namespace tidegate::artifact
