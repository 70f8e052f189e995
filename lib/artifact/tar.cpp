// SPDX-License-Identifier: Apache-2.0
#include "artifact/tar.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace tidegate::artifact::tar {

namespace {

struct Field {
  std::size_t offset = 0;
  std::size_t size = 0;
};
constexpr Field name_field{0, 100};
constexpr Field mode_field{100, 8};
constexpr Field user_field{108, 8};
constexpr Field group_field{116, 8};
constexpr Field size_field{124, 12};
constexpr Field time_field{136, 12};
constexpr Field checksum_field{148, 8};
constexpr std::size_t type_offset = 156;
constexpr Field link_field{157, 100};
constexpr Field magic_field{257, 8};
constexpr Field user_name_field{265, 32};
constexpr Field group_name_field{297, 32};
constexpr Field rest_field{329, 183};  // device numbers, prefix and what GNU tar keeps there

constexpr std::string_view magic{"ustar  \0", 8};
constexpr std::string_view long_name_path = "././@LongLink";

std::string_view part(std::string_view block, Field field) { return block.substr(field.offset, field.size); }

std::string octal(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i > 0 && value > 0; --i, value >>= 3U) {
    text[i - 1] = static_cast<char>('0' + static_cast<int>(value & 7U));
  }
  return text;
}

// Exactly size-1 octal digits and a NUL.
std::optional<std::uint64_t> find_octal(std::string_view field) {
  if (field.back() != '\0') return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : field.substr(0, field.size() - 1)) {
    if (c < '0' || c > '7') return std::nullopt;
    value = (value << 3U) | static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

std::string checksum(std::string_view block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < block_size; ++i) {
    const bool own = i >= checksum_field.offset && i < checksum_field.offset + checksum_field.size;
    sum += own ? std::uint64_t{' '} : static_cast<unsigned char>(block[i]);
  }
  return octal(sum, 6) + std::string("\0 ", 2);
}

std::string render_block(std::string_view name, std::uint64_t size, std::string_view mode, std::uint64_t time,
                         char type) {
  std::string block(block_size, '\0');
  const auto put = [&](Field field, std::string_view text) { block.replace(field.offset, text.size(), text); };
  put(name_field, name.substr(0, name_size));
  put(mode_field, mode);
  put(user_field, "0000000");
  put(group_field, "0000000");
  put(size_field, octal(size, 11));
  put(time_field, octal(time, 11));
  block[type_offset] = type;
  put(magic_field, magic);
  put(checksum_field, checksum(block));
  return block;
}

std::string shown(std::string_view field) {
  return "`" + printable(field.substr(0, std::min(field.find('\0'), field.size()))) + "`";
}

std::string find_type_fault(char type, char expected) {
  if (type == expected) return {};
  const std::string found = std::string("it is ");
  constexpr std::string_view only = "; only regular files are allowed";
  const auto answer = [&](std::string_view what) { return found + std::string(what) + std::string(only); };
  switch (type) {
    case '1': return answer("a hard link");
    case '2': return answer("a symbolic link");
    case '3': return answer("a character device");
    case '4': return answer("a block device");
    case '5': return answer("a folder entry");
    case '6': return answer("a FIFO");
    case 'g': case 'x': return answer("a pax header");
    case 'K': return answer("a long link name");
    case 'L': return answer("a second long name");
    case 'S': return answer("a sparse file");
    default: return answer("of type " + shown(std::string_view(&type, 1)));
  }
}

