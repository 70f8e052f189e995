// SPDX-License-Identifier: Apache-2.0
// What tidegate.yaml says about findings.
#include "service/acceptance.hpp"

#include <gtest/gtest.h>

#include "document/parse.hpp"

namespace tidegate::service {
namespace {

const std::vector<std::string> codes{"adf.limit", "adf.unused-object", "adf.invalid-json", "build.no-factory"};
constexpr std::int64_t third_of_march = 1772496000;  // 2026-03-03T00:00:00Z

struct Outcome {
  std::string text{};  // "<severity> <code> <file>" a line
  std::vector<Accepted> accepted{};
};

Outcome judged(const std::string& yaml, std::optional<std::int64_t> time = third_of_march) {
  Diagnostics diagnostics;
  const auto document = document::parse_yaml("tidegate.yaml", yaml);
  EXPECT_TRUE(document.ok());
  const ServiceManifest manifest = read_manifest(*document, "orders", diagnostics);
  for (const char* file : {"adf/a.json", "adf/b.json"}) diagnostics.warning("adf.limit", {.file = file}, "m");
  diagnostics.note("adf.unused-object", {.file = "adf/a.json"}, "m");
  diagnostics.error("adf.invalid-json", {.file = "adf/c.json"}, "m");
  Outcome outcome;
  outcome.accepted = apply_check_settings(manifest, {.commit_time = time, .codes = codes}, diagnostics);
  for (const Diagnostic& item : diagnostics.items())
    outcome.text += std::string(to_string(item.severity)) + " " + item.code + " " + item.where.file + "\n";
  return outcome;
}

std::string accept(const std::string& code, const std::string& path, const std::string& expires) {
  return "checks:\n  accept:\n    - {code: " + code + ", path: \"" + path + "\", reason: known, owner: team, expires: " + expires + "}\n";
}

const std::string untouched =
    "warning adf.limit adf/a.json\nwarning adf.limit adf/b.json\nnote adf.unused-object adf/a.json\nerror adf.invalid-json adf/c.json\n";

TEST(Settings, change_severities) {
  EXPECT_EQ(judged("service: orders\n").text, untouched);
  EXPECT_EQ(judged("checks: {severity: {adf.limit: error, adf.unused-object: \"off\"}}\n").text,
            "error adf.limit adf/a.json\nerror adf.limit adf/b.json\nerror adf.invalid-json adf/c.json\n");
  EXPECT_EQ(judged("checks: {severity: {adf.limit: note}}\n").text.substr(0, 26), "note adf.limit adf/a.json\n");
  EXPECT_EQ(judged("checks: {severity: {adf.limit: off}}\n").text, "note adf.unused-object adf/a.json\nerror adf.invalid-json adf/c.json\n");
}

TEST(Settings, do_not_touch_what_cannot_be_shipped) {
  EXPECT_EQ(judged("checks: {severity: {adf.invalid-json: note}}\n").text, untouched + "error service.severity-fixed tidegate.yaml\n");
  EXPECT_EQ(judged("checks: {severity: {build.no-factory: note}}\n").text, untouched + "error service.severity-fixed tidegate.yaml\n");
  EXPECT_EQ(judged(accept("adf.invalid-json", "**", "2026-12-31")).text, untouched + "error service.severity-fixed tidegate.yaml\n");
}

TEST(Settings, accept_what_is_found_in_an_archive_that_they_name) {
  const auto left = [](const std::string& path) {
    Diagnostics diagnostics;
    const auto document = document::parse_yaml("tidegate.yaml", accept("adf.limit", path, "2026-12-31"));
    EXPECT_TRUE(document.ok());
    const ServiceManifest manifest = read_manifest(*document, "orders", diagnostics);
    diagnostics.error("adf.limit", {.file = "libs/a.jar!lib/b.jar!x/y.conf"}, "m");
    diagnostics.error("adf.limit", {.file = "libs/a!b/y.conf"}, "m");
    apply_check_settings(manifest, {.commit_time = third_of_march, .codes = codes}, diagnostics);
    return diagnostics.count(Severity::error);
  };
  EXPECT_EQ(left("libs/a.jar"), 1U);
  EXPECT_EQ(left("libs/*.jar"), 1U);
  EXPECT_EQ(left("libs/a.jar!lib/**"), 1U);
  EXPECT_EQ(left("libs/b.jar"), 2U);
  EXPECT_EQ(left("libs/a"), 2U) << "no archive";
}

TEST(Settings, name_codes_that_exist) {
  EXPECT_EQ(judged("checks: {severity: {adf.limti: note}}\n").text, untouched + "error service.manifest-invalid tidegate.yaml\n");
  EXPECT_EQ(judged("checks: {severity: {adf.limit: loud}}\n").text, "error service.manifest-invalid tidegate.yaml\n" + untouched);
  EXPECT_EQ(judged("checks: {severity: {limit: note}}\n").text, "error service.manifest-invalid tidegate.yaml\n" + untouched);
}

TEST(Acceptance, counts_until_its_day) {
  const Outcome outcome = judged(accept("adf.limit", "adf/a.*", "2026-03-03"));
  EXPECT_EQ(outcome.text, "warning adf.limit adf/b.json\nnote adf.unused-object adf/a.json\nerror adf.invalid-json adf/c.json\n");
  ASSERT_EQ(outcome.accepted.size(), 1U);
  EXPECT_EQ(outcome.accepted[0].finding.where.file, "adf/a.json");
  EXPECT_EQ(outcome.accepted[0].by, 0U);
  const Outcome late = judged(accept("adf.limit", "adf/a.*", "2026-03-02"));
  EXPECT_EQ(late.text, untouched + "warning service.acceptance-expired tidegate.yaml\n");
  EXPECT_TRUE(late.accepted.empty());
}

TEST(Acceptance, is_reported_when_it_does_nothing) {
  EXPECT_EQ(judged(accept("adf.limit", "adf/z.json", "2026-12-31")).text, untouched + "warning service.acceptance-unused tidegate.yaml\n");
  EXPECT_EQ(judged(accept("adf.limit", "**", "2026-12-31"), std::nullopt).text,
            "note adf.unused-object adf/a.json\nerror adf.invalid-json adf/c.json\nnote service.acceptance-undated tidegate.yaml\n");
}

TEST(Acceptance, needs_a_reason_an_owner_and_an_end) {
  for (const char* entry : {"{code: adf.limit, path: a, owner: t, expires: 2026-12-31}", "{code: adf.limit, path: a, reason: r, expires: 2026-12-31}",
                            "{code: adf.limit, path: a, reason: r, owner: t}", "{code: adf.limit, path: a, reason: r, owner: t, expires: soon}",
                            "{code: adf.limit, path: a, reason: \"\", owner: t, expires: 2026-12-31}"}) {
    const std::string text = judged("checks: {accept: [" + std::string(entry) + "]}\n").text;
    EXPECT_TRUE(text.starts_with("error service.manifest-invalid tidegate.yaml\n")) << entry << "\n" << text;
  }
}

TEST(Days, are_those_of_the_calendar) {
  EXPECT_EQ(day_of(0), "1970-01-01");
  EXPECT_EQ(day_of(third_of_march), "2026-03-03");
  EXPECT_EQ(day_of(third_of_march - 1), "2026-03-02");
  EXPECT_EQ(day_of(1709164800), "2024-02-29");
}

}  // namespace
}  // namespace tidegate::service
