// SPDX-License-Identifier: Apache-2.0
#include "policy/address_glob.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace tidegate::policy {
namespace {

struct Case {
  const char* glob;
  const char* address;
  bool matches;
};

TEST(NameGlob, steps_end_at_the_separator) {
  EXPECT_TRUE(matches_name("azurerm_*", "azurerm_storage_account"));
  EXPECT_TRUE(matches_name("registry.terraform.io/*/azurerm", "registry.terraform.io/hashicorp/azurerm"));
  EXPECT_FALSE(matches_name("*/azurerm", "registry.terraform.io/hashicorp/azurerm"));
  EXPECT_TRUE(matches_name("**/azurerm", "registry.terraform.io/hashicorp/azurerm"));
  EXPECT_TRUE(matches_name("a*", "a.b"));
  EXPECT_FALSE(matches_name("a*", "a.b", '.'));
  EXPECT_TRUE(matches_name(R"(\*)", "*"));
  EXPECT_FALSE(matches_name(R"(\*)", "a"));
}

TEST(AddressGlob, star_stays_inside_a_step_and_two_stars_cross) {
  const std::vector<Case> cases{
      {"azurerm_storage_account.lake", "azurerm_storage_account.lake", true},
      {"azurerm_storage_account.lake", "azurerm_storage_account.lake2", false},
      {"azurerm_storage_account.*", "azurerm_storage_account.lake", true},
      {"azurerm_storage_account.*", "module.a.azurerm_storage_account.lake", false},
      {"**.azurerm_storage_account.*", "module.a.azurerm_storage_account.lake", true},
      {"**azurerm_storage_account.*", "azurerm_storage_account.lake", true},
      {"*.azurerm_storage_account.lake", "module.a.azurerm_storage_account.lake", false},
      {"module.*.azurerm_storage_account.lake", "module.a.azurerm_storage_account.lake", true},
      {"module.*.azurerm_storage_account.lake", "module.a.module.b.azurerm_storage_account.lake", false},
      {"module.**.lake", "module.a.module.b.azurerm_storage_account.lake", true},
      {"azurerm_*.lake", "azurerm_storage_account.lake", true},
      {"azurerm_storage_account.lake*", "azurerm_storage_account.lake", true},
      {"", "", true},
      {"", "a.b", false},
      {"**", "a.b", true},
      {"*", "a", true},
      {"a.**.b", "a.b", false},
      {"module.a.x.*", R"(module.a.x.y["a.b"])", true},
      {"x.[ab]", "x.a", false},
      {"x.?", "x.a", false},
      {"**", "", true},
      {R"(x.y["a\*"])", R"(x.y["a*"])", true},
      {R"(x.y["a\*"])", R"(x.y["ab"])", false},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(matches_address(one.glob, one.address), one.matches) << one.glob << " on " << one.address;
  }
}

TEST(AddressGlob, brackets_quotes_and_question_marks_stand_for_themselves) {
  const std::vector<Case> cases{
      {R"(a_b.c["raw"])", R"(a_b.c["raw"])", true},
      {R"(a_b.c[0])", R"(a_b.c0)", false},
      {R"(a_b.c[01])", R"(a_b.c[0])", false},
      {R"(a_b.c["ra?"])", R"(a_b.c["raw"])", false},
      {R"(a_b.c["*"])", R"(a_b.c["raw"])", true},
      {R"(a_b.c["*"])", R"(a_b.c[0])", false},
      // Dots in a key do not part steps, whatever surrounds them.
      {R"(a_b.*)", R"(a_b.c["x.y"])", true},
      {R"(a_b.c["*"])", R"(a_b.c["x.y"])", true},
      {R"(a_b.*)", R"(a_b.c["x\".y"])", true},
      {R"(module.*.a_b.c)", R"(module.m["x.y"].a_b.c)", true},
      {R"(a_b.*)", R"(a_b.c["x"].d)", false},
      // The quote inside the key does not end it.
      {R"(module.*.c)", R"(module.m["q\"].a_b.d[\""].c)", true},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(matches_address(one.glob, one.address), one.matches) << one.glob << " on " << one.address;
  }
}

