// SPDX-License-Identifier: Apache-2.0
// Every single entry of every dependsOn of the shared corpus and of the sample services is removed, at
// any depth. What a reader then lacks is worked out here once more, from the text and by other means
// than the check: each pair of reader and activity that loses its order must be reported, one finding a
// pair, and an entry whose removal breaks nothing must change no finding. Those are equivalent mutants;
// the test lists them by the reason why they are.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>

#include "base/text.hpp"
#include "corpus.hpp"
#include "document/parse.hpp"
#include "findings.hpp"
#include "support/shared.hpp"

namespace tidegate::adf {
namespace {

using document::Document;
using document::Node;

struct Step {  // an activity
  Node node{};
  std::string name{};  // in lower case
  const Step* around = nullptr;
  std::set<std::string> after{};  // names that dependsOn holds, in lower case
  std::set<std::string> reads{};  // names in activity('…') of its own strings, inner activities left out
};

class Pipeline {
 public:
  explicit Pipeline(const Document& document) {
    add_list(document.root()["properties"]["activities"], nullptr);
    for (const Step& step : steps_) by_name_.emplace(step.name, &step);
  }

  const std::deque<Step>& steps() const { return steps_; }

  // "reader -> read" of each pair whose order is made sure; `without`: an entry of dependsOn that counts as removed.
  std::set<std::string> ordered_pairs(const Step* from = nullptr, const std::string& without = {}) const {
    std::set<std::string> pairs;
    for (const Step& reader : steps_) {
      for (const std::string& read : reader.reads) {
        const auto found = by_name_.find(read);
        if (found != by_name_.end() && comes_before(*found->second, reader, from, without)) pairs.insert(reader.name + " -> " + read);
      }
    }
    return pairs;
  }

  // Does a reader that `step` comes before, or is, read something that runs by the time that `entry` has run?
  bool reads_by(const Step& step, const std::string& entry) const {
    const auto found = by_name_.find(entry);
    if (found == by_name_.end() || found->second->around != step.around) return false;
    std::set<const Step*> earlier = before(*found->second, nullptr, {});
    earlier.insert(found->second);
    return std::any_of(steps_.begin(), steps_.end(), [&](const Step& reader) {
      std::set<const Step*> line = before(reader, nullptr, {});
      for (const Step* up = &reader; up != nullptr; up = up->around) line.insert(up);
      return line.contains(&step) && std::any_of(reader.reads.begin(), reader.reads.end(), [&](const std::string& name) {
               const auto read = by_name_.find(name);
               for (const Step* up = read == by_name_.end() ? nullptr : read->second; up != nullptr; up = up->around) {
                 if (earlier.contains(up)) return true;
               }
               return false;
             });
    });
  }

  bool is_until(const Step& step) const { return equal_ignoring_case(step.node["type"].as_string(), "Until"); }

 private:
  void add_list(const Node& list, const Step* around) {
    for (const Node node : list) {
      Step& step = steps_.emplace_back(Step{.node = node, .name = to_lower(node["name"].as_string()), .around = around});
      for (const Node entry : node["dependsOn"]) step.after.insert(to_lower(entry["activity"].as_string()));
      collect(node, step);
      for (const Node member : node["typeProperties"]) {
        if (ends_with_ignoring_case(member.key(), "activities")) add_list(member, &step);
        if (member.key() != "cases") continue;
        for (const Node branch : member) add_list(branch["activities"], &step);
      }
    }
  }

  static void collect(const Node& node, Step& step) {
    if (node.is_string()) {
      if (node.as_string().find('@') != std::string_view::npos) find_calls(to_lower(node.as_string()), step);
      return;
    }
    for (const Node child : node) {
      const std::string_view key = child.key();
      if (key == "description" || key == "annotations" || (child.is_array() && ends_with_ignoring_case(key, "activities"))) continue;
      collect(child, step);
    }
  }

  static void find_calls(const std::string& low, Step& step) {
    constexpr std::string_view call = "activity(";
    for (std::size_t at = low.find(call); at != std::string::npos; at = low.find(call, at + 1)) {
      const std::size_t open = low.find_first_not_of(" \n\r\t", at + call.size());
      if (open == std::string::npos || low[open] != '\'') continue;
      step.reads.insert(low.substr(open + 1, low.find('\'', open + 1) - open - 1));
    }
  }

  // All that has run when `step` begins: what it and the containers around it wait for, closed.
  std::set<const Step*> before(const Step& step, const Step* from, const std::string& without) const {
    std::set<const Step*> done;
    const std::function<void(const Step&)> follow = [&](const Step& one) {
      for (const std::string& name : one.after) {
        const auto found = by_name_.find(name);
        if (found == by_name_.end() || found->second->around != one.around || (&one == from && name == without)) continue;
        if (done.insert(found->second).second) follow(*found->second);
      }
    };
    for (const Step* up = &step; up != nullptr; up = up->around) follow(*up);
    return done;
  }

  bool comes_before(const Step& read, const Step& reader, const Step* from, const std::string& without) const {
    const std::set<const Step*> done = before(reader, from, without);
    for (const Step* up = &read; up != nullptr; up = up->around) {
      if (done.contains(up)) return true;
      if (up != &read && up == &reader) return is_until(reader);  // its condition sees its inner activities
    }
    return false;
  }

