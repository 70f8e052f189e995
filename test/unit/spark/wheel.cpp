// SPDX-License-Identifier: Apache-2.0
#include "spark/wheel.hpp"

#include <gtest/gtest.h>

#include "support/zip.hpp"
#include "system/digest.hpp"

namespace tidegate::spark {
namespace {

using ::tidegate::test::make_zip;

constexpr std::string_view metadata =
    "Metadata-Version: 2.1\r\nName: Orders_Quality.Checks\r\nVersion: 1.2.0\r\nRequires-Dist: pandas (>=2)\r\n\r\nName: other\r\nVersion: 9\r\n";

WheelIdentity identify(const std::string& file, const std::string& bytes, std::size_t limit = system::Spill::default_limit) {
  system::Spill spill(limit);
  EXPECT_TRUE(spill.put(bytes).ok());
  const auto result = identify_wheel(file, spill);
  EXPECT_TRUE(result.ok());
  return result ? *result : WheelIdentity{};
}

std::string shown(const WheelIdentity& one) {
  constexpr std::string_view names[] = {"METADATA", "PKG-INFO", "name", "digest"};
  return one.name + " " + one.version + " " + std::string(names[static_cast<std::size_t>(one.evidence)]);
}

TEST(Wheel, says_itself_which_package_it_is) {
  const std::string wheel = make_zip({{"orders_quality/__init__.py", ""},
                                      {"orders_quality/_vendor/six-1.16.dist-info/METADATA", "Name: six\nVersion: 1.16\n\n"},
                                      {"orders_quality_checks-1.2.0.dist-info/METADATA", std::string(metadata)}});
  for (const std::size_t limit : {system::Spill::default_limit, std::size_t{0}}) {
    const WheelIdentity found = identify("dist/renamed.whl", wheel, limit);
    EXPECT_EQ(shown(found), "Orders_Quality.Checks 1.2.0 METADATA");
    EXPECT_EQ(found.sha256, system::sha256_hex(wheel));
    EXPECT_EQ(found.sha1.size(), 40U);
  }
}

TEST(Wheel, eggs_have_their_metadata_elsewhere) {
  EXPECT_EQ(shown(identify("x.egg", make_zip({{"EGG-INFO/PKG-INFO", "Metadata-Version: 1.0\nname: legacy\nVersion: 3\n"}}))), "legacy 3 PKG-INFO");
}

TEST(Wheel, of_several_the_one_that_the_file_name_says) {
  const std::string wheel = make_zip({{"a-1.dist-info/METADATA", "Name: a\nVersion: 1\n"}, {"b_c-2.dist-info/METADATA", "Name: B.c\nVersion: 2\n"}});
  EXPECT_EQ(shown(identify("b_c-2-py3-none-any.whl", wheel)), "B.c 2 METADATA");
  EXPECT_EQ(shown(identify("x.whl", wheel)), "  digest");
}

TEST(Wheel, then_the_file_name_then_nothing) {
  const std::string empty = make_zip({{"x.py", ""}});
  EXPECT_EQ(shown(identify("dist/orders-1.0-py3-none-any.whl", empty)), "orders 1.0 name");
  EXPECT_EQ(shown(identify("dist/orders-1.0-7-cp310-cp310-manylinux_2_17_x86_64.whl", empty)), "orders 1.0 name");
  EXPECT_EQ(shown(identify("dist/orders-1.0-py3.10.egg", empty)), "orders 1.0 name");
  EXPECT_EQ(shown(identify("dist/orders-1.0.whl", empty)), "  digest");
  EXPECT_EQ(shown(identify("dist/orders.whl", "no zip")), "  digest");
}

TEST(Wheel, metadata_that_no_package_may_have_is_no_answer) {
  for (const std::string_view text : {"", "Name: a\n", "Version: 1\n", "Name: a b\nVersion: 1\n", "Name: -a\nVersion: 1\n", "Name: a\nVersion: ${v}\n",
                                      "Name: a\nVersion: 1@2\n", "\nName: a\nVersion: 1\n", "Name: a/../b\nVersion: 1\n"}) {
    EXPECT_EQ(parse_core_metadata(text).name, "") << text;
  }
  EXPECT_EQ(parse_core_metadata("Name: a\nVersion: 1!2.0.post1+local.7\n").version, "1!2.0.post1+local.7");
  EXPECT_EQ(parse_core_metadata("Name: a\n b\nVersion: 1\nVersion: 2\n").version, "1");
}

TEST(Wheel, any_bytes_have_an_answer) {
  const std::string wheel = make_zip({{"a-1.dist-info/METADATA", "Name: a\nVersion: 1\n"}, {"a/__init__.py", "x"}});
  for (std::size_t i = 0; i < wheel.size(); i += 2) {
    std::string changed = wheel;
    changed[i] = static_cast<char>(changed[i] ^ 0x41);
    EXPECT_EQ(identify("a-1-py3-none-any.whl", changed).sha256, system::sha256_hex(changed));
    EXPECT_EQ(identify("a-1-py3-none-any.whl", wheel.substr(0, i)).name, "a");
  }
}

}  // namespace
}  // namespace tidegate::spark
