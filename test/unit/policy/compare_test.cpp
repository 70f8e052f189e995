// SPDX-License-Identifier: Apache-2.0
#include "policy/compare.hpp"

#include <gtest/gtest.h>

#include "catalogue/grammar.hpp"
#include "document/parse.hpp"
#include "policy/quantity.hpp"

namespace tidegate::policy {
namespace {

struct Sides {
  document::DocumentPtr document{};
  Value before{};
  Value after{};
};

Sides sides(const std::string& before, const std::string& after, const std::string& unknown = "{}",
            const std::string& sensitive = "{}") {
  const auto parsed = document::parse_json(
      "t", R"({"b":)" + before + R"(,"a":)" + after + R"(,"u":)" + unknown + R"(,"s":)" + sensitive + "}");
  EXPECT_TRUE(parsed.ok()) << before << after;
  Sides out{.document = *parsed};
  const document::Node root = out.document->root();
  out.before = Value::before(root["b"], root["s"]);
  out.after = Value::after(root["a"], root["u"], root["s"]);
  return out;
}

enum class Found { nothing, difference, unproven };

// Keeps the texts that an Entry points to.
class Compared {
 public:
  explicit Compared(const std::string& text) {
    const auto entries = catalogue::parse_entries(text);
    EXPECT_TRUE(entries.ok()) << text;
    parsed_ = entries->front();
    for (const std::string& step : parsed_.steps) path_ += (path_.empty() ? "" : std::string(1, '\0')) + step;
  }
  catalogue::Entry entry() const {
    return {.pattern = parsed_.pattern, .path = path_, .comparison = parsed_.comparison, .from = parsed_.from,
            .to = parsed_.to, .note = parsed_.note};
  }

