// SPDX-License-Identifier: Apache-2.0
// A place where artifacts are published once. What is there is never changed: every write creates.
// Layout and behaviour: docs/formats/stores.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "artifact/compression.hpp"
#include "base/result.hpp"
#include "system/http.hpp"

namespace tidegate::store {

struct Coordinates {
  std::string name{};
  std::string version{};
};
// "orders-1.2.0.tar.gz"
std::string artifact_file(const Coordinates& at,
                          artifact::Compression compression = artifact::Compression::gzip);

struct Release {  // what is to be published, verified
  Coordinates at{};
  std::string identity{};  // sha256 of the tar, hex
  std::string sha256{};    // of the compressed file, hex
  std::uint64_t size = 0;
  std::string commit{};    // of the source
  std::string tool{};      // version
  std::string manifest{};  // bytes of META/manifest.json
  artifact::Compression compression = artifact::Compression::gzip;
};

struct Stored {  // an artifact that is published
  Coordinates at{};
  std::uint64_t size = 0;
  std::string identity{}, sha256{};  // as the store tells them; "": it does not
  artifact::Compression compression = artifact::Compression::gzip;  // by the name or type that it has
};

// Bytes [begin, begin + size) of an artifact, or fewer if it ends before.
struct Part {
  std::uint64_t begin = 0;
  std::uint64_t size = std::uint64_t{1} << 62U;  // more than there is: to the end
  bool is_whole() const { return begin == 0 && size >= std::uint64_t{1} << 62U; }
};
inline constexpr Part all_bytes{};

// A file beside an artifact, in the folder of the digest that it was published with.
struct Beside {
  std::string sha256{};
  std::string name{};
};

// Failures of all: exit 40 (system.http-failed, system.http-refused, store.refused,
// store.invalid-answer) or system.read-failed, system.write-failed. A failure of a create function
// does not tell whether something was written: read it back.
class Store {
 public:
  virtual ~Store() = default;
  // None, or one; two only if two publishers that compressed otherwise were at work at the same
  // moment, in a store whose names tell the compression.
  virtual Result<std::vector<Stored>> find(const Coordinates& at) = 0;
  // True: created, whole and visible from here on. False: something is there already.
  virtual Result<bool> create_artifact(const Release& release, const system::HttpBody& content) = 0;
  virtual Result<bool> create_sidecar(const Release& release, const std::string& name,
                                      const std::string& bytes) = 0;
  // Sidecars belong to the artifact whose file has this sha256.
  virtual Result<std::vector<std::string>> list_sidecars(const Coordinates& at,
                                                         const std::string& sha256) = 0;
  virtual Result<std::optional<std::string>> read_sidecar(const Coordinates& at,
                                                          const std::string& sha256,
                                                          const std::string& name) = 0;
  // Of all digests that something was published with under these coordinates; sorted.
  virtual Result<std::vector<Beside>> list_beside(const Coordinates& at) = 0;
  // False: nothing is there. What the sink got is not verified. Of a part the sink may get more: a
  // server need not know parts, and sends all.
  virtual Result<bool> read_artifact(const Stored& stored, const Part& part,
                                     system::BodySink& sink) = 0;
  // Below the address of the store; sorted by name and version.
  virtual Result<std::vector<Stored>> list() = 0;
};

inline constexpr std::size_t max_sidecar_size = std::size_t{64} << 20U;

}  // namespace tidegate::store
