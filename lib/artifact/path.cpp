// SPDX-License-Identifier: Apache-2.0
#include "artifact/path.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <unordered_map>

#include "artifact/archive.hpp"
#include "base/text.hpp"

namespace tidegate::artifact {

namespace {

constexpr std::size_t max_path = 240;

Diagnostic bad_path(std::string_view path, std::string reason) {
  return {.code = "artifact.bad-path",
          .where = {.file = std::string(path)},
          .message = "this path cannot stand in an artifact: " + std::move(reason),
          .hint = "rename the file, or keep it out with `exclude`",
          .exit = ExitCode::build_failed};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

// `text` must be well-formed UTF-8; then utf8proc fails only for want of memory.
std::string normalise(std::string_view text, bool fold) {
  const int options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | (fold ? UTF8PROC_CASEFOLD : 0);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &mapped, static_cast<utf8proc_option_t>(options));
  if (size < 0) return std::string(text);
  std::string out(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
  std::free(mapped);
  return out;
}

// Device names of DOS and Windows, also with an extension ("nul.txt"); the superscript digits count.
bool is_device_name(std::string_view name) {
  const std::string base = to_lower(trim(name.substr(0, name.find('.'))));
  constexpr std::array<std::string_view, 6> plain = {"con", "prn", "aux", "nul", "conin$", "conout$"};
  if (std::find(plain.begin(), plain.end(), base) != plain.end()) return true;
  if (!base.starts_with("com") && !base.starts_with("lpt")) return false;
  const std::string_view rest = std::string_view(base).substr(3);
  constexpr std::array<std::string_view, 3> superscripts = {"\xC2\xB9", "\xC2\xB2", "\xC2\xB3"};
  return (rest.size() == 1 && rest[0] >= '0' && rest[0] <= '9') ||
         std::find(superscripts.begin(), superscripts.end(), rest) != superscripts.end();
}

// Why this one component is refused, or "".
std::string find_component_fault(std::string_view part) {
  if (part.empty()) return "it has an empty component (`//`, or a `/` at the end)";
  if (part == "." || part == "..") return "it has a `" + std::string(part) + "` component";
  if (part.ends_with('.') || part.ends_with(' ')) {
    return "`" + std::string(part) + "` ends with a dot or a space, which Windows drops";
  }
  if (is_device_name(part)) return "`" + std::string(part) + "` is a device name of Windows";
  return {};
}

std::string find_character_fault(std::string_view path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto c = static_cast<unsigned char>(path[i]);
    const bool second = c == 0xC2U && i + 1 < path.size();
    if (c < 0x20U || c == 0x7FU || (second && static_cast<unsigned char>(path[i + 1]) < 0xA0U)) {
      return "it has a control character at byte " + std::to_string(i);
    }
    if (std::string_view("\\:*?\"<>|").find(path[i]) != std::string_view::npos) {
      return std::string("it has the character `") + path[i] + "`, which Windows does not allow";
    }
  }
  return {};
}

}  // namespace

Status check_path(std::string_view path) {
  if (path.empty()) return bad_path(path, "it is empty");
  if (path.size() > max_path) {
    return bad_path(path, "it has " + std::to_string(path.size()) + " bytes, at most 240 are allowed");
  }
  if (path.front() == '/') return bad_path(path, "it is absolute");
  if (const auto at = find_invalid_utf8(path)) {
    return bad_path(path, "byte " + std::to_string(*at) + " is not well-formed UTF-8");
  }
  if (std::string fault = find_character_fault(path); !fault.empty()) return bad_path(path, std::move(fault));
  for (const std::string_view part : split(path, '/')) {
    if (std::string fault = find_component_fault(part); !fault.empty()) return bad_path(path, std::move(fault));
  }
  if (!is_ascii(path) && normalise(path, false) != path) {
    return bad_path(path, "it is not in Unicode normal form NFC; Terraform would look for another name");
  }
  return Done{};
}

Status check_entry_path(std::string_view path) {
  if (Status status = check_path(path); !status) return status;
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return bad_path(path, "it lies in no top folder");
  const std::string_view top = path.substr(0, slash);
  if (top == "META") {
    if (path >= manifest_path) return Done{};
    return bad_path(path, "it would sort before META/manifest.json, which must be the first entry");
  }
  const bool starts = top.front() >= 'a' && top.front() <= 'z';
  const bool plain = top.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
  if (starts && plain) return Done{};
  return bad_path(path, "the top folder must be META, or lower-case letters, digits, `-` and `_` after a letter");
}

std::string fold_path(std::string_view path) {
  return is_ascii(path) ? to_lower(path) : normalise(path, true);
}

Status check_collisions(std::span<const std::string_view> paths) {
  std::unordered_map<std::string, std::string_view> files;
  files.reserve(paths.size());
  const auto collision = [](std::string_view path, std::string_view other, std::string_view how) {
    return Diagnostic{.code = "artifact.path-collision",
                      .where = {.file = std::string(path)},
                      .message = "`" + std::string(path) + "` and `" + std::string(other) + "` " + std::string(how),
                      .hint = "rename one of the two",
                      .exit = ExitCode::build_failed};
  };
  for (const std::string_view path : paths) {
    const auto [at, added] = files.emplace(fold_path(path), path);
    if (added) continue;
    return collision(path, at->second,
                     path == at->second ? "are packed twice"
                                        : "are one name where letter case and Unicode form do not count");
  }
  for (const std::string_view path : paths) {
    const std::string folded = fold_path(path);
    for (std::size_t slash = folded.find('/'); slash != std::string::npos; slash = folded.find('/', slash + 1)) {
      const auto at = files.find(folded.substr(0, slash));
      if (at != files.end()) return collision(path, at->second, "cannot both exist: the second is a file and a folder");
    }
  }
  return Done{};
}

}  // namespace tidegate::artifact
