// SPDX-License-Identifier: Apache-2.0
#include "spark/members.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "spark/class_file.hpp"

namespace tidegate::spark {
namespace {

constexpr std::array<std::string_view, 17> text_ends{".properties", ".conf", ".json", ".yaml", ".yml",   ".xml",
                                                     ".py",         ".sql",  ".txt",  ".ini",  ".cfg",   ".toml",
                                                     ".env",        ".csv",  ".sh",   ".r",    ".scala"};
constexpr std::array<std::string_view, 4> archive_ends{".jar", ".whl", ".egg", ".zip"};

template <std::size_t n>
bool ends_with_one_of(std::string_view path, const std::array<std::string_view, n>& ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return ends_with_ignoring_case(path, end); });
}

}  // namespace

bool is_text_member(std::string_view path) { return ends_with_one_of(path, text_ends); }
bool is_archive_name(std::string_view path) { return ends_with_one_of(path, archive_ends); }

MemberReader::MemberReader(MemberSink sink, std::uint64_t size)
    : sink_(std::move(sink)),
      most_(std::min(max_members_bytes, free_member_bytes + std::min(size, max_members_bytes) * max_member_ratio)) {}

void MemberReader::stop(std::string reason) {
  if (incomplete_.empty()) incomplete_ = std::move(reason);
}

MemberReader::Taken MemberReader::take(ZipReader& zip, std::size_t most,
                                       const std::function<bool(std::string_view)>& sink) {
  std::size_t size = 0;
  const bool whole = zip.read([&](std::string_view piece) {
    size += piece.size();
    bytes_ += piece.size();
    return size <= most && bytes_ <= most_ && sink(piece);
  });
  if (whole) return Taken::whole;
  return size > most || bytes_ > most_ ? Taken::too_much : Taken::damaged;
}

void MemberReader::give(const std::string& place, std::string_view text) {
  if (sink_ && !text.empty()) sink_({.place = place, .text = text});
}

void MemberReader::give_class(const std::string& place, std::string_view bytes) {
  if (!sink_) return;
  text_.clear();
  append_class_strings(bytes, text_);
  if (!text_.empty()) sink_({.place = place, .text = text_, .is_class = true});
}

Status MemberReader::read_entry(ZipReader& zip, const std::string& prefix, std::size_t depth) {
  if (!sink_) return Done{};
  const std::string place = prefix + zip.path();
  if (is_archive_name(zip.path())) return read_archive(zip, place, depth);
  if (!is_text_member(zip.path()) || bytes_ > most_) return Done{};  // too much: it was said
  std::string text;
  switch (take(zip, max_member_bytes, [&](std::string_view piece) { return (text += piece, true); })) {
    case Taken::whole:
      give(place, text);
      break;
    case Taken::damaged:
      stop("`" + printable(place) + "` is damaged");
      break;
    case Taken::too_much:
      stop(bytes_ > most_ ? "what is in it unpacks to more than " + std::to_string(most_ >> 20U) + " MiB"
                          : "`" + printable(place) + "` unpacks to more than 64 MiB");
      break;
  }
  return Done{};
}

Status MemberReader::read_archive(ZipReader& zip, const std::string& place, std::size_t depth) {
  if (depth + 1 >= max_member_depth) {
    stop("archives lie inside each other more than 4 deep");
    return Done{};
  }
  system::Spill spill;
  Status written = Done{};
  const Taken taken = take(zip, static_cast<std::size_t>(max_members_bytes), [&](std::string_view piece) {
    written = spill.put(piece);
    return written.ok();
  });
  if (!written) return written;
  if (taken != Taken::whole) {
    stop("`" + printable(place) + (taken == Taken::damaged ? "` is damaged" : "` unpacks to too many bytes"));
    return Done{};
  }
  ZipReader inner;
  if (inner.open(spill)) return read_all(inner, place + "!", depth + 1);
  stop("`" + printable(place) + "` is no zip archive");
  return Done{};
}

Status MemberReader::read_all(ZipReader& zip, const std::string& prefix, std::size_t depth) {
  for (;;) {
    const ZipReader::Next next = zip.next();
    if (next == ZipReader::Next::end) return Done{};
    if (next == ZipReader::Next::damaged) {
      stop(prefix.empty() ? "it is damaged" : "`" + printable(prefix.substr(0, prefix.size() - 1)) + "` is damaged");
      return Done{};
    }
    if (++entries_ > max_members) {
      stop("it has more than 100,000 entries");
      return Done{};
    }
    if (next != ZipReader::Next::file) continue;
    if (Status status = read_entry(zip, prefix, depth); !status) return status;
  }
}

namespace {

template <class Archive>
Result<std::string> read_open(const Archive& archive, std::uint64_t size, const MemberSink& sink) {
  ZipReader zip;
  if (!zip.open(archive)) return std::string("it is no zip archive");
  MemberReader reader(sink, size);
  if (Status status = reader.read_all(zip, "", 0); !status) return status.failure();
  return reader.incomplete();
}

}  // namespace

Result<std::string> read_members(std::string_view archive, const MemberSink& sink) {
  return read_open(archive, archive.size(), sink);
}
Result<std::string> read_members(const system::Spill& archive, const MemberSink& sink) {
  return read_open(archive, archive.size(), sink);
}

}  // namespace tidegate::spark
