// SPDX-License-Identifier: Apache-2.0
// An artifact and the files beside it (SBOM, provenance, digest, signatures) in one folder. Several files cannot get
// their names at once; so an artifact that is replaced goes first, with everything that told of it. Whatever moment a
// process is killed at: who finds an artifact there finds all of its files, and none of another one.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "system/file_sink.hpp"

namespace tidegate::artifact {

enum class BesideKind { digest, sbom, statement, signed_statement, signature, signed_file };
struct BesideName {
  std::string_view suffix{};  // behind the artifact's name
  BesideKind kind = BesideKind::digest;
  std::string_view what{};
};
// In the order in which they are published. Receipts have names of their own: NAME.receipt-DIGEST….
inline constexpr std::array<BesideName, 7> names_beside{
    {{".cdx.json", BesideKind::sbom, "SBOM"},
     {".intoto.jsonl", BesideKind::signed_statement, "provenance, signed"},
     {".provenance.json", BesideKind::statement, "provenance, not signed"},
     {".provenance.sigstore.json", BesideKind::signed_statement, "provenance, signed"},
     {".sha256", BesideKind::digest, "digest"},
     {".sig", BesideKind::signature, "signature"},
     {".sigstore.json", BesideKind::signed_file, "signature"}}};

class FilesBeside {
 public:
  explicit FilesBeside(std::string artifact) : artifact_(std::move(artifact)) {}  // its path

  // Written, but without a name. Code system.write-failed, as all here.
  Status add(const std::string& path, std::string_view bytes);
  // Just before the artifact gets its name: removes one of other bytes than `sha256` says, with what lies beside
  // it, and gives the added files their names. On failure those that had got one are removed.
  Status commit(const std::string& sha256);
  const std::vector<std::string>& paths() const { return paths_; }  // in the order of adding

 private:
  Status remove_another(const std::string& sha256) const;

  std::string artifact_;
  std::vector<std::string> paths_{};
  std::vector<std::unique_ptr<system::AtomicFile>> files_{};
};

}  // namespace tidegate::artifact
