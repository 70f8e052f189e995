// SPDX-License-Identifier: Apache-2.0
// What differs inside the files of two artifacts, told while they are verified one after the other.
// Texts of the first wait in an unnamed file; in memory are one object or one block of Terraform of
// each at a time, and the names.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/compare.hpp"
#include "artifact/manifest.hpp"
#include "artifact/verify.hpp"
#include "document/splitter.hpp"
#include "system/spill.hpp"

namespace tidegate::artifact {

class ContentComparison {
 public:
  // The manifests must outlive it. Of files that both have alike nothing is read.
  ContentComparison(const Manifest& before, const Manifest& after);
  ContentComparison(const ContentComparison&) = delete;
  ContentComparison& operator=(const ContentComparison&) = delete;

  // For the verification of the first artifact, then for that of the second: what they say is worth
  // something only where both have succeeded.
  EntrySink& before() { return before_sink_; }
  EntrySink& after() { return after_sink_; }

  // Once. Each list is sorted by name.
  Comparison finish();

  // Bytes of an object, a contract or a block; values in one of them; addresses of an artifact.
  static constexpr std::size_t max_part = std::size_t{8} << 20U;
  static constexpr std::uint64_t max_values = 500'000;
  static constexpr std::size_t max_addresses = 50'000;

 private:
  enum class Side : std::uint8_t { before, after };
  class Sink final : public EntrySink {
   public:
    Sink(ContentComparison& all, Side side) : all_(all), side_(side) {}
    Status begin(std::string_view path, bool executable) override;
    Status put(std::string_view bytes) override;
    Status end() override;

   private:
    void split(std::string_view bytes);
    document::Decision decide(const document::Member& member);

    ContentComparison& all_;
    Side side_;
    std::string path_{};                              // of a wanted file, or empty
    std::string text_{};                              // of a document
    std::optional<document::JsonSplitter> blocks_{};  // of Terraform
    std::string prefix_{};  // of the addresses in the section that is read
    bool data_ = false;     // that section is "data"
    std::size_t addresses_ = 0;
    std::optional<Status> failed_{};
  };

  struct Part {  // a text of the first artifact
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
    bool met = false;  // the second one has it, too
  };
  using Parts = std::map<std::string, Part, std::less<>>;

  bool wants(std::string_view path) const;
  void leave(const std::string& path, std::string reason);
  Status take(Side side, bool is_block, const std::string& name, std::string_view text);
  Status keep(Parts& parts, const std::string& name, std::string_view text);
  Status compare_block(const std::string& address, std::string_view text);
  Status compare_document(const std::string& path, std::string_view text);
  Result<std::string> text_of(const Part& part) const;

  const Manifest& before_;
  const Manifest& after_;
  std::vector<std::string> differing_;  // paths; sorted
  Sink before_sink_{*this, Side::before};
  Sink after_sink_{*this, Side::after};
  system::Spill spill_{std::size_t{1} << 20U};
  Parts documents_{};
  Parts blocks_{};
  std::map<std::string, Change> changed_documents_{};
  std::vector<Change> addresses_{};
  std::map<std::string, std::string> unexplained_{};  // path -> why
  bool all_blocks_ = true;
};

}  // namespace tidegate::artifact
