// SPDX-License-Identifier: Apache-2.0
#include "spark/wheel.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "spark/zip_reader.hpp"
#include "system/digest.hpp"

namespace tidegate::spark {

namespace {

constexpr std::size_t max_metadata = std::size_t{4} << 20U;  // with the long description behind the headers
constexpr std::string_view letters_and_digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool is_made_of(std::string_view text, std::string_view further, std::size_t longest) {
  if (text.empty() || text.size() > longest) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return letters_and_digits.find(c) != std::string_view::npos || further.find(c) != std::string_view::npos;
  });
}

bool is_name(std::string_view text) {
  return is_made_of(text, "._-", 200) && is_made_of(text.substr(0, 1), "", 1) && is_made_of(text.substr(text.size() - 1), "", 1);
}

bool is_version(std::string_view text) { return is_made_of(text, ".!+_-", 100) && is_made_of(text.substr(0, 1), "", 1); }

PackageName checked(std::string_view name, std::string_view version) {
  if (!is_name(name) || !is_version(version)) return {};
  return {.name = std::string(name), .version = std::string(version)};
}

// "a-b_c.D" and "a_b-c.d" are one name (PEP 503).
std::string normal(std::string_view name) {
  std::string out;
  for (const char c : to_lower(name)) {
    const bool separator = c == '-' || c == '_' || c == '.';
    if (separator && out.ends_with('-')) continue;
    out += separator ? '-' : c;
  }
  return out;
}

struct Described {
  PackageName package{};
  WheelEvidence evidence = WheelEvidence::metadata;
};

// Only at the top: what lies deeper belongs to packages that it has copied into itself.
std::optional<WheelEvidence> kind_of_metadata(std::string_view path) {
  if (path == "EGG-INFO/PKG-INFO") return WheelEvidence::package_info;
  constexpr std::string_view file = ".dist-info/METADATA";
  if (path.ends_with(file) && path.find('/') == path.size() - file.size() + file.find('/')) return WheelEvidence::metadata;
  return std::nullopt;
}

std::string read_text(ZipReader& zip) {
  std::string text;
  zip.read([&](std::string_view piece) {
    text += piece;
    return text.size() <= max_metadata;
  });
  return text;
}

std::vector<Described> find_metadata(const system::Spill& spill) {
  std::vector<Described> found;
  ZipReader zip;
  if (!zip.open(spill)) return found;
  for (std::size_t count = 0; count < max_wheel_entries; ++count) {
    const ZipReader::Next next = zip.next();
    if (next == ZipReader::Next::end || next == ZipReader::Next::damaged) break;
    if (next != ZipReader::Next::file) continue;
    const std::optional<WheelEvidence> kind = kind_of_metadata(zip.path());
    if (!kind) continue;
    PackageName package = parse_core_metadata(read_text(zip));
    if (!package.name.empty()) found.push_back({std::move(package), *kind});
  }
  return found;
}

}  // namespace

PackageName parse_core_metadata(std::string_view text) {
  std::string name, version;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.front() == ' ' || line.front() == '\t') continue;
    const std::string key = to_lower(line.substr(0, colon));
    if (key == "name" && name.empty()) name = trim(line.substr(colon + 1));
    if (key == "version" && version.empty()) version = trim(line.substr(colon + 1));
  }
  return checked(name, version);
}

PackageName parse_wheel_name(std::string_view file) {
  const bool wheel = ends_with_ignoring_case(file, ".whl");
  if (!is_wheel_name(file)) return {};
  const std::vector<std::string_view> parts = split(file.substr(0, file.size() - 4), '-');
  const bool fits = wheel ? parts.size() == 5 || parts.size() == 6 : parts.size() >= 2;
  return fits ? checked(parts[0], parts[1]) : PackageName{};
}

bool is_wheel_name(std::string_view path) {
  return ends_with_ignoring_case(path, ".whl") || ends_with_ignoring_case(path, ".egg");
}

Result<WheelIdentity> identify_wheel(std::string_view file, const system::Spill& spill) {
  WheelIdentity identity;
  system::Sha256 sha256;
  system::Sha1 sha1;
  const Status read = spill.stream([&](std::string_view piece) {
    sha256.update(piece);
    sha1.update(piece);
  });
  if (!read) return read.failure();
  identity.sha256 = sha256.finish_hex();
  identity.sha1 = sha1.finish_hex();

  const PackageName named = parse_wheel_name(file_name(file));
  const std::vector<Described> found = find_metadata(spill);
  auto own = found.size() == 1 ? found.begin() : std::find_if(found.begin(), found.end(), [&](const Described& one) {
    return !named.name.empty() && normal(one.package.name) == normal(named.name);
  });
  if (own != found.end()) {
    identity.name = own->package.name;
    identity.version = own->package.version;
    identity.evidence = own->evidence;
  } else if (!named.name.empty()) {
    identity.name = named.name;
    identity.version = named.version;
    identity.evidence = WheelEvidence::file_name;
  }
  return identity;
}

}  // namespace tidegate::spark
