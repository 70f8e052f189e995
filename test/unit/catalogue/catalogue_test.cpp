// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "catalogue/grammar.hpp"
#include "catalogue/types.hpp"

namespace tidegate::catalogue {
namespace {

TEST(Grammar, reads_every_form) {
  const auto parsed = parse_entries(R"(P1 a.b decrease (0 = unlimited); P5 x ->true; P4 m["k.l"].n A->B)");
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->size(), 3U);
  EXPECT_EQ((*parsed)[0].pattern, 1);
  EXPECT_EQ((*parsed)[0].steps, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ((*parsed)[0].comparison, Comparison::decrease);
  EXPECT_EQ((*parsed)[0].note, "0 = unlimited");
  EXPECT_EQ((*parsed)[1].comparison, Comparison::becomes);
  EXPECT_EQ((*parsed)[1].from, "");
  EXPECT_EQ((*parsed)[1].to, "true");
  EXPECT_EQ((*parsed)[2].steps, (std::vector<std::string>{"m", "k.l", "n"}));
  EXPECT_EQ((*parsed)[2].from, "A");
}

TEST(Grammar, a_dash_is_no_entry) {
  const auto parsed = parse_entries("-");
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(parsed->empty());
}

TEST(Grammar, refuses_what_it_does_not_know) {
  for (const char* cell : {"", "P1", "P1 a", "P18 a decrease", "Q1 a decrease", "P1 a shrink", "P1 .a decrease",
                           "P1 a. decrease", "P1 a->", "P1 a ->", "P1 a decrease (note", "P1 a[\"k decrease",
                           "P1 a decrease;P2 b set", "P1 a decrease; "}) {
    EXPECT_FALSE(parse_entries(cell).ok()) << cell;
  }
}

TEST(Types, are_sorted_and_complete) {
  EXPECT_EQ(type_count(), 1532U);
  EXPECT_EQ(stateless_count(), 2067U);
  EXPECT_EQ(arm_alias_count(), 158U);
  for (std::size_t i = 1; i < type_count(); ++i) EXPECT_LT(type_at(i - 1).name, type_at(i).name);
  for (std::size_t i = 1; i < stateless_count(); ++i) EXPECT_LT(stateless_at(i - 1).name, stateless_at(i).name);
}

TEST(Types, every_row_is_found_and_in_one_list_only) {
  for (std::size_t i = 0; i < type_count(); ++i) {
    const TypeRow row = type_at(i);
    const auto found = find_type(row.name);
    ASSERT_TRUE(found.has_value()) << row.name;
    EXPECT_EQ(found->first_entry, row.first_entry);
    EXPECT_FALSE(find_stateless(row.name).has_value()) << row.name;
  }
  for (std::size_t i = 0; i < stateless_count(); ++i) {
    ASSERT_TRUE(find_stateless(stateless_at(i).name).has_value());
    EXPECT_FALSE(find_type(stateless_at(i).name).has_value()) << stateless_at(i).name;
  }
}

TEST(Types, a_known_row_reads_as_in_the_table) {
  const auto row = find_type("aws_kinesis_stream");
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->tier, Tier::messaging);
  EXPECT_EQ(row->reason, "stream");
  EXPECT_EQ(row->forcing, "name");
  ASSERT_EQ(row->entry_count, 4U);
  const Entry entry = entry_of(*row, 2);
  EXPECT_EQ(entry.pattern, 5);
  EXPECT_EQ(shown_path(entry.path), "enforce_consumer_deletion");
  EXPECT_EQ(entry.comparison, Comparison::becomes);
  EXPECT_EQ(entry.to, "true");
}

TEST(Types, keys_of_maps_are_steps) {
  const auto row = find_type("aws_backup_region_settings");
  ASSERT_TRUE(row.has_value());
  ASSERT_GT(row->entry_count, 0U);
  const auto steps = steps_of(entry_of(*row, 0).path);
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0], "resource_type_opt_in_preference");
}

TEST(Types, names_are_exact_and_never_guessed) {
  EXPECT_FALSE(find_type("AWS_KINESIS_STREAM").has_value());
  EXPECT_FALSE(find_type("aws_kinesis_strea").has_value());
  EXPECT_FALSE(find_type("").has_value());
  EXPECT_EQ(find_nearest_type("aws_kinesis_streem"), "aws_kinesis_stream");
}

TEST(ArmTypes, case_and_version_do_not_matter) {
  const auto alias = find_arm_type("microsoft.datafactory/FACTORIES/pipelines@2018-06-01");
  ASSERT_TRUE(alias.has_value());
  EXPECT_EQ(alias->name, "azurerm_data_factory_pipeline");
  EXPECT_EQ(alias->tier, Tier::etl);
  EXPECT_FALSE(find_arm_type("Microsoft.Invented/things").has_value());
}

TEST(Tiers, words_go_both_ways) {
  std::set<std::string> words;
  for (std::size_t i = 0; i < type_count(); ++i) words.emplace(to_string(type_at(i).tier));
  EXPECT_EQ(words.size(), 21U);
  for (const std::string& word : words) EXPECT_EQ(to_string(*find_tier(word)), word);
  EXPECT_FALSE(find_tier("precious").has_value());
  EXPECT_TRUE(is_protected(Tier::guard));
  EXPECT_FALSE(is_protected(Tier::expiry));
}

}  // namespace
}  // namespace tidegate::catalogue
