// SPDX-License-Identifier: Apache-2.0
#include "system/aside_digest.hpp"

#include <utility>

#include "base/pieces.hpp"

namespace tidegate::system {

void AsideSha256::update(std::string_view bytes) {
  const auto give_away = [this]() -> Status {
    hand_over();
    return Done{};
  };
  (void)collect(piece_, bytes, piece_size, give_away);  // hashing does not fail
}

void AsideSha256::hand_over() {
  constexpr std::size_t waiting = 8;
  if (++handed_over_ <= pieces_here) {
    digest_.update(piece_);
    piece_.clear();
    return;
  }
  if (!worker_) worker_.emplace(waiting);
  worker_->add([this, piece = std::move(piece_)] { digest_.update(piece); });
  piece_ = std::string();
  piece_.reserve(piece_size);
}

std::string AsideSha256::finish_hex() {
  worker_.reset();
  digest_.update(piece_);
  return digest_.finish_hex();
}

}  // namespace tidegate::system
