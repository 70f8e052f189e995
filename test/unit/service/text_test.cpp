// SPDX-License-Identifier: Apache-2.0
// Values of one environment inside text.
#include <gtest/gtest.h>

#include <array>

#include "base/text.hpp"
#include "memory_factory.hpp"
#include "service/environment_scan.hpp"

namespace tidegate::service {
namespace {

// `kind:value` of each hit, separated by '|'.
std::string hits(std::string_view text) {
  constexpr std::array<std::string_view, 5> names{"host", "subscription", "identity", "cluster",
                                                  "segment"};
  std::string out;
  for (const EnvironmentHit& hit : find_environment_values(text)) {
    out +=
        (out.empty() ? "" : "|") + std::string(names.at(static_cast<std::size_t>(hit.kind))) + ":";
    out += text.substr(hit.begin, hit.size);
  }
  return out;
}

const std::string guid = "11111111-2222-3333-4444-555555555555";

TEST(Scan, finds_hosts) {
  EXPECT_EQ(hits("https://stshop.dfs.core.windows.net/x"), "host:stshop.dfs.core.windows.net");
  EXPECT_EQ(hits("abfss://raw@StShop.DFS.core.windows.net"), "host:StShop.DFS.core.windows.net");
  EXPECT_EQ(hits("Server=tcp:sql-x.database.windows.net,1433;"), "host:sql-x.database.windows.net");
  EXPECT_EQ(hits("kv.vault.azure.net kv.vault.azure.cn"),
            "host:kv.vault.azure.net|host:kv.vault.azure.cn");
  EXPECT_EQ(hits("https://adb-7405.5.azuredatabricks.net"), "host:adb-7405.5.azuredatabricks.net");
  EXPECT_EQ(hits("a.servicebus.windows.net."), "host:a.servicebus.windows.net");
  EXPECT_EQ(hits("x.azurewebsites.net/api"), "host:x.azurewebsites.net");
}

TEST(Scan, finds_ids) {
  EXPECT_EQ(hits("/subscriptions/" + guid + "/resourceGroups"),
            "subscription:/subscriptions/" + guid);
  EXPECT_EQ(hits("/Subscriptions/" + guid), "subscription:/Subscriptions/" + guid);
  EXPECT_EQ(hits("\"tenantId\": \"" + guid + "\""), "identity:" + guid);
  EXPECT_EQ(hits("clientId=" + guid), "identity:" + guid);
  EXPECT_EQ(hits("servicePrincipalId: " + guid), "identity:" + guid);
  EXPECT_EQ(hits("cluster 0923-164208-meows279."), "cluster:0923-164208-meows279");
}

TEST(Scan, finds_stages_as_whole_segments) {
  EXPECT_EQ(hits("rg-sales-dev"), "segment:-dev");
  EXPECT_EQ(hits("rg-dev-sales sales_PROD"), "segment:-dev-|segment:_PROD");
  EXPECT_EQ(hits("dev-sales sales-device -dev latest-devops"), "");
}

TEST(Scan, leaves_innocent_text_alone) {
  for (const std::string text : {"",
                                 "https://environment.example/",
                                 "https://adb-1.1.azuredatabricks.net",
                                 "windows.net",
                                 ".dfs.core.windows.net",
                                 "dfs.core.windows.net.example.com",
                                 "x.dfs.core.windows.network",
                                 "x.dfs.core.windows.net.example",
                                 "privatelink.dfs.core.windows.net",
                                 "@{x}.dfs.core.windows.net",
                                 "https://management.azure.com/",
                                 "https://ossrdbms-aad.database.windows.net",
                                 "/subscriptions/00000000-0000-0000-0000-000000000000",
                                 "tenant: 00000000-0000-0000-0000-000000000000",
                                 "/subscriptions/",
                                 "/subscriptions/@{x}",
                                 "2024-01-02T03:04:05",
                                 "1234-567890-12345678",
                                 "0000-000000-example0",
                                 "0923-164208-short",
                                 "com.example.dev.Main"}) {
    EXPECT_EQ(hits(text), "") << text;
  }
  EXPECT_EQ(hits("\"id\": \"" + guid + "\""), "");
  EXPECT_EQ(hits("\"tenant\": \"x\",\n\"id\": \"" + guid + "\""), "");
}

TEST(Scan, survives_cuts_anywhere) {
  const std::string text = "a.dfs.core.windows.net /subscriptions/" + guid + " tenant " + guid +
                           " 0923-164208-meows279 x-dev-";
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{20}, text.size() - begin}) {
      const std::string_view part = std::string_view(text).substr(begin, size);
      for (const EnvironmentHit& hit : find_environment_values(part))
        EXPECT_LE(hit.begin + hit.size, part.size());
    }
  }
}

