// SPDX-License-Identifier: Apache-2.0
#include "repository/packed_blob.hpp"

#include <zlib.h>

#include <array>

#include "repository/git.hpp"
#include "system/file_tree.hpp"
#include "system/http.hpp"

namespace tidegate::repository {

namespace {

constexpr std::uint64_t name_size = 20, header_size = 8, fan_size = 256 * 4;
constexpr std::string_view index_magic("\377tOc\0\0\0\2", 8);
constexpr unsigned blob_type = 3;

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

// The head of an entry: three bits of type, the size in groups of bits.
std::optional<PackedBlob> read_entry(const std::string& pack, std::uint64_t offset) {
  const auto head = read_part(pack, offset, 10);  // behind every entry stand the 20 bytes of the pack's checksum
  if (!head) return std::nullopt;
  unsigned char byte = static_cast<unsigned char>(head->front());
  if ((byte >> 4U & 7U) != blob_type) return std::nullopt;
  std::uint64_t size = byte & 15U, used = 1;
  for (unsigned shift = 4; (byte & 0x80U) != 0; shift += 7, ++used) {
    if (used == head->size()) return std::nullopt;
    byte = static_cast<unsigned char>((*head)[used]);
    size |= std::uint64_t{byte & 0x7fU} << shift;
  }
  return PackedBlob{.pack = pack, .begin = offset + used, .size = size};
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

}  // namespace

std::optional<PackedBlob> find_packed_blob(const std::string& objects, std::string_view name) {
  if (name.size() != name_size) return std::nullopt;
  const Result<system::FileTreePtr> packs =
      system::read_folder(objects + "/pack", [](const std::string&, bool is_folder) { return is_folder; });
  if (!packs) return std::nullopt;
  for (const system::Entry& entry : (*packs)->entries()) {
    if (!entry.path.ends_with(".idx")) continue;
    const std::string index = objects + "/pack/" + entry.path;
    const std::optional<std::uint64_t> offset = find_offset(index, name);
    if (offset) return read_entry(index.substr(0, index.size() - 4) + ".pack", *offset);
  }
  return std::nullopt;
}

Status stream_packed_blob(const PackedBlob& blob, const std::function<Status(std::string_view)>& sink) {
  const Result<system::HttpBody> body = system::file_body(blob.pack, blob.begin);
  if (!body) return body.failure();
  const auto source = body->open();
  if (!source) return source.failure();
  Inflate inflating;
  if (!inflating.good()) return broken(blob.pack, "zlib cannot be started");
  std::array<char, 65536> in{}, out{};
  z_stream& state = inflating.state();
  std::uint64_t size = 0;
  for (int code = Z_OK; code != Z_STREAM_END;) {
    if (state.avail_in == 0) {
      const Result<std::size_t> got = (*source)->read(in);
      if (!got) return got.failure();
      if (*got == 0) return broken(blob.pack, "the pack ends inside of an object");
      state.next_in = reinterpret_cast<Bytef*>(in.data());
      state.avail_in = static_cast<uInt>(*got);
    }
    state.next_out = reinterpret_cast<Bytef*>(out.data());
    state.avail_out = static_cast<uInt>(out.size());
    code = inflate(&state, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return broken(blob.pack, "an object of the pack is damaged");
    const std::size_t have = out.size() - state.avail_out;
    size += have;
    if (size > blob.size) return broken(blob.pack, "an object of the pack is longer than it says");
    if (have == 0) continue;
    if (Status status = sink({out.data(), have}); !status) return status;
  }
  if (size != blob.size) return broken(blob.pack, "an object of the pack is shorter than it says");
  return Done{};
}

}  // namespace tidegate::repository