TEST(AddressGlob, a_star_in_a_key_can_be_said) {
  const std::string wild = R"(aws_route53_record.r["*.example.org"])";
  const std::string other = R"(aws_route53_record.r["a.example.org"])";
  EXPECT_TRUE(matches_address(wild, wild));
  EXPECT_TRUE(matches_address(wild, other));
  EXPECT_TRUE(has_wildcard(wild));
  EXPECT_EQ(exact_glob(wild), R"(aws_route53_record.r["\*.example.org"])");
  EXPECT_TRUE(matches_address(exact_glob(wild), wild));
  EXPECT_FALSE(matches_address(exact_glob(wild), other));
  EXPECT_FALSE(has_wildcard(exact_glob(wild)));
}

TEST(AddressGlob, what_matches_everything_is_overbroad) {
  for (const char* glob : {"*", "**", "***", "*.*", "**.*", "module.**", "module.*.*", "*.*[\"*\"]", "module.*[*].**"}) {
    EXPECT_TRUE(is_overbroad(glob)) << glob;
  }
  for (const char* glob : {"plan", "a.b", "aws_*.x", "module.lake.**", "**.raw", R"(a_b.c["*"])"}) {
    EXPECT_FALSE(is_overbroad(glob)) << glob;
  }
}

// Whatever an address holds, its exact pattern matches it and nothing else.
TEST(AddressGlob, the_exact_pattern_of_an_address_matches_it_only) {
  std::mt19937 random(7);
  const std::string letters = "ab.*[]\"\\";
  std::vector<std::string> addresses;
  for (int i = 0; i < 400; ++i) {
    std::string address;
    for (std::size_t size = random() % 7; address.size() < size;) address += letters[random() % letters.size()];
    addresses.push_back(address);
  }
  std::size_t differing = 0;
  for (const std::string& one : addresses) {
    const std::string glob = exact_glob(one);
    EXPECT_FALSE(has_wildcard(glob)) << one;
    for (const std::string& other : addresses) {
      // A pattern is also taken as it stands; only `\*` reads in two ways.
      if (other == glob && one != other) continue;
      EXPECT_EQ(matches_address(glob, other), one == other) << glob << " on " << other;
      differing += one != other;
    }
  }
  EXPECT_GT(differing, 100000U);
}

// The table against the definition, by recursion.
bool defined(std::string_view glob, std::string_view address, std::size_t at) {
  if (glob.empty()) return at == address.size();
  if (glob.starts_with("*")) {
    const bool two = glob.starts_with("**");
    const std::string_view rest = glob.substr(two ? 2 : 1);
    for (std::size_t end = at;; ++end) {
      if (defined(rest, address, end)) return true;
      if (end == address.size() || (!two && address[end] == '.')) return false;
    }
  }
  return at < address.size() && address[at] == glob[0] && defined(glob.substr(1), address, at + 1);
}

TEST(AddressGlob, agrees_with_its_definition) {
  std::mt19937 random(11);
  const auto text = [&](const std::string& letters, std::size_t most) {
    std::string out;
    for (std::size_t size = random() % (most + 1); out.size() < size;) out += letters[random() % letters.size()];
    return out;
  };
  std::size_t matched = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string glob = text("ab.*", 6);
    for (std::size_t at = glob.find("***"); at != glob.npos; at = glob.find("***")) glob.erase(at, 1);
    const std::string address = text("ab.", 7);
    const bool expected = defined(glob, address, 0);
    ASSERT_EQ(matches_address(glob, address), expected) << glob << " on " << address;
    matched += expected;
  }
  EXPECT_GT(matched, 1000U);
}

TEST(AddressGlob, long_patterns_are_not_slow) {
  std::string glob, address(20000, 'a');
  for (int i = 0; i < 200; ++i) glob += "*a**b";
  EXPECT_FALSE(matches_address(glob, address));
}

}  // namespace
}  // namespace tidegate::policy
