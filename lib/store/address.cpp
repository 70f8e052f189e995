// SPDX-License-Identifier: Apache-2.0
#include "store/address.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace tidegate::store {
namespace {

struct Known {
  std::string_view name{};
  Scheme scheme = Scheme::folder;
  std::string_view shape{};
};
constexpr std::array<Known, 4> schemes{{
    {"file", Scheme::folder, "file:///FOLDER"},
    {"azblob", Scheme::azblob, "azblob://ACCOUNT/CONTAINER[/PREFIX]"},
    {"s3", Scheme::s3, "s3://BUCKET[/PREFIX]"},
    {"oci", Scheme::oci, "oci://HOST[:PORT][/PREFIX]"},
}};

// Addresses can hold secrets where they should not: only scheme and host are shown.
Diagnostic bad(const std::string& text, const std::string& message) {
  std::string known = "a folder";
  for (const Known& one : schemes) known += ", " + std::string(one.shape);
  return {.code = "store.bad-address",
          .where = {.file = system::shown_url(text)},
          .message = message,
          .hint = "expected " + known,
          .exit = ExitCode::usage};
}

bool is_digit_or_letter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool has_only(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [more](char c) {
    return is_digit_or_letter(c) || more.find(c) != std::string_view::npos;
  });
}

std::string_view without_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

Status check_segments(const std::string& text, std::string_view path) {
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == "." || part == ".." || !has_only(part, "._-~=+@")) {
      return bad(
          text,
          "has a path with a component that is empty, `.`, `..`, or has characters other than "
          "letters, digits and `._-~=+@`");
    }
  }
  return Done{};
}

Result<Address> parse_folder(const std::string& text, std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path.empty()) return bad(text, "names no folder");
  return Address{.scheme = Scheme::folder, .path = path, .shown = path};
}

Result<Address> parse_network(const std::string& text, const Known& known, std::string_view rest) {
  // An `@` may be part of a path; before the first slash it would be a user.
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string_view host = rest.substr(0, slash);
  const std::string_view path = without_slashes(rest.substr(slash));
  if (rest.find_first_of("?#") != std::string_view::npos ||
      host.find('@') != std::string_view::npos) {
    return bad(text,
               "has a user, a query or a fragment; credentials come from the environment only");
  }
  if (host.empty() || !has_only(host, ".-:")) return bad(text, "names no host");
  if (!path.empty()) {
    if (Status status = check_segments(text, path); !status) return status.failure();
  }
  if (path.empty() && known.scheme == Scheme::azblob) return bad(text, "names no container");
  std::string shown = std::string(known.name) + "://" + std::string(host);
  if (!path.empty()) shown += "/" + std::string(path);
  return Address{.scheme = known.scheme,
                 .host = std::string(host),
                 .path = std::string(path),
                 .shown = std::move(shown)};
}

bool is_hex_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

bool is_coordinate(const std::string& text) {
  return !text.empty() && text.size() <= 101 && is_digit_or_letter(text.front()) &&
         has_only(text, "._-");
}

Result<Address> parse_address(const std::string& text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string::npos || text.find('/') < mark) return parse_folder(text, text);
  const std::string_view scheme = std::string_view(text).substr(0, mark);
  for (const Known& known : schemes) {
    if (known.name != scheme) continue;
    if (known.scheme != Scheme::folder) {
      return parse_network(text, known, std::string_view(text).substr(mark + 3));
    }
    if (text[mark + 3] != '/') return bad(text, "names a folder of another machine");
    return parse_folder(text, text.substr(mark + 3));
  }
  return bad(text, "is of a scheme that is not known: `" + printable(scheme) + "`");
}

Result<ReleaseAddress> parse_release_address(const std::string& text) {
  ReleaseAddress release;
  std::string rest = text;
  if (const std::size_t at = rest.rfind('@'); at != std::string::npos && at > rest.rfind('/')) {
    const std::string_view digest = std::string_view(rest).substr(at + 1);
    constexpr std::string_view prefix = "sha256:";
    if (!digest.starts_with(prefix) || !is_hex_digest(digest.substr(prefix.size()))) {
      return bad(text, "ends in something else than `@sha256:` and 64 lower-case hex digits");
    }
    release.identity = digest.substr(prefix.size());
    rest.resize(at);
  }
  while (rest.ends_with('/')) rest.pop_back();
  const std::size_t version = rest.rfind('/');
  const std::size_t name = version == std::string::npos || version == 0
                               ? std::string::npos
                               : rest.rfind('/', version - 1);
  if (version == std::string::npos)
    return bad(text, "names no release: expected STORE/NAME/VERSION");
  release.at.version = rest.substr(version + 1);
  const std::size_t begin = name == std::string::npos ? 0 : name + 1;
  release.at.name = rest.substr(begin, version - begin);
  if (!is_coordinate(release.at.name) || !is_coordinate(release.at.version)) {
    return bad(text,
               "names no release: expected STORE/NAME/VERSION, each of letters, digits and `._-`");
  }
  std::string store = name == std::string::npos ? "." : rest.substr(0, name);
  if (store.empty()) store = "/";
  Result<Address> address = parse_address(store);
  if (!address) return bad(text, address.failure().message);
  release.store = std::move(*address);
  return release;
}

std::string render_release_address(const Address& store, const Coordinates& at,
                                   const std::string& identity) {
  const std::string separator = store.shown.ends_with('/') ? "" : "/";
  return store.shown + separator + at.name + "/" + at.version +
         (identity.empty() ? "" : "@sha256:" + identity);
}

}  // namespace tidegate::store
