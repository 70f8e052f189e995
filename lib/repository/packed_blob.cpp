// SPDX-License-Identifier: Apache-2.0
#include "repository/packed_blob.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "base/text.hpp"
#include "repository/delta.hpp"
#include "repository/git.hpp"
#include "system/file_tree.hpp"
#include "system/http.hpp"
#include "system/spill.hpp"

namespace tidegate::repository {

namespace {

constexpr std::uint64_t name_size = 20, header_size = 8, fan_size = 256 * 4;
constexpr std::string_view index_magic("\377tOc\0\0\0\2", 8);
constexpr unsigned blob_type = 3, offset_delta_type = 6, name_delta_type = 7;
constexpr std::size_t most_deltas = 4096;  // git's own limit of a chain is 4095
constexpr std::size_t kept_in_memory = std::size_t{1} << 20U;

using Sink = std::function<Status(std::string_view)>;

// Bytes [begin, begin + size) of a file, or nothing if it has not so many.
std::optional<std::string> read_part(const std::string& path, std::uint64_t begin, std::uint64_t size) {
  const Result<system::HttpBody> body = system::file_body(path, begin, size);
  if (!body) return std::nullopt;
  const auto source = body->open();
  if (!source) return std::nullopt;
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const Result<std::size_t> got = (*source)->read({bytes.data() + have, bytes.size() - have});
    if (!got || *got == 0) return std::nullopt;
    have += *got;
  }
  return bytes;
}

// At most `most` bytes from `begin` on; "" if there are none.
std::string read_some(const std::string& path, std::uint64_t begin, std::size_t most) {
  const Result<system::HttpBody> body = system::file_body(path, begin);
  if (!body) return {};
  return read_part(path, begin, std::min<std::uint64_t>(body->size, most)).value_or("");
}

std::uint64_t number(std::string_view bytes) {  // network byte order
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

// Offset in the pack, from its index.
std::optional<std::uint64_t> find_offset(const std::string& index, std::string_view name) {
  const auto head = read_part(index, 0, header_size + fan_size);
  if (!head || !head->starts_with(index_magic)) return std::nullopt;
  const auto fan = [&](unsigned first) { return number(std::string_view(*head).substr(header_size + first * 4, 4)); };
  const unsigned first = static_cast<unsigned char>(name.front());
  const std::uint64_t low = first == 0 ? 0 : fan(first - 1), high = fan(first), all = fan(255);
  if (low >= high || high > all) return std::nullopt;
  const std::uint64_t names = header_size + fan_size;
  const auto bucket = read_part(index, names + low * name_size, (high - low) * name_size);
  if (!bucket) return std::nullopt;
  std::uint64_t begin = 0, end = high - low;
  while (begin < end) {
    const std::uint64_t middle = (begin + end) / 2;
    const std::string_view found = std::string_view(*bucket).substr(middle * name_size, name_size);
    if (found == name) {
      const std::uint64_t offsets = names + all * (name_size + 4);  // behind names and checksums
      const auto small = read_part(index, offsets + (low + middle) * 4, 4);
      if (!small) return std::nullopt;
      const std::uint64_t offset = number(*small);
      if ((offset & 0x80000000U) == 0) return offset;
      const auto large = read_part(index, offsets + all * 4 + (offset & 0x7fffffffU) * 8, 8);
      return large ? std::optional(number(*large)) : std::nullopt;
    }
    if (found < name) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return std::nullopt;
}

Diagnostic broken(const std::string& pack, const std::string& what) {
  return repository_failure("repository.broken", ExitCode::unreadable, pack, what, "check the repository with `git fsck`");
}

class Inflate {
 public:
  Inflate() { good_ = inflateInit(&state_) == Z_OK; }
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;
  ~Inflate() {
    if (good_) inflateEnd(&state_);
  }
  bool good() const { return good_; }
  z_stream& state() { return state_; }

 private:
  z_stream state_{};
  bool good_ = false;
};

// The bytes that come out of deflated ones, in pieces of at most 64 KiB, to the end of their stream.
Status inflate_from(const std::string& file, std::uint64_t begin, const Sink& sink) {
  const Result<system::HttpBody> body = system::file_body(file, begin);
  if (!body) return body.failure();
  const auto source = body->open();
  if (!source) return source.failure();
  Inflate inflating;
  if (!inflating.good()) return broken(file, "zlib cannot be started");
  std::array<char, 65536> in{}, out{};
  z_stream& state = inflating.state();
  for (int code = Z_OK; code != Z_STREAM_END;) {
    if (state.avail_in == 0) {
      const Result<std::size_t> got = (*source)->read(in);
      if (!got) return got.failure();
      if (*got == 0) return broken(file, "the file ends inside of an object");
      state.next_in = reinterpret_cast<Bytef*>(in.data());
      state.avail_in = static_cast<uInt>(*got);
    }
    state.next_out = reinterpret_cast<Bytef*>(out.data());
    state.avail_out = static_cast<uInt>(out.size());
    code = inflate(&state, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return broken(file, "an object of it is damaged");
    const std::size_t have = out.size() - state.avail_out;
    if (have == 0) continue;
    if (Status status = sink({out.data(), have}); !status) return status;
  }
  return Done{};
}

Status inflate_part(const std::string& file, const DeflatedPart& part, const Sink& sink) {
  std::uint64_t skip = part.skipped, rest = part.size;
  const Status status = inflate_from(file, part.begin, [&](std::string_view piece) -> Status {
    const auto head = static_cast<std::size_t>(std::min<std::uint64_t>(skip, piece.size()));
    skip -= head;
    piece.remove_prefix(head);
    if (piece.size() > rest) return broken(file, "an object of it is longer than it says");
    rest -= piece.size();
    return piece.empty() ? Status(Done{}) : sink(piece);
  });
  if (!status) return status;
  if (rest != 0 || skip != 0) return broken(file, "an object of it is shorter than it says");
  return Done{};
}

// The first bytes that come out, `most` or fewer.
std::string first_bytes(const std::string& file, std::uint64_t begin, std::size_t most) {
  std::string bytes;
  (void)inflate_from(file, begin, [&](std::string_view piece) -> Status {
    bytes += piece.substr(0, most - bytes.size());
    return bytes.size() < most ? Status(Done{}) : Status(Diagnostic{});  // enough
  });
  return bytes;
}

// The head of an entry: three bits of type, the size in groups of bits; of a delta also where its base is.
struct EntryHead {
  unsigned type = 0;
  DeflatedPart part{};
  std::optional<std::uint64_t> base{};  // offset in the pack
};

// How far before the delta its base lies.
std::optional<std::uint64_t> take_distance(std::string_view& bytes) {
  std::uint64_t distance = 0;
  for (std::size_t at = 0; at < std::min<std::size_t>(bytes.size(), 9); ++at) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    distance = distance << 7U | (byte & 0x7fU);
    if ((byte & 0x80U) == 0) {
      bytes.remove_prefix(at + 1);
      return distance;
    }
    ++distance;
  }
  return std::nullopt;
}

std::optional<EntryHead> read_head(const std::string& pack, const std::string& index, std::uint64_t offset) {
  const std::string bytes = read_some(pack, offset, 32);
  std::string_view rest = bytes;
  if (rest.empty()) return std::nullopt;
  auto byte = static_cast<unsigned char>(rest.front());
  EntryHead head{.type = byte >> 4U & 7U, .part = {.size = byte & 15U}};
  rest.remove_prefix(1);
  for (unsigned shift = 4; (byte & 0x80U) != 0; shift += 7) {
    if (rest.empty() || shift > 60) return std::nullopt;
    byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    head.part.size |= std::uint64_t{byte & 0x7fU} << shift;
  }
  if (head.type == offset_delta_type) {
    const auto distance = take_distance(rest);
    if (!distance || *distance == 0 || *distance > offset) return std::nullopt;
    head.base = offset - *distance;
  } else if (head.type == name_delta_type) {
    if (rest.size() < name_size) return std::nullopt;
    head.base = find_offset(index, rest.substr(0, name_size));
    rest.remove_prefix(name_size);
    if (!head.base) return std::nullopt;
  }
  head.part.begin = offset + (bytes.size() - rest.size());
  return head;
}

// From the entry back to the blob that its deltas begin with.
std::optional<PackedBlob> read_entry(const std::string& pack, const std::string& index, std::uint64_t offset) {
  PackedBlob blob{.file = pack};
  for (;;) {
    const std::optional<EntryHead> head = read_head(pack, index, offset);
    if (!head) return std::nullopt;
    blob.parts.push_back(head->part);
    if (!head->base) {
      if (head->type != blob_type) return std::nullopt;
      break;
    }
    if (blob.parts.size() > most_deltas) return std::nullopt;
    offset = *head->base;
  }
  std::reverse(blob.parts.begin(), blob.parts.end());
  blob.size = blob.parts.front().size;
  if (!blob.is_delta()) return blob;
  const std::string bytes = first_bytes(pack, blob.parts.back().begin, most_delta_head);
  std::string_view rest = bytes;
  const auto sizes = take_delta_sizes(rest);
  if (!sizes) return std::nullopt;
  blob.size = sizes->result;
  return blob;
}

// "blob 12", a zero, and the content, deflated as one.
std::optional<PackedBlob> find_loose_blob(const std::string& objects, std::string_view name) {
  const std::string hex = to_hex({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
  const std::string file = objects + "/" + hex.substr(0, 2) + "/" + hex.substr(2);
  const std::string head = first_bytes(file, 0, 32);
  const std::size_t zero = head.find('\0');
  if (!head.starts_with("blob ") || zero == std::string::npos) return std::nullopt;
  std::uint64_t size = 0;
  const char* end = head.data() + zero;
  const auto read = std::from_chars(head.data() + 5, end, size);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return PackedBlob{.file = file, .size = size, .parts = {{.begin = 0, .size = size, .skipped = zero + 1}}};
}

Status apply_delta(const std::string& file, const system::Spill& base, const DeflatedPart& delta, const Sink& sink) {
  DeltaReader reader(base, sink);
  Status status = inflate_part(file, delta, [&](std::string_view piece) { return reader.take(piece); });
  if (status) status = reader.finish();
  if (status || !status.failure().where.file.empty() || status.failure().code != "repository.broken") return status;
  Diagnostic failure = status.failure();
  failure.where.file = file;
  return failure;
}

// Folders of objects that a clone shares with others (`git clone --shared`).
std::vector<std::string> read_alternates(const std::string& objects) {
  std::vector<std::string> folders;
  const std::string text = read_some(objects + "/info/alternates", 0, std::size_t{64} << 10U);
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    folders.push_back(line.starts_with('/') ? std::string(line) : objects + "/" + std::string(line));
  }
  return folders;
}

std::optional<PackedBlob> find_here(const std::string& objects, std::string_view name) {
  if (auto loose = find_loose_blob(objects, name)) return loose;
  const Result<system::FileTreePtr> packs =
      system::read_folder(objects + "/pack", [](const std::string&, bool is_folder) { return is_folder; });
  if (!packs) return std::nullopt;
  for (const system::Entry& entry : (*packs)->entries()) {
    if (!entry.path.ends_with(".idx")) continue;
    const std::string index = objects + "/pack/" + entry.path;
    const std::optional<std::uint64_t> offset = find_offset(index, name);
    if (offset) return read_entry(index.substr(0, index.size() - 4) + ".pack", index, *offset);
  }
  return std::nullopt;
}

std::optional<PackedBlob> find_in(const std::string& objects, std::string_view name, unsigned depth) {
  constexpr unsigned most_depth = 5;  // git's own limit
  if (auto here = find_here(objects, name)) return here;
  if (depth == most_depth) return std::nullopt;
  for (const std::string& folder : read_alternates(objects)) {
    if (auto there = find_in(folder, name, depth + 1)) return there;
  }
  return std::nullopt;
}

}  // namespace

std::optional<PackedBlob> find_packed_blob(const std::string& objects, std::string_view name) {
  return name.size() == name_size ? find_in(objects, name, 0) : std::nullopt;
}

Status stream_packed_blob(const PackedBlob& blob, const Sink& sink) {
  if (!blob.is_delta()) return inflate_part(blob.file, blob.parts.front(), sink);
  auto base = std::make_unique<system::Spill>(kept_in_memory);
  Status status = inflate_part(blob.file, blob.parts.front(), [&](std::string_view piece) { return base->put(piece); });
  for (std::size_t i = 1; status && i + 1 < blob.parts.size(); ++i) {
    auto next = std::make_unique<system::Spill>(kept_in_memory);
    status = apply_delta(blob.file, *base, blob.parts[i], [&](std::string_view piece) { return next->put(piece); });
    base = std::move(next);
  }
  return status ? apply_delta(blob.file, *base, blob.parts.back(), sink) : status;
}

}  // namespace tidegate::repository
