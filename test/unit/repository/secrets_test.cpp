// SPDX-License-Identifier: Apache-2.0
// The values are made here, piece by piece, so that this file holds none.
#include "repository/secrets.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tidegate::repository {
namespace {

// `size` different-looking characters of base64.
std::string key_text(std::size_t size) {
  constexpr std::string_view letters = "qW7eR2tY9uI4oP1aS8dF5gH3jK6lZ0xC+vB/nM";
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += letters[i * 7 % letters.size()];
  return out;
}
std::string hex_text(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += "0f1e2d3c4b5a69788796a5b4c3d2e1f0"[i * 5 % 32];
  return out;
}
std::string word_text(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += "aZ3bY5cX7dW9eV1fU2gT4hS6iR8"[i % 27];
  return out;
}

std::vector<std::pair<std::string, std::string>> secrets() {
  return {{"storage account key", "AccountKey=" + key_text(86) + "=="},
          {"shared access key", "SharedAccessKey=" + key_text(43) + "="},
          {"shared access signature", "?sv=2022-11-02&sig=" + key_text(43) + "%3D"},
          {"private key", std::string("-----BEGIN ") + "RSA PRIVATE KEY-----"},
          {"private key", std::string("-----BEGIN ") + "PRIVATE KEY-----"},
          {"Databricks token", "dapi" + hex_text(32)},
          {"Databricks token", "dapi" + hex_text(32) + "-2"},
          {"GitHub token", "ghp_" + word_text(36)},
          {"GitHub token", "github_pat_" + word_text(82)},
          {"GitLab token", "glpat-" + word_text(20)},
          {"Slack token", "xoxb-" + word_text(50)},
          {"AWS access key", std::string("AKIA") + "QW7ER2TY9UI4OP1A"},
          {"signed web token", "eyJ" + word_text(20) + ".eyJ" + word_text(30) + "." + word_text(40)}};
}

std::vector<SecretFinding> scan(const std::string& text, std::size_t piece = std::string::npos) {
  SecretScanner scanner;
  for (std::size_t i = 0; i < text.size(); i += std::min(piece, text.size())) scanner.feed(std::string_view(text).substr(i, piece));
  return scanner.finish();
}

TEST(Secrets, each_form_is_found_at_its_place) {
  for (const auto& secret : secrets()) {
    const auto found = scan("first\n  x = \"" + secret.second + "\"\nlast");
    ASSERT_EQ(found.size(), 1U) << secret.first << " " << secret.second.substr(0, 6);
    EXPECT_EQ(found[0].kind, secret.first);
    EXPECT_EQ(found[0].line, 2U);
    EXPECT_EQ(found[0].column, secret.first == "shared access signature" ? 8U + 15U : 8U);
  }
}

TEST(Secrets, harmless_texts_are_not) {
  for (const std::string& text : {
           std::string("AccountKey=") + std::string(86, 'x') + "==",
           std::string("AccountKey=@{linkedService().key}"),
           std::string("AccountKey=<key>;EndpointSuffix=core.windows.net"),
           std::string("sig=@{pipeline().parameters.sig}"),
           std::string("sigmoid and design=") + key_text(50),
           std::string("xdapi") + hex_text(32),
           std::string("dapi") + hex_text(31),
           std::string("dapi") + hex_text(32) + "0",
           std::string("dapi") + std::string(32, '0'),
           std::string("ghp_short"),
           std::string("-----BEGIN ") + "PUBLIC KEY-----",
           std::string("-----BEGIN ") + "CERTIFICATE-----",
           std::string("AKIAIOSFODNN7") + "EXAMPLE",
           std::string("eyJhbGciOiJIUzI1NiJ9 only a head"),
           std::string("dapi, dose and dkea"),
       }) {
    EXPECT_TRUE(scan(text).empty()) << text;
  }
}

// However the text is cut, and wherever the secret lies.
TEST(Secrets, pieces_do_not_matter) {
  const std::string secret = secrets()[0].second;
  for (const std::size_t before : {std::size_t{0}, std::size_t{1000}, std::size_t{65000}, std::size_t{65530}, std::size_t{66000}, std::size_t{200000}}) {
    std::string text;
    while (text.size() < before) text += "0123456789 sad egg\n";
    const auto lines = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
    text += "k " + secret + "\n" + std::string(3000, 'e') + "\n" + secrets()[5].second + "\n";
    for (const std::size_t piece : {std::size_t{1} << 30U, std::size_t{65536}, std::size_t{4096}, std::size_t{997}}) {
      const auto found = scan(text, piece);
      ASSERT_EQ(found.size(), 2U) << before << " " << piece;
      EXPECT_EQ(found[0].line, lines + 1);
      EXPECT_EQ(found[0].column, 3U);
      EXPECT_EQ(found[1].line, lines + 3);
      EXPECT_EQ(found[1].column, 1U);
    }
  }
}

TEST(Secrets, binary_files_are_not_text) {
  EXPECT_TRUE(scan(std::string("\0", 1) + secrets()[0].second).empty());
  EXPECT_EQ(scan("").size(), 0U);
}

TEST(Secrets, many_findings_are_cut) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += secrets()[5].second + "\n";
  EXPECT_EQ(scan(text).size(), SecretScanner::max_findings);
}

}  // namespace
}  // namespace tidegate::repository