 private:
  catalogue::ParsedEntry parsed_{};
  std::string path_{};
};

Found run(const std::string& entry, const std::string& before, const std::string& after, const std::string& unknown = "{}") {
  const Compared compared(entry);
  const Sides both = sides(before, after, unknown);
  const auto found = compare(compared.entry(), both.before, both.after);
  if (found.empty()) return Found::nothing;
  return found.front().unproven ? Found::unproven : Found::difference;
}

struct Case {
  const char* entry;
  const char* before;
  const char* after;
  Found expected;
};

TEST(Compare, every_word_of_the_grammar) {
  const Found no = Found::nothing, yes = Found::difference, maybe = Found::unproven;
  const std::vector<Case> cases{
      {"P1 d decrease", R"({"d":30})", R"({"d":7})", yes},
      {"P1 d decrease", R"({"d":7})", R"({"d":30})", no},
      {"P1 d decrease", R"({"d":30})", R"({"d":30.0})", no},
      {"P1 d decrease", R"({"d":"P365D"})", R"({"d":"P30D"})", yes},
      {"P1 d decrease", R"({"d":"720h"})", R"({"d":"P30D"})", no},
      {"P1 d decrease", R"({"d":"P30D"})", R"({"d":"604800s"})", yes},
      {"P1 d decrease", R"({"d":"P30D"})", R"({"d":7})", maybe},
      {"P1 d decrease", R"({"d":"long"})", R"({"d":"short"})", maybe},
      {"P1 d decrease", R"({"d":30})", R"({"d":null})", yes},
      {"P1 d decrease", R"({"d":null})", R"({"d":0})", no},
      {"P1 d decrease", R"({"d":0})", R"({"d":7})", no},
      {"P1 d decrease (0 = unlimited)", R"({"d":0})", R"({"d":7})", yes},
      {"P1 d decrease (0 = unlimited)", R"({"d":7})", R"({"d":0})", no},
      {"P1 d decrease", R"({"d":-1})", R"({"d":7})", yes},
      {"P1 d decrease", R"({"d":12345678901234567891})", R"({"d":12345678901234567890})", yes},
      {"P1 d decrease", R"({"d":1e400})", R"({"d":1e399})", yes},
      {"P1 d zero", R"({"d":"P7D"})", R"({"d":"PT0S"})", yes},
      {"P1 d zero", R"({"d":"P7D"})", R"({"d":"P1D"})", no},
      {"P1 d increase", R"({"d":5})", R"({"d":60})", yes},
      {"P2 t decrease", R"({"t":null})", R"({"t":60})", yes},
      {"P2 t decrease", R"({"t":-1})", R"({"t":60})", yes},
      {"P2 t decrease", R"({"t":60})", R"({"t":-1})", no},
      {"P2 t set", R"({"t":-1})", R"({"t":60})", yes},
      {"P2 t set", R"({"t":0})", R"({"t":60})", yes},
      {"P2 t set", R"({"t":30})", R"({"t":60})", no},
      {"P2 t set", R"({})", R"({"t":0})", no},
      {"P4 p true->false", R"({"p":true})", R"({"p":false})", yes},
      {"P4 p true->false", R"({"p":true})", R"({"p":null})", yes},
      {"P4 p true->false", R"({"p":null})", R"({"p":false})", no},
      {"P5 f ->true", R"({"f":null})", R"({"f":true})", yes},
      {"P5 f ->true", R"({"f":true})", R"({"f":true})", no},
      {"P5 f ->Delete", R"({"f":"Retain"})", R"({"f":"delete"})", yes},
      {"P5 f ABANDON->null", R"({"f":"ABANDON"})", R"({})", yes},
      {"P4 f ON->OFF", R"({"f":"ON"})", R"({"f":"OFF"})", yes},
      {"P4 f ON->OFF", R"({"f":"OTHER"})", R"({"f":"OFF"})", no},
      {"P6 v.enabled true->false", R"({"v":[{"enabled":true}]})", R"({"v":[{"enabled":false}]})", yes},
      {"P6 v.enabled true->false", R"({"v":[{"enabled":true}]})", R"({"v":[]})", yes},
      {"P6 v.enabled true->false", R"({"v":[{"enabled":true}]})", R"({"v":[{"enabled":true}]})", no},
      {"P7 c remove", R"({"c":[{"name":"a"},{"name":"b"}]})", R"({"c":[{"name":"b"}]})", yes},
      {"P7 c remove", R"({"c":[{"name":"a"},{"name":"b"}]})", R"({"c":[{"name":"b","x":1},{"name":"a"}]})", no},
      {"P7 c remove", R"({"c":["x","y"]})", R"({"c":["y","x"]})", no},
      {"P7 c remove", R"({"c":["x","y"]})", R"({"c":["y","z"]})", yes},
      {"P7 c remove", R"({"c":[{"location":"we","prio":0},{"location":"ne","prio":1}]})",
       R"({"c":[{"location":"we","prio":0},{"location":"uk","prio":1}]})", yes},
      {"P7 c remove", R"({"c":[{"location":"we","prio":0},{"location":"ne","prio":1}]})",
       R"({"c":[{"location":"ne","prio":0},{"location":"we","prio":1}]})", no},
      {"P7 c remove", R"({"c":{"a":"1","b":"2"}})", R"({"c":{"a":"1"}})", yes},
      {"P7 c remove", R"({"c":[]})", R"({"c":null})", no},
      {"P7 c remove", R"({"c":"x"})", R"({"c":""})", yes},
      {"P7 c remove", R"({"c":[{"name":"a"},{"name":"b"}]})", R"({"c":[{"name":"b"},{"name":"b"}]})", yes},
      {"P7 c remove", R"({"c":[{"name":"a"},{"name":"b"}]})", R"({"c":[{"name":""},{"name":"b"}]})", yes},
      {"P7 c remove", R"({"c":[{"name":"a","t":"x"},{"name":"b","t":"y"}]})", R"({"c":[{"name":"","t":"x"},{"name":"b","t":"y"}]})", yes},
      {"P14 k change", R"({"k":"https://v/keys/a/1"})", R"({"k":"https://v/keys/a/2"})", no},
      {"P14 k change", R"({"k":"https://v/keys/a/1"})", R"({"k":"https://v/keys/a"})", no},
      {"P14 k change", R"({"k":"https://v/keys/a/1"})", R"({"k":"https://v/keys/b/1"})", yes},
      {"P14 k change", R"({"k":"https://v/keys/a/1"})", R"({"k":"https://w/keys/a/1"})", yes},
      {"P10 k change", R"({"k":"https://v/keys/a/1"})", R"({"k":"https://v/keys/a/2"})", yes},
      {"P8 c rename", R"({"c":[{"name":"a","type":"int"}]})", R"({"c":[{"name":"b","type":"int"}]})", yes},
      {"P8 c rename", R"({"c":[{"name":"a","type":"int"}]})", R"({"c":[{"name":"b","type":"text"}]})", no},
      {"P10 l change", R"({"l":"a"})", R"({"l":"b"})", yes},
      {"P10 l change", R"({"l":null})", R"({"l":""})", no},
      {"P10 l change", R"({"l":null})", R"({"l":0})", no},
      {"P10 l change", R"({"l":["a","b"]})", R"({"l":["b","a"]})", no},
      {"P10 l change", R"({"l":"{\"a\":1,\"b\":2}"})", R"({"l":"{\"b\": 2, \"a\": 1.0}"})", no},
      {"P10 l change", R"({"l":"{\"a\":1}"})", R"({"l":"{\"a\":2}"})", yes},
      {"P11 r downgrade", R"({"r":"GZRS"})", R"({"r":"LRS"})", yes},
      {"P11 r downgrade", R"({"r":"LRS"})", R"({"r":"RAGRS"})", no},
      {"P11 r downgrade", R"({"r":"ZRS"})", R"({"r":"PREMIUM"})", maybe},
      {"P12 s downgrade", R"({"s":"S3"})", R"({"s":"S1"})", yes},
      {"P12 s downgrade", R"({"s":"F64"})", R"({"s":"F2"})", yes},
      {"P12 s downgrade", R"({"s":"F2"})", R"({"s":"F64"})", no},
      {"P3 r.f.p widen", R"({"r":[{"name":"x","f":[{"p":["raw/"]}]}]})", R"({"r":[{"name":"x","f":[{"p":[]}]}]})", yes},
      {"P3 r.f.p widen", R"({"r":[{"name":"x","f":[{"p":["raw/"]}]}]})", R"({"r":[{"name":"x","f":[]}]})", yes},
      {"P3 r.f.p widen", R"({"r":[{"name":"x","f":[{"p":["raw/"]}]}]})", R"({"r":[]})", no},
      {"P3 r.f.p widen", R"({"r":[{"name":"x","f":[{"p":["raw/a"]}]}]})", R"({"r":[{"name":"x","f":[{"p":["raw/"]}]}]})", yes},
      {"P3 r.f.p widen", R"({"r":[{"name":"x","f":[{"p":["raw/"]}]}]})", R"({"r":[{"name":"x","f":[{"p":["raw/a"]}]}]})", no},
      {"P3 r.f.p widen", R"({"r":[{"name":"x","f":[{"p":["raw/"]}]}]})", R"({"r":[{"name":"x","f":[{"p":["raw/","b/"]}]}]})", yes},
      {"P3 r.f widen", R"({"r":[{"f":[{"prefix":"a","size":5}]}]})", R"({"r":[{"f":[{"prefix":"a"}]}]})", yes},
      {"P3 r.f widen", R"({"r":[{"f":[{"size":1}]}]})", R"({"r":[{"f":[{"size":10}]}]})", yes},
      {"P3 r.f widen", R"({"r":[{"f":[{"size":10}]}]})", R"({"r":[{"f":[{"size":10.0}]}]})", no},
      {"P3 r.t decrease", R"({"r":[{"t":"2030-01-31T00:00:00Z"}]})", R"({"r":[{"t":"2029-12-31T00:00:00Z"}]})", yes},
      {"P3 r.t decrease", R"({"r":[{"t":"2029-12-31"}]})", R"({"r":[{"t":"2030-01-31"}]})", no},
      {"P3 r.t decrease", R"({"r":[{"t":"2030-01-31"}]})", R"({"r":[{"t":"2029-12-31T00:00:00Z"}]})", maybe},
      {"P1 b.d decrease", R"({"b":{"d":30}})", R"({"b":[{"d":7}]})", yes},
      {"P1 b.d decrease", R"({"b":[{"d":30}]})", R"({"b":{"d":30}})", no},
      {"P7 c remove", R"({"c":"[{\"name\":\"a\"},{\"name\":\"b\"}]"})", R"({"c":"[{\"name\":\"B\",\"mode\":\"x\"}]"})", yes},
      {"P7 c remove", R"({"c":"[{\"name\":\"a\"},{\"name\":\"b\"}]"})", R"({"c":"[{\"name\":\"B\",\"mode\":\"x\"},{\"name\":\"a\"}]"})", no},
      {"P7 c remove", R"({"c":"[{\"name\":\"a\",\"fields\":[{\"name\":\"x\"}]}]"})", R"({"c":"[{\"name\":\"a\",\"fields\":[]}]"})", yes},
      {"P7 c remove", R"({"c":"[{\"name\":\"a\"}]"})", R"({"c":"no list"})", maybe},
      {"P3 r.d add", R"({"r":[{"name":"x","d":5}]})", R"({"r":[{"name":"x","d":5},{"name":"y","d":9}]})", yes},
      {"P3 r.d add", R"({"r":[{"name":"x","d":-1}]})", R"({"r":[{"name":"x","d":9}]})", yes},
      {"P3 r.d decrease", R"({"r":[{"name":"x","d":9}]})", R"({"r":[{"name":"x","d":-1}]})", no},
      {"P3 r.e false->true", R"({"r":[{"name":"x","e":false}]})", R"({"r":[{"name":"x","e":true}]})", yes},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(run(one.entry, one.before, one.after), one.expected) << one.entry << "  " << one.before << " -> " << one.after;
  }
}

TEST(Compare, what_is_unknown_is_unproven_only_if_it_matters) {
  EXPECT_EQ(run("P1 d decrease", R"({"d":30})", "{}", R"({"d":true})"), Found::unproven);
  EXPECT_EQ(run("P1 d decrease", R"({"d":null})", "{}", R"({"d":true})"), Found::nothing);
  EXPECT_EQ(run("P4 p true->false", R"({"p":true})", "{}", R"({"p":true})"), Found::unproven);
  EXPECT_EQ(run("P4 p true->false", R"({"p":false})", "{}", R"({"p":true})"), Found::nothing);
  EXPECT_EQ(run("P5 f ->true", R"({"f":false})", "{}", R"({"f":true})"), Found::unproven);
  EXPECT_EQ(run("P2 t set", "{}", "{}", R"({"t":true})"), Found::unproven);
  EXPECT_EQ(run("P6 v.enabled true->false", R"({"v":[{"enabled":true}]})", "{}", R"({"v":true})"), Found::unproven);
  EXPECT_EQ(run("P6 v.enabled true->false", R"({"v":[{"enabled":true}]})", "{}", "true"), Found::unproven);
  EXPECT_EQ(run("P6 v.enabled true->false", R"({"v":[{"enabled":true}]})", R"({"v":[{}]})", R"({"v":[{"enabled":true}]})"),
            Found::unproven);
  EXPECT_EQ(run("P7 c remove", R"({"c":["x"]})", "{}", R"({"c":true})"), Found::unproven);
  EXPECT_EQ(run("P10 l change", R"({"l":"a"})", "{}", R"({"l":true})"), Found::unproven);
}

// A value for which an entry fires, and one for which it must be silent, for every entry of the table.
struct Sample {
  std::string before{}, after{}, silent{};
};

std::optional<Sample> sample_of(const catalogue::Entry& entry) {
  using catalogue::Comparison;
  const auto quoted = [](std::string_view text) {
    if (text == "true" || text == "false" || text == "null") return std::string(text);
    return "\"" + std::string(text) + "\"";
  };
  const bool zero_unlimited = entry.note.find("0 = unlimited") != std::string_view::npos;
  switch (entry.comparison) {
    case Comparison::decrease: return zero_unlimited ? Sample{"0", "5", "0"} : Sample{"30", "5", "60"};
    case Comparison::increase: return Sample{"5", "30", "1"};
    case Comparison::zero: return Sample{"5", "0", "1"};
    case Comparison::remove: return Sample{R"(["a","b"])", R"(["b"])", R"(["b","a","c"])"};
    case Comparison::add:
    case Comparison::set: return Sample{"null", "7", "null"};
    case Comparison::change: return Sample{R"("a")", R"("b")", R"("a")"};
    case Comparison::rename: return Sample{R"([{"name":"a","t":1}])", R"([{"name":"b","t":1}])", R"([{"name":"a","t":1}])"};
    case Comparison::widen: return Sample{R"("raw/")", "null", R"("raw/")"};
    case Comparison::downgrade: return Sample{R"("GRS")", R"("LRS")", R"("GZRS")"};
    case Comparison::becomes: {
      const std::string from = entry.from.empty() ? (entry.to == "true" ? "false" : R"("other")") : quoted(entry.from);
      return Sample{from, quoted(entry.to), from};
    }
  }
  return std::nullopt;
}

std::string nested(const catalogue::Entry& entry, const std::string& leaf, bool blocks) {
  const auto steps = catalogue::steps_of(entry.path);
  std::string text = leaf;
  for (std::size_t i = steps.size(); i-- > 0;) {
    text = R"({")" + std::string(steps[i]) + R"(":)" + text + "}";
    if (blocks && i > 0) text = "[" + text + "]";
  }
  return text;
}

TEST(Compare, every_entry_of_the_catalogue_fires_and_keeps_silent) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < catalogue::type_count(); ++i) {
    const catalogue::TypeRow row = catalogue::type_at(i);
    for (std::size_t k = 0; k < row.entry_count; ++k, ++count) {
      const catalogue::Entry entry = catalogue::entry_of(row, k);
      const auto sample = sample_of(entry);
      ASSERT_TRUE(sample.has_value());
      for (const bool blocks : {false, true}) {
        const Sides loud = sides(nested(entry, sample->before, blocks), nested(entry, sample->after, blocks));
        const auto found = compare(entry, loud.before, loud.after);
        EXPECT_TRUE(found.size() == 1 && !found[0].unproven)
            << row.name << " P" << entry.pattern << " " << catalogue::shown_path(entry.path) << " "
            << catalogue::to_string(entry.comparison);
        const Sides calm = sides(nested(entry, sample->before, blocks), nested(entry, sample->silent, blocks));
        EXPECT_TRUE(compare(entry, calm.before, calm.after).empty())
            << row.name << " P" << entry.pattern << " " << catalogue::shown_path(entry.path) << " silent";
      }
    }
  }
  EXPECT_EQ(count, 1785U);
}

TEST(Quantities, compare_exactly) {
  EXPECT_EQ(compare_quantities("10", "9"), Order::greater);
  EXPECT_EQ(compare_quantities("-10", "-9"), Order::less);
  EXPECT_EQ(compare_quantities("0.10", "1e-1"), Order::equal);
  EXPECT_EQ(compare_quantities("1e400", "9e399"), Order::greater);
  EXPECT_EQ(compare_quantities("P30D", "720h"), Order::equal);
  EXPECT_EQ(compare_quantities("604800s", "P7D"), Order::equal);
  EXPECT_EQ(compare_quantities("7.00:00:00", "P7D"), Order::equal);
  EXPECT_EQ(compare_quantities("1h30m", "PT90M"), Order::equal);
  EXPECT_EQ(compare_quantities("P1Y", "P12M"), Order::equal);
  EXPECT_EQ(compare_quantities("P1Y", "P30D"), Order::greater);
  EXPECT_EQ(compare_quantities("P30D", "P1M"), Order::unclear);
  EXPECT_EQ(compare_quantities("P1D", "0"), Order::greater);
  EXPECT_EQ(compare_quantities("P1D", "1"), Order::unclear);
  EXPECT_EQ(compare_quantities("abc", "abd"), Order::unclear);
  EXPECT_TRUE(is_zero_quantity("PT0S"));
  EXPECT_TRUE(is_zero_quantity("0.000"));
  EXPECT_FALSE(is_zero_quantity("x"));
}

TEST(Ranks, follow_the_orders) {
  EXPECT_EQ(compare_ranks("GZRS", "grs"), Order::greater);
  EXPECT_EQ(compare_ranks("RAGRS", "GRS"), Order::equal);
  EXPECT_EQ(compare_ranks("RA-GRS", "GRS"), Order::equal);
  EXPECT_EQ(compare_ranks("LocallyRedundant", "GeoRedundant"), Order::less);
  EXPECT_EQ(compare_ranks("ENTERPRISE", "ENTERPRISE_PLUS"), Order::less);
  EXPECT_EQ(compare_ranks("Standard_LRS", "Standard_GRS"), Order::less);
  EXPECT_EQ(compare_ranks("A4", "S1"), Order::unclear);
}

TEST(Values, are_shown_redacted) {
  const auto shown = [](const std::string& value, const std::string& sensitive) {
    const auto parsed = document::parse_json("t", R"({"v":)" + value + R"(,"s":)" + sensitive + "}");
    return Value::before((*parsed)->root()["v"], (*parsed)->root()["s"]).shown();
  };
  EXPECT_EQ(shown(R"("plain")", "false"), R"("plain")");
  EXPECT_EQ(shown(R"("hunter2")", "true"), "(sensitive)");
  EXPECT_EQ(shown(R"("AccountKey=abcdef==")", "false"), "(hidden)");
  EXPECT_EQ(shown("12", "false"), "12");
  EXPECT_EQ(shown("null", "false"), "(none)");
  EXPECT_EQ(shown(R"(["a","b"])", "false"), "2 elements");
  EXPECT_EQ(shown("\"a\\nb\\u001b[31m\"", "false"), "\"a\\nb\\u001b[31m\"");
  EXPECT_EQ(Value::before(sides(R"("plain")", "null").before.node(), {}).shown(), "(hidden)");
  EXPECT_LT(shown("\"" + std::string(5000, 'x') + "\"", "false").size(), 120U);
}

TEST(Secrets, are_recognised) {
  for (const char* text : {"DefaultEndpointsProtocol=https;AccountKey=abc==", "https://x.blob.core/c?sv=1&sig=abc",
                           "Server=x;Password=y", "-----BEGIN RSA PRIVATE KEY-----", "AKIAIOSFODNN7EXAMPLE",
                           "postgres://u:p@host/db", "dapi0123456789abcdef0123456789abcdef"}) {
    EXPECT_TRUE(looks_secret(text)) << text;
  }
  for (const char* text : {"", "stlake", "https://lake.dfs.core.windows.net/raw", "password_policy", "user@example.org",
                           "/subscriptions/0000/resourceGroups/rg"}) {
    EXPECT_FALSE(looks_secret(text)) << text;
  }
}

}  // namespace
}  // namespace tidegate::policy
