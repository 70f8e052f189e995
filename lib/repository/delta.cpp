// SPDX-License-Identifier: Apache-2.0
#include "repository/delta.hpp"

#include "repository/git.hpp"

namespace tidegate::repository {

namespace {

Diagnostic broken(const char* what) {
  return repository_failure("repository.broken", ExitCode::unreadable, "", what,
                            "check the repository with `git fsck`");
}

// Groups of seven bits, the lowest first.
std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned at = 0, shift = 0; at < bytes.size() && shift < 63; ++at, shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80U) != 0) continue;
    bytes.remove_prefix(at + 1);
    return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<DeltaSizes> take_delta_sizes(std::string_view& bytes) {
  std::string_view rest = bytes;
  const auto base = take_number(rest);
  const auto result = base ? take_number(rest) : std::nullopt;
  if (!result) return std::nullopt;
  bytes = rest;
  return DeltaSizes{.base = *base, .result = *result};
}

Status DeltaReader::take(std::string_view piece) {
  std::string joined;
  if (!waiting_.empty()) {
    joined = waiting_ + std::string(piece);
    piece = joined;
  }
  if (!sizes_) {
    sizes_ = take_delta_sizes(piece);
    if (!sizes_ && piece.size() >= most_delta_head) return broken("a delta begins with no sizes");
    if (sizes_ && sizes_->base != base_.size()) return broken("a delta is one of another object");
  }
  for (bool whole = sizes_.has_value(); whole && !piece.empty();) {
    if (Status status = instruction(piece, whole); !status) return status;
  }
  waiting_ = piece;
  return Done{};
}

Status DeltaReader::finish() const {
  if (!sizes_ || !waiting_.empty()) return broken("a delta breaks off");
  if (made_ != sizes_->result) return broken("a delta makes less than it says");
  return Done{};
}

// Takes one off. `whole` becomes false where the rest is still to come.
Status DeltaReader::instruction(std::string_view& rest, bool& whole) {
  const auto code = static_cast<unsigned char>(rest.front());
  if (code == 0) return broken("a delta holds an instruction that is none");
  if ((code & 0x80U) == 0) {
    whole = rest.size() > code;
    if (!whole) return Done{};
    const std::string_view bytes = rest.substr(1, code);
    rest.remove_prefix(std::size_t{code} + 1);
    return insert(bytes);
  }
  std::uint64_t begin = 0, size = 0;
  std::size_t used = 1;
  for (unsigned bit = 0; bit < 7; ++bit) {  // four bytes of the place, three of the size; absent ones are zero
    if ((code >> bit & 1U) == 0) continue;
    whole = used < rest.size();
    if (!whole) return Done{};
    const std::uint64_t byte = static_cast<unsigned char>(rest[used++]);
    if (bit < 4) {
      begin |= byte << (8 * bit);
    } else {
      size |= byte << (8 * (bit - 4));
    }
  }
  rest.remove_prefix(used);
  return copy(begin, size == 0 ? 0x10000 : size);
}

Status DeltaReader::copy(std::uint64_t begin, std::uint64_t size) {
  if (begin > base_.size() || size > base_.size() - begin) return broken("a delta copies from behind its base");
  if (makes_too_much(size)) return broken("a delta makes more than it says");
  made_ += size;
  return base_.read_part(begin, size, sink_);
}

Status DeltaReader::insert(std::string_view bytes) {
  if (makes_too_much(bytes.size())) return broken("a delta makes more than it says");
  made_ += bytes.size();
  return sink_(bytes);
}

}  // namespace tidegate::repository
