// SPDX-License-Identifier: Apache-2.0
// Looking for rare bytes in long texts: sixteen at a time where the processor compares so many (every
// x86-64 does), one at a time elsewhere.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tidegate {

// Calls `found` with the index of each byte of `text` that is one of four, in order, until it returns
// false. Bytes may be named twice.
template <class Found>
void for_each_of(std::string_view text, const std::array<char, 4>& bytes, const Found& found) {
  std::size_t at = 0;
#if defined(__SSE2__)
  constexpr std::size_t step = 16;
  const __m128i a = _mm_set1_epi8(bytes[0]), b = _mm_set1_epi8(bytes[1]);
  const __m128i c = _mm_set1_epi8(bytes[2]), d = _mm_set1_epi8(bytes[3]);
  for (; at + step <= text.size(); at += step) {
    const __m128i some = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i equal = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(some, a), _mm_cmpeq_epi8(some, b)),
                                       _mm_or_si128(_mm_cmpeq_epi8(some, c), _mm_cmpeq_epi8(some, d)));
    for (auto mask = static_cast<unsigned>(_mm_movemask_epi8(equal)); mask != 0; mask &= mask - 1) {
      if (!found(at + static_cast<std::size_t>(std::countr_zero(mask)))) return;
    }
  }
#endif
  for (; at < text.size(); ++at) {
    const char byte = text[at];
    const bool one = byte == bytes[0] || byte == bytes[1] || byte == bytes[2] || byte == bytes[3];
    if (one && !found(at)) return;
  }
}

}  // namespace tidegate
