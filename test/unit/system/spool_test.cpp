// SPDX-License-Identifier: Apache-2.0
#include "system/spool.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "base/parallel.hpp"
#include "support/shared.hpp"

namespace tidegate::system {
namespace {

std::string content(std::size_t i) { return std::string(i * 997, static_cast<char>('a' + i % 26)); }

TEST(Spool, gives_back_what_several_threads_put_aside) {
  const test::TemporaryFolder folder;
  const auto spool = Spool::open(folder.path());
  ASSERT_TRUE(spool.ok());
  std::vector<Spool::Extent> extents(200);
  for_each_index(extents.size(), [&](std::size_t i) { extents[i] = *(*spool)->append(content(i)); });
  for (std::size_t i = 0; i < extents.size(); ++i) {
    std::string read;
    ASSERT_TRUE((*spool)->read(extents[i], [&](std::string_view piece) -> Status {
      read += piece;
      return Done{};
    }).ok());
    EXPECT_EQ(read, content(i));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));  // it has no name
}

// Small pieces wait in memory, large ones do not: the order of the file must not depend on it.
TEST(Spool, large_and_small_pieces_in_any_order) {
  const test::TemporaryFolder folder;
  const auto spool = Spool::open(folder.path());
  std::vector<std::pair<Spool::Extent, std::string>> kept;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::size_t size = i % 7 == 3 ? 70000 + i : i % 5 == 0 ? 0 : 40 * i;
    kept.emplace_back(Spool::Extent{}, std::string(size, static_cast<char>('A' + i % 50)));
    kept.back().first = *(*spool)->append(kept.back().second);
  }
  for (std::size_t i = kept.size(); i-- > 0;) {  // backwards: the window never helps
    std::string read;
    ASSERT_TRUE((*spool)->read(kept[i].first, [&](std::string_view piece) -> Status {
      EXPECT_LE(piece.size(), 64U * 1024U);
      read += piece;
      return Done{};
    }).ok());
    EXPECT_EQ(read, kept[i].second) << i;
  }
}

TEST(Spool, failure_of_the_reader_is_handed_on) {
  const test::TemporaryFolder folder;
  const auto spool = Spool::open(folder.path());
  const Spool::Extent extent = *(*spool)->append("x");
  EXPECT_EQ((*spool)->read(extent, [](std::string_view) -> Status { return Diagnostic{.code = "full"}; }).failure().code, "full");
}

TEST(Spool, folder_that_does_not_exist) {
  const auto spool = Spool::open("/nonexistent/folder");
  ASSERT_FALSE(spool.ok());
  EXPECT_EQ(spool.failure().code, "system.write-failed");
}

}  // namespace
}  // namespace tidegate::system
