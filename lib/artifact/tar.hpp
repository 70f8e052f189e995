// SPDX-License-Identifier: Apache-2.0
// The one tar layout of artifacts: GNU tar's, with constant fields. A header is a function of (path,
// size, mode), so reading means: take the three out, render again, compare.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidegate::artifact::tar {

inline constexpr std::size_t block_size = 512;
inline constexpr std::size_t name_size = 100;                 // longer names get a `././@LongLink` entry
inline constexpr std::uint64_t max_file_size = 8589934591U;   // eleven octal digits: below 8 GiB
inline constexpr std::uint64_t modification_time = 315532801; // 1980-01-01T00:00:01Z
inline constexpr std::size_t end_size = 2 * block_size;       // two zero blocks

struct Header {
  std::string path{};
  std::uint64_t size = 0;
  bool executable = false;
};

// 512 bytes, or 1536 for a path of more than 100 bytes. `size` is at most max_file_size.
std::string render_header(const Header& header);

// Bytes of an entry: header, content, padding.
std::uint64_t entry_size(const Header& header);

// Zero bytes after the content of a file: 0 to 511.
std::size_t padding(std::uint64_t size);

bool is_zero(std::string_view block);

// Type flag 'L': the entry that carries the long name of the next one.
bool is_long_name(std::string_view block);

// Each takes whole blocks of 512 bytes and answers why they are not canonical, or "".
// First block of a long name; sets `name_bytes`, the size of the name with its NUL (102 to 512).
std::string read_long_name_header(std::string_view block, std::size_t& name_bytes);
// The block with the name itself.
std::string read_long_name(std::string_view block, std::size_t name_bytes, std::string& name);
// The header of a file; `long_name` is empty if none came before.
std::string read_header(std::string_view block, std::string_view long_name, Header& header);

}  // namespace tidegate::artifact::tar
