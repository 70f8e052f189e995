// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "craft.hpp"

namespace tidegate::artifact {
namespace {

using craft::Archive;
using craft::Entry;

std::string refusal(const Archive& archive) {
  const Result<Verified> verified = craft::verify_bytes(archive.bytes());
  if (verified) return {};
  EXPECT_EQ(verified.failure().exit, ExitCode::not_verified);
  EXPECT_EQ(verified.failure().where.file.substr(0, 8), "a.tar.gz");
  return verified.failure().message;
}

struct Case {
  std::string name{};
  std::function<void(Archive&)> change{};
  std::vector<std::string> words{};  // all of them stand in the reason
};

void expect_refused(const std::vector<Case>& cases) {
  ASSERT_EQ(refusal(craft::make_archive()), "");
  for (const Case& one : cases) {
    Archive archive = craft::make_archive();
    one.change(archive);
    const std::string reason = refusal(archive);
    EXPECT_FALSE(reason.empty()) << one.name;
    for (const std::string& word : one.words) EXPECT_NE(reason.find(word), std::string::npos) << one.name << ": " << reason;
  }
}

std::size_t offset_of(const Archive& archive, std::size_t entry) {
  std::size_t offset = 0;
  for (std::size_t i = 0; i < entry; ++i) {
    const Entry& one = archive.entries[i];
    offset += one.header.size() + one.content.size() + one.padding.size();
  }
  return offset;
}

TEST(VerifyTar, reasons_name_entry_and_offset) {
  Archive archive = craft::make_archive();
  craft::patch(archive.entries[2], 156, "2");
  const std::string reason = refusal(archive);
  EXPECT_EQ(reason, "entry `files/b.txt` at byte " + std::to_string(offset_of(archive, 2)) +
                        " of the tar: it is a symbolic link; only regular files are allowed");
}

TEST(VerifyTar, types) {
  const std::vector<std::pair<char, std::string>> types = {
      {'1', "hard link"}, {'2', "symbolic link"}, {'3', "character device"}, {'4', "block device"},
      {'5', "folder entry"}, {'6', "FIFO"}, {'7', "type `7`"}, {'g', "pax header"}, {'x', "pax header"},
      {'K', "long link name"}, {'S', "sparse file"}, {'\0', "only regular files"}, {'A', "type `A`"}};
  std::vector<Case> cases;
  for (const auto& type : types) {
    cases.push_back({type.second, [type](Archive& a) { craft::patch(a.entries[1], 156, std::string(1, type.first)); },
                     {type.second, "contract/a.json"}});
  }
  expect_refused(cases);
}

TEST(VerifyTar, header_fields) {
  using craft::patch;
  const std::string nul(1, '\0');
  expect_refused({
      {"checksum", [](Archive& a) { a.entries[1].header[148] = '7'; }, {"checksum"}},
      {"ustar magic", [&](Archive& a) { patch(a.entries[1], 257, std::string("ustar\00000", 8)); }, {"GNU tar's format"}},
      {"old magic", [&](Archive& a) { patch(a.entries[1], 257, std::string(8, '\0')); }, {"GNU tar's format"}},
      {"set-uid", [](Archive& a) { patch(a.entries[1], 100, "0004755"); }, {"mode is `0004755`"}},
      {"world writable", [](Archive& a) { patch(a.entries[1], 100, "0000666"); }, {"mode is `0000666`"}},
      {"short mode", [&](Archive& a) { patch(a.entries[1], 100, "000644 " + nul); }, {"mode is"}},
      {"mode not the manifest's", [](Archive& a) { patch(a.entries[1], 100, "0000755"); }, {"mode is 0755, the manifest says 0644"}},
      {"user", [](Archive& a) { patch(a.entries[1], 108, "0001750"); }, {"user id is `0001750`"}},
      {"group", [](Archive& a) { patch(a.entries[1], 116, "0001750"); }, {"group id is `0001750`"}},
      {"time", [](Archive& a) { patch(a.entries[1], 136, "02263523000"); }, {"time is `02263523000`, not `02263523001`"}},
      {"size in base 256", [](Archive& a) { patch(a.entries[1], 124, std::string("\x80\0\0\0\0\0\0\0\0\0\0\1", 12)); }, {"size is", "octal"}},
      {"size with space", [](Archive& a) { patch(a.entries[1], 124, "0000000033 "); }, {"size is", "octal"}},
      {"size not the manifest's", [](Archive& a) { patch(a.entries[1], 124, "00000000034"); }, {"it has 28 bytes, the manifest says 27"}},
      {"link target", [](Archive& a) { patch(a.entries[1], 157, "/etc/passwd"); }, {"link target `/etc/passwd`"}},
      {"user name", [](Archive& a) { patch(a.entries[1], 265, "root"); }, {"user name `root`"}},
      {"group name", [](Archive& a) { patch(a.entries[1], 297, "root"); }, {"group name `root`"}},
      {"device numbers", [](Archive& a) { patch(a.entries[1], 329, "0000000"); }, {"after the group name"}},
      {"prefix", [](Archive& a) { patch(a.entries[1], 345, "up"); }, {"after the group name"}},
      {"tail of the block", [](Archive& a) { patch(a.entries[1], 511, "x"); }, {"after the group name"}},
      {"bytes behind the name", [](Archive& a) { patch(a.entries[1], 60, "hidden"); }, {"not canonical at its byte 60"}},
  });
}

TEST(VerifyTar, paths) {
  const auto rename = [](const std::string& to) {
    return [to](Archive& a) { a.entries[2] = craft::make_entry(to, a.entries[2].content); };
  };
  expect_refused({
      {"absolute", rename("/etc/passwd"), {"`/etc/passwd`", "absolute"}},
      {"parent", rename("files/../../x"), {"`..` component"}},
      {"dot", rename("./files/b.txt"), {"`.` component"}},
      {"empty component", rename("files//b.txt"), {"empty component"}},
      {"backslash", rename("files\\b.txt"), {"`\\`"}},
      {"device", rename("files/NUL"), {"device name"}},
      {"not NFC", rename("files/u\xCC\x88"), {"NFC"}},
      {"broken UTF-8", rename("files/\xFF"), {"UTF-8"}},
      {"control", rename("files/\x1b[31m"), {"control character"}},
      {"top folder", rename("Files/b.txt"), {"top folder"}},
      {"too long", rename("files/" + std::string(260, 'x')), {"266 bytes"}},
      {"far too long", rename("files/" + std::string(600, 'x')), {"606 bytes"}},
      {"case-equal", rename("files/B.txt"), {"not in the manifest", "`files/b.txt` differs from it in case"}},
      {"unknown", rename("files/c.txt"), {"not in the manifest", "`files/b.txt` is expected here"}},
      {"empty", rename(""), {"it is empty"}},
  });
}

TEST(VerifyTar, entries_and_manifest_agree) {
  expect_refused({
      {"missing in the middle", [](Archive& a) { a.entries.erase(a.entries.begin() + 1); }, {"entry `files/b.txt`", "`contract/a.json` is missing before it"}},
      {"missing at the end", [](Archive& a) { a.entries.pop_back(); }, {"entry `files/b.txt`", "it is in the manifest, but the archive ends before it"}},
      {"all missing", [](Archive& a) { a.entries.resize(1); }, {"2 files missing"}},
      {"order", [](Archive& a) { std::swap(a.entries[1], a.entries[2]); }, {"`files/b.txt`", "order"}},
      {"duplicate", [](Archive& a) { a.entries.push_back(a.entries[1]); }, {"`contract/a.json`", "a second time"}},
      {"duplicate at once", [](Archive& a) { a.entries.insert(a.entries.begin() + 1, a.entries[1]); }, {"a second time"}},
      {"second manifest", [](Archive& a) { a.entries.push_back(a.entries[0]); }, {"`META/manifest.json`", "a second time"}},
      {"one too many", [](Archive& a) { a.entries.push_back(craft::make_entry("terraform/x", "x")); }, {"`terraform/x`", "not in the manifest", "the end"}},
      {"content", [](Archive& a) { a.entries[2].content[0] = 'C'; }, {"`files/b.txt`", "its content has sha256"}},
      {"padding", [](Archive& a) { a.entries[1].padding.back() = 'x'; }, {"`contract/a.json`", "padding"}},
      {"padding of the manifest", [](Archive& a) { a.entries[0].padding.back() = 'x'; }, {"`META/manifest.json`", "padding"}},
  });
}

TEST(VerifyTar, manifest_comes_first) {
  expect_refused({
      {"other entry first", [](Archive& a) { std::swap(a.entries[0], a.entries[1]); }, {"`contract/a.json`", "first entry must be `META/manifest.json`"}},
      {"no entries", [](Archive& a) { a.entries.clear(); }, {"no entries"}},
      {"nothing at all", [](Archive& a) { a.entries.clear(); a.end.clear(); }, {"truncated"}},
      {"executable", [](Archive& a) { craft::patch(a.entries[0], 100, "0000755"); }, {"mode is `0000755`"}},
      {"link", [](Archive& a) { craft::patch(a.entries[0], 156, "2"); }, {"symbolic link"}},
      {"above 64 MiB", [](Archive& a) { craft::patch(a.entries[0], 124, "00400000001"); }, {"67108865 bytes", "at most 64 MiB"}},
      {"no JSON", [](Archive& a) { a.entries[0] = craft::make_entry("META/manifest.json", "{"); }, {}},
      {"other file", [](Archive& a) { a.entries[0] = craft::make_entry("META/manifest.jsom", a.entries[0].content); }, {"first entry must be"}},
  });
}

// A manifest that lies consistently: the rules for paths and sizes hold before a byte is written.
TEST(VerifyTar, manifest_is_judged_before_the_files) {
  const auto archive_with = [](const std::string& first, const std::string& second) { return refusal(craft::make_archive(first, second)); };
  EXPECT_NE(archive_with("/etc/passwd", "files/b").find("absolute"), std::string::npos);
  EXPECT_NE(archive_with("files/../a", "files/b").find("`..`"), std::string::npos);
  EXPECT_NE(archive_with("files/A", "files/a").find("one name where letter case"), std::string::npos);
  EXPECT_NE(archive_with("files/a", "files/a/b").find("a file and a folder"), std::string::npos);
  EXPECT_NE(archive_with("META/manifest.json", "files/a").find("names itself"), std::string::npos);
  EXPECT_NE(archive_with("LICENSE", "files/a").find("top folder"), std::string::npos);
  EXPECT_EQ(archive_with("META/sbom.cdx.json", "files/a"), "");
  Archive large = craft::make_archive();
  large.manifest.files[1].size = 8589934592U;
  craft::seal(large);
  EXPECT_NE(refusal(large).find("8 GiB"), std::string::npos);
}

TEST(VerifyTar, long_names) {
  const std::string long_path = "files/" + std::string(120, 'l');
  const auto make = [&] { return craft::make_archive("contract/a.json", long_path); };
  EXPECT_EQ(refusal(make()), "");
  const auto reason = [&](const std::function<void(Entry&)>& change) {
    Archive archive = make();
    change(archive.entries[2]);
    return refusal(archive);
  };
  const auto has = [](const std::string& text, const std::string& word) { return text.find(word) != std::string::npos; };
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 100, "0000000"); }), "@LongLink"));       // libarchive's mode
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 265, "root"); }), "user name"));          // old GNU tar's owner
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 136, "02263523001"); }), "time"));
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 0, "other"); }), "not canonical"));
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 124, "00000000176"); }), "long name does not end"));
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 124, "00000000145"); }), "at most 100 bytes"));
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 124, "00000001001"); }), "at most 240"));
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 124, "0000000017x"); }), "octal"));
  EXPECT_TRUE(has(reason([](Entry& e) { e.header[1023] = 'x'; }), "long name does not end"));
  EXPECT_TRUE(has(reason([](Entry& e) { e.header[600] = '\0'; }), "long name does not end"));
  EXPECT_TRUE(has(reason([](Entry& e) { e.header[600] = 'x'; }), "its long name"));
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 0, "other", 2); }), "the header says"));
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 156, "L", 2); }), "a second long name"));
  EXPECT_TRUE(has(reason([](Entry& e) { craft::patch(e, 156, "5", 2); }), "folder entry"));
  // The long name of nothing: the header is missing.
  EXPECT_FALSE(reason([](Entry& e) { e.header.resize(1024); }).empty());
  // A short name written the long way.
  Archive archive = craft::make_archive("contract/a.json", "files/" + std::string(94, 's'));
  ASSERT_EQ(archive.entries[2].header.size(), 512U);
  EXPECT_EQ(refusal(archive), "");
  archive.entries[2].header = make().entries[2].header.substr(0, 512) + archive.entries[2].header.substr(0, 100) +
                              std::string(412, '\0') + archive.entries[2].header;
  craft::patch(archive.entries[2], 124, "00000000145");
  EXPECT_TRUE(has(refusal(archive), "at most 100 bytes"));
}

