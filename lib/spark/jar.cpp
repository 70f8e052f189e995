// SPDX-License-Identifier: Apache-2.0
#include "spark/jar.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/text.hpp"
#include "spark/class_file.hpp"
#include "spark/coordinates.hpp"
#include "spark/zip_reader.hpp"

namespace tidegate::spark {
namespace {

constexpr std::size_t most_entries = 100'000;
constexpr std::size_t most_bytes = std::size_t{1} << 30U;
constexpr std::size_t most_class_bytes = std::size_t{64} << 20U;
constexpr std::size_t superclass_steps = 64;

Diagnostic refuse(const std::string& file, std::string message, std::string hint) {
  return {.code = "spark.invalid-jar",
          .where = {.file = file},
          .message = std::move(message),
          .hint = std::move(hint)};
}

Diagnostic refuse_damaged(const std::string& file, std::string message, const ZipReader& zip) {
  if (const std::string text = zip.error(); !text.empty()) message += ": " + text;
  return refuse(file, std::move(message), "build the jar again and compare its size and checksum");
}

std::string dotted(std::string name) {
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

class JarReader {
 public:
  explicit JarReader(std::string file, MemberReader* members = nullptr) : members_(members) {
    jar_.file = std::move(file);
  }

  // `start`: the first bytes; `open` opens the reader it is given.
  template <class Open>
  Result<Jar> read(std::string_view start, const Open& open) {
    constexpr std::string_view end_record = "PK\5\6";  // libarchive does not take it for a zip
    if (start.starts_with(end_record)) {
      return refuse(jar_.file, "the jar is an empty zip archive, expected classes",
                    "build the jar again; an interrupted build leaves such a file");
    }
    ZipReader zip;
    if (!open(zip)) return refuse_damaged(jar_.file, "found no zip archive, expected a jar", zip);
    for (std::size_t count = 0;; ++count) {
      const ZipReader::Next next = zip.next();
      if (next == ZipReader::Next::end) break;
      if (next == ZipReader::Next::damaged) return refuse_damaged(jar_.file, "the jar is damaged", zip);
      if (count == most_entries) {
        return refuse(jar_.file, "the jar has more than 100,000 entries",
                      "ship fewer libraries in one jar");
      }
      if (next != ZipReader::Next::file) continue;
      const Status done = read_entry(zip);
      if (!done) return done.failure();
    }
    finish();
    return std::move(jar_);
  }

 private:
  Status read_entry(ZipReader& zip) {
    const std::string& path = zip.path();
    const bool is_class = path.ends_with(".class") && !path.starts_with("META-INF/") &&
                          !path.ends_with("module-info.class");
    const bool is_properties =
        path.starts_with("META-INF/maven/") && path.ends_with("/pom.properties");
    if (!is_class && !is_properties) return Done{};
    buffer_.clear();
    const bool whole = zip.read([&](std::string_view piece) {
      buffer_ += piece;
      total_ += piece.size();
      return total_ <= most_bytes && buffer_.size() <= most_class_bytes;
    });
    if (!whole && total_ <= most_bytes && buffer_.size() <= most_class_bytes) {
      return refuse_damaged(jar_.file, "'" + printable(path) + "' is damaged", zip);
    }
    if (!whole) {
      return refuse(jar_.file, "the classes unpack to more than 1 GiB, or one to more than 64 MiB",
                    "ship fewer libraries in one jar");
    }
    if (is_class) {
      if (members_ != nullptr) members_->give_class(path, buffer_);
      add_class(path.substr(0, path.size() - 6));
    } else {
      properties_.push_back(parse_properties(buffer_));
    }
    return Done{};
  }

  // Java loads a class only if the name inside fits the path.
  void add_class(std::string path) {
    auto parsed = parse_class(buffer_);
    if (!parsed) {
      jar_.damaged_classes.push_back(dotted(std::move(path)));
      return;
    }
    if (parsed->name != path) return;
    const std::string name = dotted(path);
    if (parsed->major > jar_.newest_class_version ||
        (parsed->major == jar_.newest_class_version && name < jar_.newest_class)) {
      jar_.newest_class_version = parsed->major;
      jar_.newest_class = name;
    }
    if (parsed->has_main) own_main_.insert(path);
    if (parsed->has_instance_main && name.ends_with('$')) jar_.object_mains.push_back(name);
    if (parsed->is_interface) jar_.interfaces.push_back(name);
    jar_.classes.push_back(name);
    superclasses_.emplace(std::move(path), std::move(parsed->superclass));
  }

  bool has_main(std::string name) const {
    for (std::size_t step = 0; step < superclass_steps; ++step) {
      if (own_main_.contains(name)) return true;
      const auto found = superclasses_.find(name);
      if (found == superclasses_.end() || found->second.empty()) return false;
      name = found->second;
    }
    return false;
  }

  void finish() {
    if (!own_main_.empty()) {
      for (const auto& one : superclasses_) {
        if (has_main(one.first)) jar_.main_classes.push_back(dotted(one.first));
      }
    }
    for (auto* list : {&jar_.classes, &jar_.main_classes, &jar_.object_mains, &jar_.interfaces,
                       &jar_.damaged_classes}) {
      std::sort(list->begin(), list->end());
      list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    const std::string_view stem = file_stem(jar_.file);
    std::vector<Coordinates> own = properties_;
    if (own.size() > 1)
      std::erase_if(own, [stem](const Coordinates& c) { return !fits_name(c, stem); });
    if (own.size() != 1) return;
    jar_.group = own.front().group;
    jar_.artifact = own.front().artifact;
    jar_.version = own.front().version;
  }

  Jar jar_{};
  MemberReader* members_ = nullptr;
  std::string buffer_{};
  std::size_t total_ = 0;
  std::set<std::string, std::less<>> own_main_{};
  std::unordered_map<std::string, std::string> superclasses_{};
  std::vector<Coordinates> properties_{};
};

}  // namespace

Result<Jar> read_jar(std::string file, std::string_view bytes) {
  return JarReader(std::move(file)).read(bytes, [&](ZipReader& zip) { return zip.open(bytes); });
}

Result<Jar> read_jar(std::string file, const system::Spill& spill) {
  return JarReader(std::move(file)).read(spill.bytes(), [&](ZipReader& zip) { return zip.open(spill); });
}

Result<Jar> read_jar(std::string file, const system::Spill& spill, MemberReader& members) {
  return JarReader(std::move(file), &members).read(spill.bytes(), [&](ZipReader& zip) { return zip.open(spill); });
}

}  // namespace tidegate::spark
