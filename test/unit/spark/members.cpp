// SPDX-License-Identifier: Apache-2.0
#include "spark/members.hpp"

#include <gtest/gtest.h>

#include "class_bytes.hpp"
#include "spark/class_file.hpp"
#include "spark/identity.hpp"
#include "spark/jar.hpp"
#include "support/zip.hpp"

namespace tidegate::spark {
namespace {

using ::tidegate::test::make_zip;

struct Seen {
  std::string members{};  // "place=text" a line
  std::string incomplete{};
};

MemberSink into(std::string& out) {
  return [&out](const Member& one) {
    out += one.place + (one.is_class ? "*" : "") + "=" + std::string(one.text.substr(0, 40)) + "\n";
  };
}

Seen see(const std::string& archive) {
  Seen seen;
  const Result<std::string> incomplete = read_members(archive, into(seen.members));
  EXPECT_TRUE(incomplete.ok());
  if (incomplete) seen.incomplete = *incomplete;
  return seen;
}

TEST(Members, are_the_texts_by_the_end_of_their_names) {
  const Seen seen = see(make_zip({{"shop/load.py", "a = 1"},
                                  {"conf/A.PROPERTIES", "b=2"},
                                  {"shop/data.bin", "no text"},
                                  {"shop-1.dist-info/METADATA", "Name: shop"},
                                  {"q.sql", "select 1"}}));
  EXPECT_EQ(seen.members, "shop/load.py=a = 1\nconf/A.PROPERTIES=b=2\nq.sql=select 1\n");
  EXPECT_EQ(seen.incomplete, "");
}

TEST(Members, of_archives_inside_name_each_of_them) {
  const std::string inner = make_zip({{"c.conf", "x = 1"}});
  EXPECT_EQ(see(make_zip({{"lib/a.zip", make_zip({{"b.whl", inner}})}})).members, "lib/a.zip!b.whl!c.conf=x = 1\n");
}

TEST(Members, in_too_many_archives_inside_each_other_are_left_and_that_is_said) {
  std::string archive = make_zip({{"deep.txt", "x"}});
  for (int i = 0; i < 4; ++i) archive = make_zip({{"a.zip", archive}, {"here.txt", std::to_string(i)}});
  const Seen seen = see(archive);
  EXPECT_EQ(seen.members.find("deep.txt"), std::string::npos);
  EXPECT_EQ(seen.incomplete, "archives lie inside each other more than 4 deep");
}

TEST(Members, that_unpack_to_too_much_end_the_reading) {
  const std::string large(std::size_t{40} << 20U, 'x');  // 80 MiB out of a few KiB
  const Seen seen = see(make_zip({{"a.txt", large}, {"b.txt", large}, {"c.txt", "small"}}));
  EXPECT_EQ(seen.incomplete.substr(0, 34), "what is in it unpacks to more than");
  EXPECT_EQ(seen.members, "a.txt=" + std::string(40, 'x') + "\n");
  const Seen one = see(make_zip({{"a.txt", std::string((std::size_t{64} << 20U) + 1, 'x')}}));
  EXPECT_FALSE(one.incomplete.empty());
  EXPECT_EQ(one.members, "");
}

TEST(Members, of_what_is_no_archive_or_damaged_are_told_as_missing) {
  EXPECT_EQ(see("this is no zip").incomplete, "it is no zip archive");
  EXPECT_EQ(see(make_zip({{"a.jar", "no zip"}, {"b.txt", "read"}})).incomplete, "`a.jar` is no zip archive");
  EXPECT_EQ(see(make_zip({{"a.jar", "no zip"}, {"b.txt", "read"}})).members, "b.txt=read\n");
  const std::string zip = make_zip({{"a.class", test::main_class()}, {"a.txt", test::main_class()}});
  std::string damaged = zip;
  const std::size_t data = damaged.find("a.txt") + 100;
  damaged[data] = static_cast<char>(damaged[data] ^ 0x55);
  EXPECT_EQ(see(damaged).incomplete.substr(0, 7), "`a.txt`");
  EXPECT_NE(see(zip.substr(0, zip.size() / 2)).incomplete, "");
}

TEST(Members, of_a_jar_are_read_with_what_it_is) {
  const std::string bytes = make_zip({{"META-INF/maven/g/a/pom.properties", "version=1\ngroupId=g\nartifactId=a\n"},
                                      {"conf/app.conf", "url = 1"},
                                      {"BOOT-INF/lib/x.jar", make_zip({{"y.conf", "z = 1"}})},
                                      {"com/example/Main.class", test::main_class()}});
  system::Spill spill;
  ASSERT_TRUE(spill.put(bytes).ok());
  std::string seen;
  MemberReader members(into(seen), spill.size());
  const auto identities = identify_jar("libs/a-1.jar", spill, members);
  ASSERT_TRUE(identities.ok());
  EXPECT_EQ(identities->all.front().coordinates.artifact, "a");
  EXPECT_EQ(seen,
            "META-INF/maven/g/a/pom.properties=version=1\ngroupId=g\nartifactId=a\n\nconf/app.conf=url = 1\n"
            "BOOT-INF/lib/x.jar!y.conf=z = 1\n");
  seen.clear();
  const auto jar = read_jar("libs/a-1.jar", spill, members);
  ASSERT_TRUE(jar.ok());
  EXPECT_EQ(jar->classes, std::vector<std::string>{"com.example.Main"});
  EXPECT_EQ(seen, "");  // its code has no string
}

TEST(ClassStrings, are_the_constants_that_code_uses) {
  std::string bytes = "\xCA\xFE\xBA\xBE";
  test::put2(bytes, 0);
  test::put2(bytes, 52);
  test::put2(bytes, 5);
  test::put_text(bytes, "https://stsalesdev.dfs.core.windows.net/");
  bytes += '\x08';
  test::put2(bytes, 1);
  test::put_text(bytes, "com/example/Main");
  bytes += '\x07';
  test::put2(bytes, 3);
  std::string strings;
  append_class_strings(bytes, strings);
  EXPECT_EQ(strings, "https://stsalesdev.dfs.core.windows.net/\n");
  append_class_strings("no class", strings);
  append_class_strings(bytes.substr(0, 20), strings);
  EXPECT_EQ(strings, "https://stsalesdev.dfs.core.windows.net/\n");
}

}  // namespace
}  // namespace tidegate::spark