TEST(Scan, segments_are_no_values) {
  EXPECT_TRUE(holds_environment_value("x.vault.azure.net"));
  EXPECT_FALSE(holds_environment_value("rg-dev-x"));
}

TEST(Scan, reports_each_value_once_at_its_first_place) {
  Diagnostics diagnostics;
  scan_environment("files/n.py",
                   "# \xC3\xA9 KV.vault.azure.net\nkv.vault.azure.net rg-dev-x\nrg-dev-y\n", {},
                   Severity::error, diagnostics);
  EXPECT_EQ(rendered(diagnostics),
            "files/n.py:1:5: error: host \"KV.vault.azure.net\" belongs to one environment "
            "[service.environment-in-artifact]\n"
            "  only strings of Data Factory objects are bound; hand the value over as a parameter\n"
            "files/n.py:2:22: warning: name segment \"-dev-\" belongs to one environment "
            "[service.environment-in-artifact]\n"
            "  if the name differs between environments, hand it over as a parameter\n");
}

std::string in_pieces(const std::string& text, const std::vector<EnvironmentLiteral>& literals,
                      std::size_t size) {
  Diagnostics found;
  EnvironmentScanner scanner(literals);
  for (std::size_t at = 0; at < text.size(); at += size)
    scanner.feed(std::string_view(text).substr(at, size));
  scanner.finish("x", Severity::error, found);
  return rendered(found);
}

// Values lie across every border of the windows that a large file is looked at in, in short lines
// and in one of 700 KiB.
TEST(Scan, says_the_same_of_a_text_in_pieces) {
  const std::vector<EnvironmentLiteral> literals = {{.variable = "v", .text = "stlake\nof sales"},
                                                    {.variable = "w", .text = "none"}};
  for (const std::string filler : {"x = 1  # \xC3\xA9\n", "\xC3\xA9 [1, 2, 3], "}) {
    std::string text;
    for (std::size_t i = 0; text.size() < (std::size_t{700} << 10U); ++i) {
      for (std::size_t k = 0; k < 40 + i % 7; ++k) text += filler;
      text += "st" + std::to_string(i) + ".dfs.core.windows.net tenantId = " + guid.substr(0, 32) +
              std::to_string(1000 + i % 9000) + "; ";
      if (i == 900) text += "stlake\nof sales, orders-dev-x ";
    }
    Diagnostics whole;
    scan_environment("x", text, literals, Severity::error, whole);
    EXPECT_GT(whole.items().size(), 900U);
    for (const std::size_t size : {std::size_t{333}, std::size_t{65536}, text.size()})
      EXPECT_EQ(in_pieces(text, literals, size), rendered(whole)) << size;
  }
}

TEST(Scan, looks_for_nothing_in_what_is_no_text) {
  const std::string host = "kv.vault.azure.net\n";
  EXPECT_NE(in_pieces(host, {}, 4), "");
  EXPECT_EQ(in_pieces(std::string("\x7F\0ELF", 5) + host, {}, 100), "");
}

TEST(Scan, may_only_warn) {
  Diagnostics diagnostics;
  const std::vector<EnvironmentLiteral> literals = {{.variable = "v", .text = "stlake"}};
  scan_environment("x", "kv.vault.azure.net stlake", literals, Severity::warning, diagnostics);
  EXPECT_EQ(diagnostics.count(Severity::warning), 2U);
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(Scan, finds_literals_of_bindings_and_hides_the_sensitive_ones) {
  Diagnostics diagnostics;
  const ServiceManifest manifest = manifest_of(
      "bindings:\n  - {variable: a, literal: kv.vault.azure.net}\n  - {variable: b, literal: "
      "hunter2, sensitive: true}\n"
      "  - {variable: c, path: \"x/y#/z\"}\n",
      diagnostics);
  const auto literals = environment_literals(manifest);
  ASSERT_EQ(literals.size(), 2U);
  scan_environment("x", "hunter2\nhttps://kv.vault.azure.net/\n", literals, Severity::error,
                   diagnostics);
  const std::string hint =
      "  only strings of Data Factory objects are bound; hand the value over as a parameter\n";
  EXPECT_EQ(rendered(diagnostics),
            "x:1:1: error: the literal of binding \"b\" belongs to one environment "
            "[service.environment-in-artifact]\n" +
                hint +
                "x:2:9: error: the literal \"kv.vault.azure.net\" of binding \"a\" belongs to one "
                "environment "
                "[service.environment-in-artifact]\n" +
                hint);
  Diagnostics none;
  scan_environment("x", "nothing here\n", literals, Severity::error, none);
  EXPECT_EQ(rendered(none), "");
}

}  // namespace
}  // namespace tidegate::service
