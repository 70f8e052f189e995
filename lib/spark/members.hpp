// SPDX-License-Identifier: Apache-2.0
// The texts inside a packed archive (jar, wheel, egg, zip): configuration, sources, and the strings of classes. An
// archive is untrusted: what is read of it is bounded by the caps below.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "spark/zip_reader.hpp"

namespace tidegate::spark {

struct Member {
  std::string place{};      // below the archive: "conf/app.properties", "lib/x.jar!conf/app.properties"
  std::string_view text{};
  bool is_class = false;    // the text is the strings of a class file, one in a line; its lines are no places
};
// Called for each member, in the order of the archive; the text lives as long as the call.
using MemberSink = std::function<void(const Member&)>;

inline constexpr std::size_t max_members = 100'000;                          // entries, archives inside included
inline constexpr std::size_t max_member_bytes = std::size_t{64} << 20U;      // of one text
inline constexpr std::uint64_t max_members_bytes = std::uint64_t{1} << 30U;  // unpacked, of all
inline constexpr std::size_t max_member_depth = 4;                           // archives in archives
// Unpacked bytes may be as many times the bytes of the outermost archive, above a first amount.
inline constexpr std::uint64_t max_member_ratio = 100;
inline constexpr std::uint64_t free_member_bytes = std::uint64_t{64} << 20U;

// By the end of the name, without case: .properties .conf .json .yaml .xml .py .sql .txt and their like.
bool is_text_member(std::string_view path);
bool is_archive_name(std::string_view path);  // .jar .whl .egg .zip

// Of one outermost archive; counts what was unpacked of all archives in it.
class MemberReader {
 public:
  // `size`: bytes of the outermost archive. `sink` may be empty: then nothing is read.
  MemberReader(MemberSink sink, std::uint64_t size);

  // Every member of an open archive. `prefix`: of the places, "" or "lib/x.jar!". Code system.write-failed when an
  // archive inside does not fit into the temporary folder.
  Status read_all(ZipReader& zip, const std::string& prefix, std::size_t depth);
  // The entry at which `zip` stands, if it is a text or an archive that is no jar.
  Status read_entry(ZipReader& zip, const std::string& prefix, std::size_t depth);
  // A text, or a class, that was read for something else.
  void give(const std::string& place, std::string_view text);
  void give_class(const std::string& place, std::string_view bytes);

  // Why not everything was looked at; empty: it was.
  const std::string& incomplete() const { return incomplete_; }

 private:
  enum class Taken : std::uint8_t { whole, damaged, too_much };
  Taken take(ZipReader& zip, std::size_t most, const std::function<bool(std::string_view)>& sink);
  void stop(std::string reason);
  Status read_archive(ZipReader& zip, const std::string& place, std::size_t depth);

  MemberSink sink_;
  std::uint64_t most_;
  std::uint64_t bytes_ = 0;
  std::size_t entries_ = 0;
  std::string incomplete_{};
  std::string text_{};
};

// All texts of an archive that is no jar of the service. Gives `incomplete()`.
Result<std::string> read_members(std::string_view archive, const MemberSink& sink);
Result<std::string> read_members(const system::Spill& archive, const MemberSink& sink);

}  // namespace tidegate::spark
