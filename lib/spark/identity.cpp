// SPDX-License-Identifier: Apache-2.0
#include "spark/identity.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "base/text.hpp"
#include "spark/jar.hpp"
#include "spark/zip_reader.hpp"
#include "system/digest.hpp"

namespace tidegate::spark {

namespace {

constexpr std::size_t max_text = std::size_t{4} << 20U;  // of a Maven file or manifest
constexpr std::string_view maven_folder = "META-INF/maven/";

// A Maven file in a jar.
struct Found {
  Coordinates coordinates{};
  Evidence evidence = Evidence::pom_properties;
  std::string folder{};  // META-INF/maven/g/a
};

// What one jar says about itself.
struct Signs {
  std::vector<Found> maven{};
  Coordinates manifest{};
  std::set<std::string, std::less<>> roots{};  // first two folders of its classes, "org/slf4j"; three are enough
};

// "org/slf4j/Logger.class" -> "org/slf4j"; "" for what is no class of a package.
std::string_view root_of(std::string_view path) {
  if (!path.ends_with(".class") || path.starts_with("META-INF/")) return {};
  const std::string_view folder = parent_path(path);
  const std::size_t second = folder.find('/');
  if (second == std::string_view::npos) return folder;
  return folder.substr(0, folder.find('/', second + 1));
}

// "orders-assembly-0.1.0" is what a manifest calls orders 0.1.0.
bool names_file(const Coordinates& manifest, std::string_view stem) {
  return !manifest.artifact.empty() && stem.starts_with(manifest.artifact) && stem.find(manifest.version) != std::string_view::npos;
}

// Both digests of bytes that pass by.
struct Digests {
  system::Sha256 sha256{};
  system::Sha1 sha1{};
  void update(std::string_view bytes) {
    sha256.update(bytes);
    sha1.update(bytes);
  }
  void finish(JarIdentity& identity) {
    identity.sha256 = sha256.finish_hex();
    identity.sha1 = sha1.finish_hex();
  }
};

bool is_jar_name(std::string_view path) { return ends_with_ignoring_case(path, ".jar"); }

Coordinates parse_embedded_pom(std::string_view text) {
  Diagnostics unused;
  const Result<Pom> pom = parse_pom("pom.xml", std::string(text), unused);
  if (!pom) return {};
  return {.group = pom->group, .artifact = pom->artifact, .version = pom->version};
}

// A jar, outermost or inside of one.
struct Level {
  std::size_t index = 0;  // of its identity
  std::size_t depth = 0;
  std::string prefix{};   // of the places of its members
};

class Identifier {
 public:
  explicit Identifier(MemberReader* members) : members_(members) {}

  Result<JarIdentities> run(const std::string& file, const system::Spill& spill) {
    JarIdentity top;
    if (Status status = hash(spill, top); !status) return status.failure();
    if (Status status = look_inside(std::string(file_stem(file)), spill, std::move(top), {}); !status) {
      return status.failure();
    }
    std::sort(result_.all.begin() + 1, result_.all.end(),
              [](const JarIdentity& a, const JarIdentity& b) { return a.place < b.place; });
    return std::move(result_);
  }

 private:
  static Status hash(const system::Spill& spill, JarIdentity& identity) {
    Digests digests;
    if (Status status = spill.stream([&](std::string_view piece) { digests.update(piece); }); !status) return status;
    digests.finish(identity);
    return Done{};
  }

  void stop(std::string reason) {
    if (result_.incomplete.empty()) result_.incomplete = std::move(reason);
  }

  // Everything of one jar; `self` has digests, place and parent.
  Status look_inside(const std::string& stem, const system::Spill& spill, JarIdentity self, Level level) {
    const std::size_t index = level.index = result_.all.size();
    result_.all.push_back(std::move(self));
    Signs signs;
    ZipReader zip;
    if (zip.open(spill)) {
      if (Status status = read_entries(zip, level, signs); !status) return status;
    } else {
      stop("`" + printable(shown(index)) + "` is no zip archive");
    }
    decide(index, stem, std::move(signs));
    return Done{};
  }

  std::string shown(std::size_t index) const {
    const std::string& place = result_.all[index].place;
    return place.empty() ? "the jar" : place;
  }

  Status read_entries(ZipReader& zip, const Level& level, Signs& signs) {
    for (std::size_t count = 0;; ++count) {
      const ZipReader::Next next = zip.next();
      if (next == ZipReader::Next::end) return Done{};
      if (next == ZipReader::Next::damaged || count == max_jar_entries) {
        stop(shown(level.index) + (next == ZipReader::Next::damaged ? " is damaged" : " has more than 100,000 entries"));
        return Done{};
      }
      if (next != ZipReader::Next::file) continue;
      const std::string path = zip.path();
      if (path.starts_with(maven_folder) && path.ends_with("/pom.properties")) {
        add_maven(path, parse_properties(read_text(zip, level)), Evidence::pom_properties, signs.maven);
      } else if (path.starts_with(maven_folder) && path.ends_with("/pom.xml")) {
        add_maven(path, parse_embedded_pom(read_text(zip, level)), Evidence::pom, signs.maven);
      } else if (path == "META-INF/MANIFEST.MF") {
        signs.manifest = parse_jar_manifest(read_text(zip, level));
      } else if (is_jar_name(path)) {
        if (Status status = read_nested(zip, path, level); !status) return status;
      } else {
        add_root(root_of(path), signs);
        if (members_ == nullptr) continue;
        if (Status status = members_->read_entry(zip, level.prefix, level.depth); !status) return status;
      }
    }
  }

