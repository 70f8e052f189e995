// SPDX-License-Identifier: Apache-2.0
#include "document/toml.hpp"

#include <gtest/gtest.h>

namespace tidegate::document {
namespace {

// "key=value" lines, or the fault with its place.
std::string read(std::string_view text) {
  const auto strings = read_toml_strings("x.toml", text);
  if (!strings) {
    const Diagnostic& fault = strings.failure();
    return fault.code + " " + std::to_string(fault.where.line) + ":" + std::to_string(fault.where.column) + " " + fault.message;
  }
  std::string out;
  for (const auto& one : *strings) out += one.first + "=" + one.second + "\n";
  return out;
}

TEST(Toml, what_platforms_write) {
  // pack
  EXPECT_EQ(read("[source]\n  type = \"git\"\n  [source.metadata]\n    refs = [\"main\", \"v1\"]\n    url = \"https://h/x.git\"\n"
                 "  [source.version]\n    commit = \"0123\"\n    describe = \"v1-3-g0123\"\n"),
            "source.metadata.url=https://h/x.git\nsource.type=git\nsource.version.commit=0123\nsource.version.describe=v1-3-g0123\n");
  // kpack
  EXPECT_EQ(read("[source]\r\ntype = 'git'\r\n[source.metadata]\r\nrepository = \"https://h/x\" # of the team\r\nrevision = \"main\"\r\n"),
            "source.metadata.repository=https://h/x\nsource.metadata.revision=main\nsource.type=git\n");
  EXPECT_EQ(read("source = { type = \"git\", version = { commit = \"0123\" } }"), "source.type=git\nsource.version.commit=0123\n");
  EXPECT_EQ(read("source . \"version\" . commit = \"0123\"\n"), "source.version.commit=0123\n");
}

TEST(Toml, what_is_no_text_is_read_over) {
  EXPECT_EQ(read("a = 1\nb = 1979-05-27 07:32:00Z\nc = [ [1, 2], # two\n  'x', { d = \"y\" }, ]\ne = true\nf = \"\"\"\n[g]\nh = \"i\\\"\"\"\"\"\nj = '''k\n'''\nl = -inf\nm = \"n\""), "m=n\n");
  EXPECT_EQ(read("[[a]]\nb = \"c\"\n[a.d]\ne = \"f\"\n[[a]]\nb = \"c\"\n[a.d]\ne = \"f\"\n[g]\nh = \"i\"\n"), "g.h=i\n");
  EXPECT_EQ(read("\"a.b\" = \"c\"\n\"\" = \"d\"\n"), "=d\n");
  EXPECT_EQ(read("\xEF\xBB\xBF# nothing\n\n"), "");
}

TEST(Toml, escapes) {
  EXPECT_EQ(read(R"(a = "\t\"\\\u00e9\U0001F600")"), "a=\t\"\\\xC3\xA9\xF0\x9F\x98\x80\n");
  for (const char* wrong : {R"(a = "\x")", R"(a = "\u12")", R"(a = "\uD800")", R"(a = "\U00110000")", R"(a = "\)"}) {
    EXPECT_EQ(read(wrong).substr(0, 21), "document.invalid-toml") << wrong;
  }
}

TEST(Toml, faults_have_a_place) {
  EXPECT_EQ(read("[source\ntype = 1"), "document.invalid-toml 1:8 found no end of the table's name");
  EXPECT_EQ(read("a = \"b\"\n  a = 1\n"), "document.invalid-toml 2:3 this name occurs twice");
  EXPECT_EQ(read("[a]\n[a]\n"), "document.invalid-toml 2:1 this table occurs twice");
  EXPECT_EQ(read("a = \"b"), "document.invalid-toml 1:5 this text has no end");
  EXPECT_EQ(read("a = \"b\nc\""), "document.invalid-toml 1:7 found a control character in a text");
  EXPECT_EQ(read("a = ;\n"), "document.invalid-toml 1:5 found no value where one is expected");
  EXPECT_EQ(read("a = 1\n\xC3\xA9 = 1"), "document.invalid-toml 2:1 found no name where one is expected");
  EXPECT_EQ(read("a = \"\xFF\""), "document.invalid-utf8 1:6 the text is not UTF-8");
  EXPECT_EQ(read("a = [1"), "document.invalid-toml 1:7 found neither `,` nor `]` in an array");
  EXPECT_EQ(read("a = {b = 1\n}"), "document.invalid-toml 1:11 found neither `,` nor `}` in a table");
  EXPECT_EQ(read("a = \"b\" c"), "document.invalid-toml 1:9 found more on the line where its end is expected");
  EXPECT_EQ(read("a = " + std::string(100'000, '[')).substr(0, 17), "document.too-deep");
  EXPECT_EQ(read(std::string(1'100'000, '\n')), "document.invalid-toml 0:0 the file is larger than 1 MiB");
}

}  // namespace
}  // namespace tidegate::document