TEST(VerifyTar, end_of_the_archive) {
  expect_refused({
      {"no end", [](Archive& a) { a.end.clear(); }, {"truncated"}},
      {"one zero block", [](Archive& a) { a.end.resize(512); }, {"truncated"}},
      {"padding to 10,240 bytes", [](Archive& a) { a.end.resize(10'240); }, {"bytes follow the end of the archive"}},
      {"hidden bytes", [](Archive& a) { a.end += "x"; }, {"bytes follow the end of the archive"}},
      {"second block not zero", [](Archive& a) { a.end[600] = 'x'; }, {"two zero blocks end an archive"}},
      {"first block not zero", [](Archive& a) { a.end[5] = 'x'; }, {"checksum"}},
      {"a second archive", [](Archive& a) { a.end += a.entries[1].header; }, {"bytes follow"}},
  });
}

// The manifest bounds everything: what it does not name is not read further than its header.
class Counting final : public ByteSource {
 public:
  explicit Counting(std::string head) : head_(std::move(head)), source_(head_) {}
  Result<std::size_t> read(char* out, std::size_t capacity) override {
    Result<std::size_t> got = source_.read(out, capacity);
    if (got && *got == 0) {  // endless zeros
      std::fill(out, out + capacity, '\0');
      got = capacity;
    }
    if (got) total += *got;
    return got;
  }
  std::uint64_t total = 0;

 private:
  std::string head_;
  MemorySource source_;
};

// The manifest of an archive of so many compressed bytes; `text` is no manifest, so that a reader that goes on says so.
std::string refusal_of_text(const std::string& text, Compression compression, std::size_t further = 0) {
  const Entry entry = craft::make_entry("META/manifest.json", text);
  const std::string bytes = craft::compress(entry.header + entry.content + entry.padding, compression) + std::string(further, 'x');
  const Result<Verified> verified = craft::verify_file_bytes(bytes);
  EXPECT_FALSE(verified.ok());
  return verified ? std::string() : verified.failure().message;
}

TEST(VerifyStream, the_manifest_is_bounded_by_what_holds_it) {
  std::string spaces(std::size_t{3} << 20U, ' ');
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    const std::string reason = refusal_of_text(spaces, compression);
    EXPECT_NE(reason.find("above 1 MiB at most 64 bytes a byte are allowed"), std::string::npos) << reason;
    EXPECT_EQ(refusal_of_text(spaces.substr(0, std::size_t{1} << 20U), compression).find("64 bytes a byte"), std::string::npos);
    EXPECT_EQ(refusal_of_text(spaces, compression, 40'000).find("64 bytes a byte"), std::string::npos);
  }
}

TEST(VerifyStream, the_manifest_has_few_values) {
  std::string dense = "[";
  while (dense.size() < 300'000) dense += "[],";
  const std::string reason = refusal_of_text(dense, Compression::gzip);
  EXPECT_NE(reason.find("a manifest has at least 16 bytes for each"), std::string::npos) << reason;
}

TEST(VerifyTar, a_bomb_stops_early) {
  Archive archive = craft::make_archive();
  archive.entries.push_back(craft::make_entry("terraform/bomb", ""));
  craft::patch(archive.entries.back(), 124, "77777777777");
  archive.end.clear();
  Counting unnamed(archive.bytes());
  EXPECT_FALSE(verify_tar(unnamed, "a", nullptr).ok());
  EXPECT_LT(unnamed.total, 1'000'000U);

  Archive whole = craft::make_archive();
  Counting trailing(whole.bytes());
  EXPECT_FALSE(verify_tar(trailing, "a", nullptr).ok());
  EXPECT_LT(trailing.total, 1'000'000U);

  Archive manifest = craft::make_archive();
  craft::patch(manifest.entries[0], 124, "77777777777");
  Counting large(manifest.bytes());
  EXPECT_FALSE(verify_tar(large, "a", nullptr).ok());
  EXPECT_LT(large.total, 1'000'000U);
}

// --- properties over a whole artifact ---

// Deflate has several encodings of one text (in a run of zeros any distance copies a zero), so a changed
// bit can leave the tar as it was. Then nothing that is deployed has changed, and the identity says so;
// the digest of the compressed file differs. Every other change is refused, those of the gzip header and
// trailer without exception.
TEST(VerifyArtifact, a_changed_bit_of_the_file_is_refused_or_changes_no_byte_of_the_tar) {
  const std::string good = craft::sample_archive();
  const Result<Verified> verified = craft::verify_file_bytes(good);
  ASSERT_TRUE(verified.ok());
  std::string bytes = good;
  std::size_t refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      bytes[at] = static_cast<char>(static_cast<unsigned char>(good[at]) ^ (1U << bit));
      const Result<Verified> changed = craft::verify_file_bytes(bytes);
      if (!changed) {
        ++refused;
        continue;
      }
      EXPECT_TRUE(at >= 10 && at < good.size() - 8) << "byte " << at << ", bit " << bit;
      EXPECT_EQ(changed->identity, verified->identity) << "byte " << at << ", bit " << bit;
      EXPECT_NE(changed->sha256, verified->sha256) << "byte " << at << ", bit " << bit;
    }
    bytes[at] = good[at];
  }
  EXPECT_GT(refused, good.size() * 8 * 98 / 100);
}

// Without the gzip checksum: the tar alone. A changed text inside the manifest can be another valid
// manifest; then it is another artifact with another identity. Everything else is refused.
TEST(VerifyArtifact, every_changed_bit_of_the_tar_is_found) {
  const std::string good = craft::gunzip(craft::sample_archive());
  const Result<Verified> verified = craft::verify_bytes(good);
  ASSERT_TRUE(verified.ok());
  const std::size_t manifest_end = 512 + render_manifest(verified->manifest).size();
  std::string bytes = good;
  std::size_t other_artifacts = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      bytes[at] = static_cast<char>(static_cast<unsigned char>(good[at]) ^ (1U << bit));
      const Result<Verified> changed = craft::verify_bytes(bytes);
      if (!changed) continue;
      ++other_artifacts;
      EXPECT_TRUE(at >= 512 && at < manifest_end) << "byte " << at << ", bit " << bit;
      EXPECT_NE(changed->identity, verified->identity);
    }
    bytes[at] = good[at];
  }
  EXPECT_GT(other_artifacts, 0U);
}

TEST(VerifyArtifact, truncated_at_every_length_is_refused) {
  const std::string good = craft::sample_archive();
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(craft::verify_file_bytes(std::string_view(good).substr(0, size)).ok()) << size;
  }
  const std::string tar = craft::gunzip(good);
  for (std::size_t size = 0; size < tar.size(); ++size) {
    const Result<Verified> verified = craft::verify_bytes(std::string_view(tar).substr(0, size));
    ASSERT_FALSE(verified.ok()) << size;
    EXPECT_EQ(verified.failure().code, "artifact.not-verified");
  }
}