  static void add_root(std::string_view root, Signs& signs) {
    constexpr std::size_t enough = 3;  // more say no more
    if (!root.empty() && signs.roots.size() < enough && !signs.roots.contains(root)) signs.roots.emplace(root);
  }

  std::string read_text(ZipReader& zip, const Level& level) {
    std::string text;
    zip.read([&](std::string_view piece) {
      text += piece;
      return text.size() <= max_text;
    });
    if (members_ != nullptr) members_->give(level.prefix + zip.path(), text);
    return text;
  }

  static void add_maven(const std::string& path, Coordinates coordinates, Evidence evidence, std::vector<Found>& found) {
    if (!is_complete(coordinates)) return;
    found.push_back({std::move(coordinates), evidence, std::string(parent_path(path))});
  }

  Status read_nested(ZipReader& zip, const std::string& path, const Level& level) {
    if (nested_ == max_nested_jars) {
      stop("there are more than 2,000 jars inside");
      return Done{};
    }
    ++nested_;
    system::Spill spill;
    Digests digests;
    Status written = Done{};
    const bool whole = zip.read([&](std::string_view piece) {
      nested_bytes_ += piece.size();
      digests.update(piece);
      written = spill.put(piece);
      return written.ok() && nested_bytes_ <= max_nested_bytes;
    });
    if (!written) return written;
    const std::string outer = result_.all[level.index].place;
    JarIdentity self{.place = (outer.empty() ? "" : outer + "#") + path, .parent = outer};
    if (!whole) {
      stop(nested_bytes_ > max_nested_bytes ? "the jars inside unpack to more than 2 GiB" : "`" + printable(path) + "` is damaged");
      return Done{};
    }
    digests.finish(self);
    if (level.depth + 1 < max_jar_depth) {
      return look_inside(std::string(file_stem(path)), spill, std::move(self),
                         {.depth = level.depth + 1, .prefix = level.prefix + path + "!"});
    }
    stop("jars lie inside each other more than 4 deep");
    const Coordinates named = parse_jar_name(file_stem(path));
    self.coordinates = named;
    self.evidence = named.artifact.empty() ? Evidence::digest : Evidence::file_name;
    result_.all.push_back(std::move(self));
    return Done{};
  }

  // The one that is the jar itself. A single one need not fit the file name, which may have been changed, unless the jar
  // shows that it was put together of more: tools that write no Maven files of their own (sbt, Gradle) leave one, too,
  // where one library that they copied into it has them.
  static std::vector<Found>::iterator own_of(std::vector<Found>& found, const std::string& stem, const Signs& signs) {
    auto own = found.end();  // the longest name: a-b-1.0 before a-1.0
    for (auto one = found.begin(); one != found.end(); ++one) {
      if (!fits_name(one->coordinates, stem)) continue;
      if (own == found.end() || one->coordinates.artifact.size() > own->coordinates.artifact.size()) own = one;
    }
    const bool alone = found.size() == 1 && signs.roots.size() < 2 && !names_file(signs.manifest, stem);
    return own == found.end() && alone ? found.begin() : own;
  }

  // Who the jar is; the libraries that it has swallowed become entries of their own.
  void decide(std::size_t index, const std::string& stem, Signs signs) {
    std::vector<Found>& found = signs.maven;
    Coordinates& manifest = signs.manifest;
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
      return a.folder != b.folder ? a.folder < b.folder : a.evidence < b.evidence;
    });
    // One for each folder: pom.properties before the pom.xml beside it.
    found.erase(std::unique(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.folder == b.folder; }), found.end());
    const auto own = own_of(found, stem, signs);
    JarIdentity& self = result_.all[index];
    if (own != found.end()) {
      self.coordinates = own->coordinates;
      self.evidence = own->evidence;
      found.erase(own);
    } else if (!manifest.artifact.empty()) {
      self.coordinates = std::move(manifest);
      self.evidence = Evidence::manifest;
    } else if (Coordinates named = parse_jar_name(stem); !named.artifact.empty()) {
      self.coordinates = std::move(named);
      self.evidence = Evidence::file_name;
    }
    const std::string place = self.place;
    for (Found& one : found) {
      result_.all.push_back({.coordinates = std::move(one.coordinates),
                             .evidence = one.evidence,
                             .place = (place.empty() ? "" : place + "#") + one.folder,
                             .parent = place});
    }
  }

  MemberReader* members_;
  JarIdentities result_{};
  std::size_t nested_ = 0;
  std::uint64_t nested_bytes_ = 0;
};

}  // namespace

Result<JarIdentities> identify_jar(const std::string& file, const system::Spill& spill) {
  return Identifier(nullptr).run(file, spill);
}

Result<JarIdentities> identify_jar(const std::string& file, const system::Spill& spill, MemberReader& members) {
  return Identifier(&members).run(file, spill);
}

}  // namespace tidegate::spark
