// SPDX-License-Identifier: Apache-2.0
#include "spark/class_file.hpp"

#include <gtest/gtest.h>

#include "class_bytes.hpp"

namespace tidegate::spark {
namespace {

using test::make_class;
using test::Method;

TEST(ClassFile, ReadsWhatJavacWrites) {
  const auto main = parse_class(test::main_class());
  ASSERT_TRUE(main);
  EXPECT_EQ(main->name, "com/example/Main");
  EXPECT_EQ(main->superclass, "com/example/Base");
  EXPECT_EQ(main->major, 52);
  EXPECT_TRUE(main->has_main);
}

TEST(ClassFile, PrivateOrOtherMainIsNone) {
  const auto base = parse_class(test::base_class());
  ASSERT_TRUE(base);
  EXPECT_EQ(base->superclass, "java/lang/Object");
  EXPECT_FALSE(base->has_main);
}

TEST(ClassFile, MainNeedsFlagsNameAndType) {
  const auto has_main = [](const Method& method) {
    const auto parsed = parse_class(make_class("a/B", {{0x0001, "run", "()V"}, method}));
    EXPECT_TRUE(parsed);
    return parsed && parsed->has_main;
  };
  EXPECT_TRUE(has_main({}));
  EXPECT_TRUE(has_main({.flags = 0x0089}));   // varargs
  EXPECT_FALSE(has_main({.flags = 0x0001}));  // not static
  EXPECT_FALSE(has_main({.flags = 0x0008}));  // not public
  EXPECT_FALSE(has_main({.name = "Main"}));
  EXPECT_FALSE(has_main({.type = "()V"}));
  EXPECT_FALSE(has_main({.type = "([Ljava/lang/String;)I"}));
}

TEST(ClassFile, InstanceMainIsThatOfAScalaObject) {
  const auto object = parse_class(make_class("a/B$", {{.flags = 0x0001}}));
  ASSERT_TRUE(object);
  EXPECT_FALSE(object->has_main);
  EXPECT_TRUE(object->has_instance_main);
  EXPECT_FALSE(object->is_interface);
  const auto trait =
      parse_class(make_class("a/B", {{.flags = 0x0401}}, "java/lang/Object", 52, 0x0601));
  ASSERT_TRUE(trait);
  EXPECT_TRUE(trait->is_interface);
  EXPECT_FALSE(trait->has_instance_main);
}

TEST(ClassFile, NoJavaHasAVersionBelow45) {
  EXPECT_TRUE(parse_class(make_class("A", {}, "java/lang/Object", 45)));
  EXPECT_FALSE(parse_class(make_class("A", {}, "java/lang/Object", 44)));
  EXPECT_FALSE(parse_class(make_class("A", {}, "java/lang/Object", 0)));
}

// The class's own attributes, two bytes at the end of a made class, are not read.
TEST(ClassFile, EveryCutGivesNothing) {
  const std::string whole = make_class("a/B", {{}, {0x0001, "run", "()V"}});
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    EXPECT_FALSE(parse_class(std::string_view(whole).substr(0, size))) << size;
  }
  EXPECT_TRUE(parse_class(std::string_view(whole).substr(0, whole.size() - 2)));
  for (std::size_t size = 0; size < test::main_class().size() / 2; ++size) {
    EXPECT_FALSE(parse_class(std::string_view(test::main_class()).substr(0, size))) << size;
  }
}

TEST(ClassFile, EveryChangedByteIsSurvived) {
  for (std::size_t at = 0; at < test::main_class().size(); ++at) {
    for (const char value : {'\x00', '\x01', '\x05', '\x7f', '\xff'}) {
      std::string bytes = test::main_class();
      bytes[at] = value;
      const auto parsed = parse_class(bytes);
      if (parsed) {
        EXPECT_FALSE(parsed->name.empty());
      }
    }
  }
}

TEST(ClassFile, RefusesOtherBytes) {
  EXPECT_FALSE(parse_class(""));
  EXPECT_FALSE(parse_class("PK\x03\x04"));
  EXPECT_FALSE(parse_class(std::string("\xCA\xFE\xBA\xBE") + std::string(6, '\xff')));
  EXPECT_FALSE(parse_class(make_class("", {{}})));
}

}  // namespace
}  // namespace tidegate::spark