TEST(VerifyArtifact, the_same_tar_compressed_otherwise_keeps_its_identity) {
  const std::string good = craft::sample_archive();
  const std::string again = craft::gzip(craft::gunzip(good));  // nothing stored
  EXPECT_NE(again, good);
  const Result<Verified> first = craft::verify_file_bytes(good), second = craft::verify_file_bytes(again);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->identity, second->identity);
  EXPECT_NE(first->sha256, second->sha256);
}

TEST(VerifyArtifact, later_major_version) {
  Archive archive = craft::make_archive();
  std::string text = archive.entries[0].content;
  text.replace(text.find("manifest/1"), 10, "manifest/2");
  archive.entries[0] = craft::make_entry("META/manifest.json", text);
  const Result<Verified> verified = craft::verify_bytes(archive.bytes());
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(verified.failure().code, "artifact.unsupported-manifest");
  EXPECT_EQ(verified.failure().exit, ExitCode::unsupported);
}

TEST(VerifyArtifact, files_that_are_not_there) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(verify_artifact(folder.path() + "/none").failure().code, "system.read-failed");
  EXPECT_EQ(verify_artifact(folder.path()).failure().code, "system.read-failed");
  EXPECT_EQ(read_manifest(folder.path() + "/none").failure().code, "system.read-failed");
  EXPECT_EQ(extract_artifact(folder.path() + "/none", folder.path() + "/x").failure().code, "system.read-failed");
  EXPECT_EQ(read_manifest(folder.write("empty", "")).failure().code, "artifact.not-verified");
}

// `inspect` needs only the first bytes.
TEST(ReadManifest, reads_no_further_than_the_first_entry) {
  Archive archive = craft::make_archive();
  archive.entries.resize(1);
  archive.end.clear();
  const std::string bytes = craft::gzip(archive.bytes());
  MemorySource source(bytes);
  const Result<Manifest> manifest = read_manifest_stream(source, "a");
  ASSERT_TRUE(manifest.ok()) << render_diagnostic(manifest.failure());
  EXPECT_EQ(manifest->files.size(), 2U);
}

}  // namespace
}  // namespace tidegate::artifact