// The fields that are the same in every header. The checksum comes first: where it is wrong, any
// other reason would be a guess.
std::string find_constant_fault(std::string_view block, std::uint64_t time, char type) {
  if (part(block, checksum_field) != checksum(block)) {
    return "the header's checksum is " + shown(part(block, checksum_field)) + ", its bytes give " +
           shown(checksum(block));
  }
  if (part(block, magic_field) != magic) return "it is not in GNU tar's format (magic `ustar`, two spaces, NUL)";
  if (std::string fault = find_type_fault(block[type_offset], type); !fault.empty()) return fault;
  for (const Field field : {user_field, group_field}) {
    if (part(block, field) != std::string_view("0000000\0", 8)) {
      return std::string(field.offset == user_field.offset ? "user" : "group") + " id is " + shown(part(block, field)) +
             ", not `0000000`";
    }
  }
  if (part(block, time_field).substr(0, 11) != octal(time, 11) || part(block, time_field).back() != '\0') {
    return "time is " + shown(part(block, time_field)) + ", not `" + octal(time, 11) + "`";
  }
  if (!is_zero(part(block, link_field))) return "it has a link target " + shown(part(block, link_field));
  if (!is_zero(part(block, user_name_field))) return "it has a user name " + shown(part(block, user_name_field));
  if (!is_zero(part(block, group_name_field))) return "it has a group name " + shown(part(block, group_name_field));
  if (!is_zero(part(block, rest_field))) return "the header has bytes after the group name";
  return {};
}

std::string find_difference(std::string_view found, std::string_view expected) {
  if (found == expected) return {};
  const auto at = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end()).first;
  return "the header is not canonical at its byte " + std::to_string(at - found.begin());
}

}  // namespace

std::string render_header(const Header& header) {
  std::string out;
  if (header.path.size() > name_size) {  // as GNU tar: the name with its NUL, in blocks of its own
    out = render_block(long_name_path, header.path.size() + 1, "0000644", 0, 'L');
    out += header.path;
    out.append(1 + padding(header.path.size() + 1), '\0');
  }
  out += render_block(header.path, header.size, header.executable ? "0000755" : "0000644", modification_time, '0');
  return out;
}

std::uint64_t entry_size(const Header& header) {
  const std::size_t blocks = header.path.size() > name_size ? 3 : 1;  // with the long name
  return blocks * block_size + header.size + padding(header.size);
}

std::size_t padding(std::uint64_t size) {
  return static_cast<std::size_t>((block_size - size % block_size) % block_size);
}

bool is_zero(std::string_view block) {
  return std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; });
}

bool is_long_name(std::string_view block) { return block[type_offset] == 'L'; }

std::string read_long_name_header(std::string_view block, std::size_t& name_bytes) {
  if (std::string fault = find_constant_fault(block, 0, 'L'); !fault.empty()) return fault;
  const auto size = find_octal(part(block, size_field));
  if (!size) return "the size of the long name is " + shown(part(block, size_field)) + ", not eleven octal digits";
  if (*size <= name_size + 1) return "it has a long-name entry for a name of at most 100 bytes";
  if (*size > block_size) return "its name has " + std::to_string(*size - 1) + " bytes, at most 240 are allowed";
  name_bytes = static_cast<std::size_t>(*size);
  return find_difference(block, render_block(long_name_path, *size, "0000644", 0, 'L'));
}

std::string read_long_name(std::string_view block, std::size_t name_bytes, std::string& name) {
  name = block.substr(0, name_bytes - 1);
  if (name.find('\0') != std::string::npos || !is_zero(block.substr(name_bytes - 1))) {
    return "its long name does not end where its size says";
  }
  return {};
}

std::string read_header(std::string_view block, std::string_view long_name, Header& header) {
  const std::string_view field = part(block, name_field);
  const std::string_view short_name = field.substr(0, std::min(field.find('\0'), field.size()));
  header.path = long_name.empty() ? short_name : long_name;
  if (std::string fault = find_constant_fault(block, modification_time, '0'); !fault.empty()) return fault;
  const auto size = find_octal(part(block, size_field));
  if (!size) return "size is " + shown(part(block, size_field)) + ", not eleven octal digits";
  header.size = *size;
  const std::string_view mode = part(block, mode_field);
  header.executable = mode == std::string_view("0000755\0", 8);
  if (!header.executable && mode != std::string_view("0000644\0", 8)) {
    return "mode is " + shown(mode) + ", only `0000644` and `0000755` are allowed";
  }
  if (!long_name.empty() && field != long_name.substr(0, name_size)) {
    return "the header says " + shown(field) + ", its long name " + shown(long_name);
  }
  const std::string expected = render_header(header);
  return find_difference(block, std::string_view(expected).substr(expected.size() - block_size));
}

}  // namespace tidegate::artifact::tar
