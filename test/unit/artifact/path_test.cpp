// SPDX-License-Identifier: Apache-2.0
#include "artifact/path.hpp"

#include <gtest/gtest.h>

#include "artifact/archive.hpp"

namespace tidegate::artifact {
namespace {

TEST(CheckPath, accepts) {
  for (const char* path : {"a", "terraform/main.tf.json", "terraform/.terraform.lock.hcl", "a b/c", "source/adf/Gr\xC3\xBC\xC3\x9F" "e.json",
                           "a/\xE6\x95\xB0\xE6\x8D\xAE", "a/\xF0\x9F\x98\x80", "console/auxiliary.txt", "com/com10.txt", "a/...b", "a/~x#%&{}$!'@+`=^,;[]()"}) {
    EXPECT_TRUE(check_path(path).ok()) << path;
  }
  EXPECT_TRUE(check_path(std::string(240, 'x')).ok());
}

struct Refused {
  std::string path{};
  std::string reason{};
};

TEST(CheckPath, refuses_with_the_reason) {
  const std::vector<Refused> cases = {
      {"", "empty"},
      {std::string(241, 'x'), "241 bytes"},
      {"/a", "absolute"},
      {"a//b", "empty component"},
      {"a/", "empty component"},
      {"./a", "`.` component"},
      {"a/../b", "`..` component"},
      {"..", "`..` component"},
      {"a/b.", "ends with a dot"},
      {"a /b", "ends with a dot or a space"},
      {std::string("a\0b", 3), "control character at byte 1"},
      {"a\nb", "control character"},
      {"a\x7F", "control character"},
      {"a\xC2\x85", "control character at byte 1"},
      {"a\\b", "`\\`"},
      {"c:/x", "`:`"},
      {"a*", "`*`"},
      {"a?", "`?`"},
      {"a\"", "`\"`"},
      {"a<", "`<`"},
      {"a>", "`>`"},
      {"a|", "`|`"},
      {"a\xFF", "not well-formed UTF-8"},
      {"a/\xC0\xAF", "not well-formed UTF-8"},
      {"a/\xED\xA0\x80", "not well-formed UTF-8"},
      {"a/u\xCC\x88", "NFC"},             // u + combining diaeresis
      {"a/\xE2\x84\xAB", "NFC"},           // ANGSTROM SIGN, a singleton
      {"a/NUL", "device name"},
      {"a/nul.txt", "device name"},
      {"con/x", "device name"},
      {"a/Com1.tar.gz", "device name"},
      {"a/LPT9", "device name"},
      {"a/COM\xC2\xB9", "device name"},
      {"a/aux .txt", "device name"},
      {"a/conout$", "device name"},
  };
  for (const Refused& one : cases) {
    const Status status = check_path(one.path);
    ASSERT_FALSE(status.ok()) << one.path;
    EXPECT_EQ(status.failure().code, "artifact.bad-path");
    EXPECT_EQ(status.failure().exit, ExitCode::build_failed);
    EXPECT_NE(status.failure().message.find(one.reason), std::string::npos) << one.path << ": " << status.failure().message;
  }
}

TEST(CheckEntryPath, top_folder) {
  for (const char* path : {"META/manifest.json", "META/sbom.cdx.json", "files/x", "a1-b_c/x"}) EXPECT_TRUE(check_entry_path(path).ok()) << path;
  for (const char* path : {"README", "files", "META/a", "META/MANIFEST", "Files/x", "meta.x/y", "LICENSES/x", "-a/x", "0a/x", "\xC3\xA4/x"}) {
    EXPECT_FALSE(check_entry_path(path).ok()) << path;
  }
}

TEST(CheckCollisions, case_and_form_do_not_count) {
  const auto collide = [](std::vector<std::string_view> paths) { return !check_collisions(paths).ok(); };
  EXPECT_FALSE(collide({}));
  EXPECT_FALSE(collide({"a/b", "a/c", "ab", "a.b/c"}));
  EXPECT_FALSE(collide({"A/x", "a/y"}));  // folders may be merged, no file is lost
  EXPECT_TRUE(collide({"a/b", "a/b"}));
  EXPECT_TRUE(collide({"a/B", "A/b"}));
  EXPECT_TRUE(collide({"\xC3\x84/x", "\xC3\xA4/x"}));
  EXPECT_TRUE(collide({"u\xCC\x88", "\xC3\xBC"}));
  EXPECT_TRUE(collide({"\xE1\xBA\x9E", "ss"}));
  EXPECT_TRUE(collide({"a", "a/b"}));
  EXPECT_TRUE(collide({"a/b/c/d", "A/B"}));
}

}  // namespace
}  // namespace tidegate::artifact
