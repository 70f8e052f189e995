// SPDX-License-Identifier: Apache-2.0
#include "system/progress.hpp"

#include <gtest/gtest.h>

namespace tidegate::system {
namespace {

TEST(Progress, says_bytes_rate_and_rest) {
  EXPECT_EQ(render_progress("packing", 1200000000, 4000000000, 4000),
            "packing  1.2 GB of 4.0 GB  300 MB/s  10 s left");
  EXPECT_EQ(render_progress("pulling", 1200000000, 400000000000, 4000),
            "pulling  1.2 GB of 400 GB  300 MB/s  22 min left");
  EXPECT_EQ(render_progress("hashing", 1500, 0, 1000), "hashing  1.5 kB  1.5 kB/s");
  EXPECT_EQ(render_progress("hashing", 999600, 999600, 0), "hashing  1.0 MB of 1.0 MB  0.0 kB/s");
  EXPECT_EQ(render_progress("hashing", 0, 7000, 900), "hashing  0.0 kB of 7.0 kB  0.0 kB/s");
}

TEST(Progress, a_terminal_has_one_line_after_a_second) {
  MemoryTerminal terminal;
  std::int64_t now = 5000;
  ProgressLine line(terminal, true, [&] { return now; });
  line.begin("verifying", 100000000);
  now += 999;
  line.add(10000000);
  EXPECT_EQ(terminal.err_text, "") << "short work says nothing";
  now += 1;
  line.add(40000000);
  EXPECT_EQ(terminal.err_text, "\rverifying  50 MB of 100 MB  50 MB/s  2 s left");
  now += 50;
  line.add(1);
  EXPECT_EQ(terminal.err_text.find('\r', 1), std::string::npos) << "ten times a second at most";
  terminal.err_text.clear();
  now += 8950;
  line.add(50000000 - 1);
  EXPECT_EQ(terminal.err_text, "\rverifying  100 MB of 100 MB  10 MB/s         ")
      << "covers what stood there";
  terminal.err_text.clear();
  line.end();
  EXPECT_EQ(terminal.err_text, "\r" + std::string(36, ' ') + "\r");
  line.begin("pulling", 0);
  line.add(1);
  line.end();
  EXPECT_EQ(terminal.err_text.find("pulling"), std::string::npos);
}

TEST(Progress, elsewhere_a_plain_line_every_ten_seconds) {
  MemoryTerminal terminal;
  std::int64_t now = 0;
  ProgressLine line(terminal, false, [&] { return now; });
  const Work work(&line, "publishing", 1000000000);
  for (; now < 25000; now += 500) work.add(10000000);
  EXPECT_EQ(terminal.err_text,
            "publishing  210 MB of 1.0 GB  21 MB/s  38 s left\npublishing  410 MB of 1.0 GB  20 "
            "MB/s  29 s left\n");
}

TEST(Progress, says_nothing_where_nothing_is_done) {
  MemoryTerminal terminal;
  std::int64_t now = 0;
  ProgressLine line(terminal, true, [&] { return now; });
  {
    const Work work(&line, "packing", 100);
    now += 60000;
  }
  EXPECT_EQ(terminal.err_text, "");
  const Work empty(&line, "packing", 0);
  now += 1000;
  empty.add(0);
  EXPECT_EQ(terminal.err_text, "\rpacking  0.0 kB  0.0 kB/s");
}

TEST(Progress, never_writes_an_escape_sequence) {  // so that NO_COLOR has nothing to switch off
  for (const bool live : {true, false}) {
    MemoryTerminal terminal;
    std::int64_t now = 0;
    ProgressLine line(terminal, live, [&] { return now; });
    line.begin("packing", 5000000);
    for (; now < 30000; now += 100) line.add(10000);
    line.end();
    ASSERT_NE(terminal.err_text, "");
    EXPECT_EQ(terminal.err_text.find('\x1b'), std::string::npos);
  }
}

class SeenTerminal final : public Terminal {
 public:
  explicit SeenTerminal(bool seen) : seen_(seen) {}
  void out(std::string_view) override {}
  void err(std::string_view) override {}
  bool err_is_terminal() const override { return seen_; }

 private:
  bool seen_;
};

TEST(Progress, a_live_line_needs_a_terminal_that_a_person_sees) {
  const auto live = [](bool terminal, std::map<std::string, std::string> variables) {
    return has_live_terminal(SeenTerminal(terminal), MemoryEnvironment(std::move(variables)));
  };
  EXPECT_TRUE(live(true, {{"TERM", "xterm"}}));
  EXPECT_TRUE(live(true, {}));
  EXPECT_TRUE(live(true, {{"TERM", "xterm"}, {"NO_COLOR", "1"}})) << "a line without colours";
  EXPECT_TRUE(live(true, {{"CI", ""}}));
  EXPECT_TRUE(live(true, {{"CI", "false"}}));
  EXPECT_FALSE(live(false, {{"TERM", "xterm"}}));
  EXPECT_FALSE(live(true, {{"TERM", "dumb"}}));
  EXPECT_FALSE(live(true, {{"TERM", "xterm"}, {"CI", "true"}}));
  EXPECT_FALSE(live(true, {{"TERM", "xterm"}, {"CI", "1"}}));
}

TEST(Progress, none_is_fine) {
  const Work work(nullptr, "x", 1);
  work.add(1);
}

}  // namespace
}  // namespace tidegate::system