  std::deque<Step> steps_{};
  std::map<std::string, const Step*> by_name_{};
};

// The text of the same length without the object `entry` of a list and the comma beside it.
std::string without_entry(const std::string& source, const Node& entry) {
  std::string text = source;
  std::size_t begin = entry.offset(), end = begin, depth = 0;
  do {
    if (text[end] == '"') {
      for (++end; text[end] != '"'; ++end) end += text[end] == '\\' ? 1 : 0;
    }
    depth += text[end] == '{' ? 1U : 0U;
    depth -= text[end] == '}' ? 1U : 0U;
    ++end;
  } while (depth > 0);
  const std::size_t next = text.find_first_not_of(" \t\r\n", end);
  const std::size_t last = text.find_last_not_of(" \t\r\n", begin - 1);
  if (text[next] == ',') {
    end = next + 1;
  } else if (text[last] == ',') {
    begin = last;
  }
  for (std::size_t i = begin; i < end; ++i) {
    if (text[i] != '\n' && text[i] != '\r' && (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) text[i] = ' ';
  }
  // Bytes in the middle of a character do not count as columns: take them out.
  text.erase(std::remove_if(text.begin() + static_cast<std::ptrdiff_t>(begin), text.begin() + static_cast<std::ptrdiff_t>(end),
                            [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; }),
             text.begin() + static_cast<std::ptrdiff_t>(end));
  return text;
}

// Findings about the order of a pipeline that is looked at by itself.
std::multiset<std::string> order_findings(const std::string& file, const std::string& text) {
  const Diagnostics found = diagnose({{file, text}});
  std::multiset<std::string> lines;
  for (const Diagnostic& item : found.items()) {
    if (item.code == "adf.missing-depends-on") lines.insert(to_string(item.where) + " " + item.message);
  }
  return lines;
}

// Why a removed entry breaks nothing. No activity behind it reads an output, or none that comes by it:
// it only keeps an order of effects. Of the third kind more might be expected, so each pipeline is named.
const std::string no_reader = "the pipeline reads no output of another activity";
const std::string unread = "no output that is read comes by this entry";
const std::string other_way = "every reader behind it waits on another way, too";

const std::map<std::string, std::size_t> other_ways{
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/ADLS.json", 4},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/DB.json", 8},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/DCL_ContactHist_Unload_MBox.json", 10},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/Data_Export.json", 1},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/Data_Export_SFMC.json", 2},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/FILE_SYSTEM.json", 2},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/Load_File.json", 2},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/Mbox_File_Copy.json", 3},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/Reverse_SQL_Sync.json", 10},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/Tableau Refresh Status.json", 2},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/dbt.json", 2},
    {"KV-APAC-DNA__gitadfadbplt001/pipeline/phase_master.json", 1},
    {"mrpaulandrew__procfwk/DataFactory/pipeline/04-Infant.json", 1},
    {"mrpaulandrew__procfwk/Synapse/pipeline/04-Infant.json", 1}};

struct Count {
  std::size_t broken = 0, pairs = 0, files = 0;
  std::map<std::string, std::size_t> equivalent{};  // reason -> mutants
  std::map<std::string, std::size_t> other_ways{};  // pipeline -> mutants
};

std::string reason_of(const Pipeline& pipeline, const Step& step, const std::string& removed) {
  if (pipeline.reads_by(step, removed)) return other_way;
  return pipeline.ordered_pairs().empty() ? no_reader : unread;
}

void run_file(const std::string& root, const std::string& file, const std::string& source, Count& count) {
  const auto parsed = document::parse_json(file, source);
  const std::string text = (*parsed)->text();
  const Pipeline pipeline(**parsed);
  const std::set<std::string> whole = pipeline.ordered_pairs();
  const std::multiset<std::string> known = order_findings(file, text);
  const bool show = std::getenv("TIDEGATE_SHOW_FINDINGS") != nullptr;
  bool any = false;
  for (const Step& step : pipeline.steps()) {
    for (const Node entry : step.node["dependsOn"]) {
      const std::string removed = to_lower(entry["activity"].as_string());
      const std::set<std::string> left = pipeline.ordered_pairs(&step, removed);
      const std::multiset<std::string> found = order_findings(file, without_entry(text, entry));
      const std::string where = root + "/" + file + ": " + step.name + " without " + removed;
      EXPECT_EQ(found.size(), known.size() + (whole.size() - left.size())) << where;
      EXPECT_TRUE(std::includes(found.begin(), found.end(), known.begin(), known.end())) << where;
      if (whole.size() > left.size()) {
        ++count.broken;
        count.pairs += whole.size() - left.size();
        any = true;
        continue;
      }
      const std::string reason = reason_of(pipeline, step, removed);
      ++count.equivalent[reason];
      if (reason != other_way) continue;
      ++count.other_ways[root + "/" + file];
      if (show) std::printf("%s: %s\n", where.c_str(), reason.c_str());
    }
  }
  count.files += any ? 1U : 0U;
}

TEST(DependencyMutation, every_entry_that_orders_a_reader_is_missed) {
  const auto shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared folder is not beside the project";
  std::vector<Root> roots = read_corpus(*shared + "/corpus/adf");
  for (Root& sample : read_corpus(TIDEGATE_SOURCE_DIR "/fixtures/services")) roots.push_back(std::move(sample));
  Count count;
  for (const Root& root : roots) {
    for (const auto& file : root.files) {
      if (file.first.starts_with("pipeline/") && !file.first.starts_with("pipeline/~")) run_file(root.name, file.first, file.second, count);
    }
  }
  std::printf("%zu entries order %zu reads in %zu pipelines\n", count.broken, count.pairs, count.files);
  EXPECT_EQ(count.broken, 403U);
  EXPECT_EQ(count.pairs, 971U);
  EXPECT_EQ(count.files, 45U);
  const std::map<std::string, std::size_t> reasons{{other_way, 49}, {unread, 337}, {no_reader, 67}};
  EXPECT_EQ(count.equivalent, reasons);
  EXPECT_EQ(count.other_ways, other_ways);
}

}  // namespace
}  // namespace tidegate::adf
