// SPDX-License-Identifier: Apache-2.0
#include "commandline/formats.hpp"

#include <gtest/gtest.h>

#include <array>

namespace tidegate::commandline {
namespace {

struct Format {
  std::string_view name{};
};

constexpr std::array<Format, 3> formats{{{"text"}, {"json"}, {"junit"}}};

std::string shown(const std::vector<std::string>& words) {
  const Outputs<Format> outputs = choose_outputs(std::span<const Format>(formats), words);
  std::string out;
  for (const Output<Format>& one : outputs.list) {
    out += std::string(one.format->name) + (one.file.empty() ? " " : "=" + one.file + " ");
  }
  return outputs.fault.empty() ? out : outputs.fault + "; " + outputs.hint;
}

TEST(Formats, go_to_files_and_one_to_standard_output) {
  EXPECT_EQ(shown({}), "text ");
  EXPECT_EQ(shown({"json"}), "json ");
  EXPECT_EQ(shown({"json=a=b"}), "json=a=b text ");
  EXPECT_EQ(shown({"junit=a", "json", "junit=b"}), "junit=a json junit=b ");
}

TEST(Formats, that_do_not_go_together_are_named) {
  const std::string names = "; expected a format, or format=FILE: text, json, junit";
  EXPECT_EQ(shown({"yaml"}), "--format yaml" + names);
  EXPECT_EQ(shown({"json", "js=x"}), "--format js=x" + names);
  EXPECT_EQ(shown({"json="}), "--format json=" + names);
  EXPECT_EQ(shown({"json", "json"}),
            "two formats on standard output; write one of them to a file: --format json=FILE");
}

}  // namespace
}  // namespace tidegate::commandline
