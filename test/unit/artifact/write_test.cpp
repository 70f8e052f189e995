// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "craft.hpp"
#include "system/process.hpp"

namespace tidegate::artifact {
namespace {

namespace fs = std::filesystem;

std::function<Status(const std::function<Status(std::string_view)>&)> in_pieces(std::string bytes,
                                                                                std::size_t piece) {
  return [bytes = std::move(bytes),
          piece](const std::function<Status(std::string_view)>& sink) -> Status {
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      if (Status status = sink(std::string_view(bytes).substr(at, piece)); !status) return status;
    }
    return Done{};
  };
}

// Text that deflate shortens and text that it cannot; not one period that a window would hide.
std::string make_text(std::size_t size, unsigned seed) {
  std::string out;
  std::uint64_t state = seed;
  while (out.size() < size) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    out += state % 3 == 0 ? "pipeline activity " : std::to_string(state >> 40U);
  }
  out.resize(size);
  return out;
}

TEST(WriteArtifact, gives_digests_of_what_lies_on_disk) {
  const test::TemporaryFolder folder;
  const std::string target = folder.path() + "/a.tar.gz";
  const Result<Packed> packed =
      write_artifact(target, craft::sample_manifest(), craft::sample_files());
  ASSERT_TRUE(packed.ok()) << render_diagnostic(packed.failure());
  const std::string bytes = *system::read_file(target);
  EXPECT_EQ(packed->size, bytes.size());
  EXPECT_EQ(packed->sha256, system::sha256_hex(bytes));
  EXPECT_EQ(packed->identity, system::sha256_hex(craft::gunzip(bytes)));
  ASSERT_EQ(packed->manifest.files.size(), 6U);
  EXPECT_EQ(packed->manifest.files.front().path, "contract/orders.json");
  EXPECT_EQ(packed->manifest.files.front().sha256, system::sha256_hex("{}\n"));
  EXPECT_TRUE(packed->manifest.files[1].executable);

  const Result<Verified> verified = verify_artifact(target);
  ASSERT_TRUE(verified.ok()) << render_diagnostic(verified.failure());
  EXPECT_EQ(verified->identity, packed->identity);
  EXPECT_EQ(verified->sha256, packed->sha256);
  EXPECT_EQ(verified->size, packed->size);
  EXPECT_EQ(render_manifest(verified->manifest), render_manifest(packed->manifest));
  const Result<Manifest> manifest = read_manifest(target);
  ASSERT_TRUE(manifest.ok());
  EXPECT_EQ(render_manifest(*manifest), render_manifest(packed->manifest));
  struct stat info {};
  ASSERT_EQ(::stat(target.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0644U);
}

TEST(WriteArtifact, an_artifact_without_files_is_one) {
  const test::TemporaryFolder folder;
  Manifest manifest = craft::sample_manifest();
  manifest.contract_outputs = {};
  ASSERT_TRUE(write_artifact(folder.path() + "/a", manifest, {}).ok());
  EXPECT_TRUE(verify_artifact(folder.path() + "/a").ok());
}

TEST(WriteArtifact, order_of_files_and_lists_does_not_count) {
  const test::TemporaryFolder folder;
  Manifest manifest = craft::sample_manifest();
  std::vector<PackFile> files = craft::sample_files();
  const Result<Packed> first = write_artifact(folder.path() + "/a", manifest, files);
  std::reverse(files.begin(), files.end());
  std::reverse(manifest.inputs.begin(), manifest.inputs.end());
  const Result<Packed> second = write_artifact(folder.path() + "/b", manifest, files);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->sha256, second->sha256);
}

// Stored blocks of zlib follow the sizes of its buffers; they must not follow those of the caller.
TEST(WriteArtifact, cutting_of_streams_does_not_count) {
  const test::TemporaryFolder folder;
  Manifest manifest = craft::sample_manifest();
  manifest.contract_outputs = {};
  const auto pack = [&](std::size_t piece) {
    std::vector<PackFile> files;
    unsigned seed = 1;
    for (const char* path :
         {"files/a.txt", "files/b.jar", "files/c.JAR", "files/d.txt", "files/e.parquet"}) {
      files.push_back({.path = path,
                       .origin = path,
                       .stream = in_pieces(make_text(700'000 + seed, seed), piece)});
      ++seed;
    }
    const std::string target = folder.path() + "/" + std::to_string(piece);
    const Result<Packed> packed = write_artifact(target, manifest, files);
    EXPECT_TRUE(packed.ok());
    EXPECT_TRUE(verify_artifact(target).ok());
    return packed.ok() ? packed->sha256 + packed->identity : std::string();
  };
  const std::string whole = pack(1U << 24U);
  EXPECT_EQ(pack(1U << 20U), whole);
  EXPECT_EQ(pack(65'536), whole);
  EXPECT_EQ(pack(777), whole);
}

TEST(WriteArtifact, compressed_files_are_stored_and_text_is_not) {
  const test::TemporaryFolder folder;
  Manifest manifest = craft::sample_manifest();
  manifest.contract_outputs = {};
  const std::string zeros(1'000'000, '\0');
  for (const char* name : {"files/x.jar", "files/x.whl", "files/x.zip", "files/x.gz",
                           "files/x.parquet", "files/x.Jar"}) {
    const Result<Packed> packed =
        write_artifact(folder.path() + "/a", manifest, {{.path = name, .bytes = zeros}});
    ASSERT_TRUE(packed.ok());
    EXPECT_GT(packed->size, 1'000'000U) << name;
    EXPECT_LT(packed->size, 1'010'000U) << name;
  }
  const Result<Packed> text =
      write_artifact(folder.path() + "/a", manifest, {{.path = "files/x.txt", .bytes = zeros}});
  ASSERT_TRUE(text.ok());
  EXPECT_LT(text->size, 10'000U);
}

TEST(WriteArtifact, gzip_and_tar_programs_read_it) {
  if (!system::find_program("gzip") || !system::find_program("tar"))
    GTEST_SKIP() << "gzip or tar is missing";
  const test::TemporaryFolder folder;
  const std::string target = folder.path() + "/a.tar.gz";
  ASSERT_TRUE(write_artifact(target, craft::sample_manifest(), craft::sample_files()).ok());
  const auto tested = system::run_process({.argv = {"gzip", "-t", target}});
  ASSERT_TRUE(tested.ok());
  EXPECT_EQ(tested->exit_code, 0) << tested->err;
  const auto listed =
      system::run_process({.argv = {"tar", "-tf", target}, .environment = {{"LC_ALL", "C.UTF-8"}}});
  ASSERT_TRUE(listed.ok());
  EXPECT_EQ(listed->exit_code, 0) << listed->err;
  EXPECT_TRUE(listed->out.starts_with("META/manifest.json\ncontract/orders.json\n")) << listed->out;
}

// The recipe of docs/formats/artifact.md over the extracted tree.
TEST(WriteArtifact, gnu_tar_gives_the_same_identity) {
  const auto tar = system::find_program("tar");
  if (!tar || !system::find_program("bash")) GTEST_SKIP() << "tar or bash is missing";
  const auto version = system::run_process({.argv = {"tar", "--version"}});
  if (!version || version->out.find("GNU tar") == std::string::npos)
    GTEST_SKIP() << "tar is not GNU tar";
  const test::TemporaryFolder folder;
  std::vector<PackFile> files;
  const auto add = [&](std::string path, std::size_t size, bool executable) {
    files.push_back(
        {.path = std::move(path), .executable = executable, .bytes = make_text(size, 7)});
  };
  for (const std::size_t length : {99U, 100U, 101U, 140U, 240U}) {
    const std::string prefix = "source/adf/pipeline/" + std::to_string(length) + "-";
    add(prefix + std::string(length - prefix.size(), 'p'), length * 100, length % 2 == 0);
  }
  add("source/adf/dataset/Größe ärger 数据.json", 0, false);
  add("source/adf/dataset/\xF0\x9F\x98\x80 'quote' $(x) #1.json", 512, false);
  for (int i = 0; i < 12; ++i)
    add("files/" + std::string(i % 2 == 0 ? "A" : "a-") + std::to_string(i),
        511 + static_cast<std::size_t>(i), false);
  std::string umlauts = "files/notebooks/";
  while (umlauts.size() < 138) umlauts += "\xC3\xBC";  // byte 100 falls inside a character
  add(umlauts, 3, true);
  Manifest manifest = craft::sample_manifest();
  manifest.contract_outputs = {};
  const std::string target = folder.path() + "/a.tar.gz";
  const Result<Packed> packed = write_artifact(target, manifest, files);
  ASSERT_TRUE(packed.ok()) << render_diagnostic(packed.failure());

  const Result<Verified> extracted = extract_artifact(target, folder.path() + "/tree");
  ASSERT_TRUE(extracted.ok()) << render_diagnostic(extracted.failure());
  fs::create_directory(folder.path() + "/plain");
  const auto plain =
      system::run_process({.argv = {"tar", "-xpf", target, "-C", folder.path() + "/plain"}});
  ASSERT_TRUE(plain.ok() && plain->exit_code == 0);
  for (const char* tree : {"/tree", "/plain"}) {
    const auto again = system::run_process(
        {.argv = {"bash", "-c",
                  "find . -type f -printf '%P\\n' | LC_ALL=C sort | tar --format=gnu --owner=0 "
                  "--group=0 --numeric-owner "
                  "--mtime=@315532801 --blocking-factor=1 --no-recursion -T - -cf -"},
         .directory = folder.path() + tree});
    ASSERT_TRUE(again.ok() && again->exit_code == 0) << again->err;
    EXPECT_EQ(system::sha256_hex(again->out), packed->identity) << tree;
  }
}

// --- failures leave nothing ---

class WriteFailure : public testing::Test {
 protected:
  Diagnostic fail(std::vector<PackFile> files, Manifest manifest) {
    const Result<Packed> packed =
        write_artifact(folder_.path() + "/a.tar.gz", std::move(manifest), std::move(files));
    EXPECT_TRUE(fs::is_empty(folder_.path()));
    EXPECT_FALSE(packed.ok());
    return packed.ok() ? Diagnostic{} : packed.failure();
  }
  Diagnostic fail(std::vector<PackFile> files) {
    Manifest manifest = craft::sample_manifest();
    manifest.contract_outputs = {};
    return fail(std::move(files), std::move(manifest));
  }
  const test::TemporaryFolder folder_{};
};

TEST_F(WriteFailure, bad_path) {
  for (const char* path :
       {"files/../x", "/files/x", "files//x", "x", "Files/x", "META/a.json", "1files/x"}) {
    const Diagnostic failure = fail({{.path = path}});
    EXPECT_EQ(failure.code, "artifact.bad-path") << path;
    EXPECT_EQ(failure.exit, ExitCode::build_failed);
  }
}

TEST_F(WriteFailure, collisions_name_both) {
  const std::vector<std::pair<std::string, std::string>> pairs = {{"files/a", "files/a"},
                                                                  {"files/A", "files/a"},
                                                                  {"files/stra\xC3\x9F"
                                                                   "e",
                                                                   "files/STRASSE"},
                                                                  {"files/x", "files/x/y"},
                                                                  {"files/X/y", "files/x"}};
  for (const auto& pair : pairs) {
    const Diagnostic failure = fail({{.path = pair.first}, {.path = pair.second}});
    EXPECT_EQ(failure.code, "artifact.path-collision") << pair.first;
    EXPECT_NE(failure.message.find("`" + pair.first + "`"), std::string::npos) << failure.message;
    EXPECT_NE(failure.message.find("`" + pair.second + "`"), std::string::npos) << failure.message;
  }
  EXPECT_EQ(fail({{.path = "META/manifest.json"}}).code, "artifact.path-collision");
}

// More than a writer keeps between the passes, and `end` behind it.
Status stream_large(const std::function<Status(std::string_view)>& sink, std::string_view end) {
  const std::string piece(std::size_t{1} << 20U, 'x');
  for (std::uint64_t size = 0; size <= max_kept_size; size += piece.size()) {
    if (Status status = sink(piece); !status) return status;
  }
  return sink(end);
}

TEST_F(WriteFailure, large_file_that_changes_between_the_passes) {
  for (const char* second : {"changed!", "longer than before", "short"}) {
    int pass = 0;
    PackFile file{.path = "files/a.txt", .origin = "config/a.txt"};
    file.stream = [&](const auto& sink) {
      return stream_large(sink, ++pass == 1 ? "original" : second);
    };
    const Diagnostic failure = fail({file});
    EXPECT_EQ(failure.code, "artifact.changed-while-packing") << second;
    EXPECT_EQ(failure.where.file, "config/a.txt");
    EXPECT_EQ(pass, 2);
  }
}

TEST_F(WriteFailure, failure_of_a_stream_in_either_pass_is_handed_on) {
  for (const int failing : {1, 2}) {
    int pass = 0;
    PackFile file{.path = "files/a.txt", .origin = "config/a.txt"};
    file.stream = [&](const auto& sink) -> Status {
      if (Status status = stream_large(sink, "x"); !status) return status;
      if (++pass == failing) return Diagnostic{.code = "system.read-failed", .message = "gone"};
      return Done{};
    };
    EXPECT_EQ(fail({file}).code, "system.read-failed");
  }
}

TEST_F(WriteFailure, of_several_files_the_first_is_reported) {
  std::vector<PackFile> files;
  for (int i = 0; i < 100; ++i) {
    PackFile file{.path = "files/" + std::to_string(100 + i),
                  .origin = "config/" + std::to_string(100 + i)};
    file.stream = [i](const auto& sink) -> Status {
      if (i >= 37) return Diagnostic{.code = "system.read-failed", .message = std::to_string(i)};
      return sink("x");
    };
    files.push_back(std::move(file));
  }
  EXPECT_EQ(fail(files).message, "37");
}

TEST_F(WriteFailure, eight_gibibytes) {
  constexpr std::size_t size = std::size_t{8} << 30U;
  void* zeros =
      ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (zeros == MAP_FAILED) GTEST_SKIP() << "no address space for 8 GiB";
  PackFile file{.path = "files/a.jar", .origin = "libs/a.jar"};
  file.stream = [&](const std::function<Status(std::string_view)>& sink) {
    return sink({static_cast<const char*>(zeros), size});
  };
  const Diagnostic failure = fail({file});
  ::munmap(zeros, size);
  EXPECT_EQ(failure.code, "artifact.file-too-large");
  EXPECT_EQ(failure.where.file, "libs/a.jar");
}

TEST_F(WriteFailure, value_that_the_manifest_does_not_allow) {
  Manifest manifest = craft::sample_manifest();
  manifest.contract_outputs = {"contract/none.json"};
  EXPECT_EQ(fail({}, manifest).code, "artifact.invalid-manifest");
  manifest = craft::sample_manifest();
  manifest.contract_outputs = {};
  manifest.version = "1.0+x";
  const Diagnostic failure = fail({}, manifest);
  EXPECT_EQ(failure.code, "artifact.invalid-manifest");
  EXPECT_EQ(failure.exit, ExitCode::build_failed);
  EXPECT_EQ(failure.where.line, 0U);
  const Diagnostic origin = fail({{.path = "files/a.txt", .origin = "libs/\xff.txt", .bytes = "x"}});
  EXPECT_EQ(origin.code, "artifact.invalid-manifest");
  EXPECT_NE(origin.message.find("files/a.txt"), std::string::npos);
}

TEST_F(WriteFailure, folder_that_does_not_exist) {
  Manifest manifest = craft::sample_manifest();
  manifest.contract_outputs = {};
  const Result<Packed> packed = write_artifact(folder_.path() + "/none/a.tar.gz", manifest, {});
  ASSERT_FALSE(packed.ok());
  EXPECT_EQ(packed.failure().code, "artifact.write-failed");
}

TEST_F(WriteFailure, keeps_an_older_artifact_of_the_same_name) {
  const std::string target = folder_.write("a.tar.gz", "older");
  PackFile file{.path = "files/a.txt", .origin = "config/a.txt"};
  int pass = 0;
  file.stream = [&](const auto& sink) { return stream_large(sink, std::to_string(++pass)); };
  Manifest manifest = craft::sample_manifest();
  manifest.contract_outputs = {};
  EXPECT_FALSE(write_artifact(target, manifest, {file}).ok());
  EXPECT_EQ(*system::read_file(target), "older");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

TEST_F(WriteFailure, small_file_is_produced_once_and_forgets_its_source) {
  const auto source = std::make_shared<std::string>("the content");
  int calls = 0;
  PackFile file{.path = "files/a.txt", .origin = "config/a.txt"};
  file.stream = [source, &calls](const auto& sink) {
    ++calls;
    return sink(*source);
  };
  Manifest manifest = craft::sample_manifest();
  manifest.contract_outputs = {};
  std::vector<PackFile> files = {std::move(file)};
  const Result<Packed> packed =
      write_artifact(folder_.path() + "/a.tar.gz", manifest, std::move(files));
  ASSERT_TRUE(packed.ok()) << packed.failure().message;
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(source.use_count(), 1);
  EXPECT_EQ(packed->manifest.files.front().size, source->size());
  EXPECT_TRUE(verify_artifact(folder_.path() + "/a.tar.gz").ok());
}

// What the progress of each piece of work was told.
class Told final : public system::Progress {
 public:
  void begin(std::string_view what, std::uint64_t total) override { works.push_back({std::string(what), total, 0}); }
  void add(std::uint64_t bytes) override { works.back().done += bytes; }
  void end() override {}
  struct One {
    std::string what{};
    std::uint64_t total = 0, done = 0;
  };
  std::vector<One> works{};
};

TEST_F(WriteFailure, progress_ends_where_it_said) {
  const std::string text = make_text(300'000, 3);
  PackFile known{.path = "files/a.txt", .size = text.size(), .stream = [&](const auto& sink) { return sink(text); }};
  PackFile generated{.path = "terraform/main.tf.json", .stream = [&](const auto& sink) { return sink("{}"); }};
  Manifest manifest = craft::sample_manifest();
  manifest.contract_outputs = {};
  Told told;
  ASSERT_TRUE(write_artifact(folder_.path() + "/a.tar.gz", manifest, {known, generated}, {.progress = &told}).ok());
  ASSERT_EQ(told.works.size(), 2U);
  EXPECT_EQ(told.works[0].what, "hashing");
  EXPECT_EQ(told.works[0].total, text.size());
  EXPECT_EQ(told.works[1].what, "packing");
  for (const Told::One& one : told.works) EXPECT_EQ(one.done, one.total) << one.what;
}

// What every reader would take for a bomb is not written.
TEST(Write, a_manifest_that_repeats_itself_too_often_is_refused) {
  const test::TemporaryFolder folder;
  Manifest manifest = craft::sample_manifest();
  for (int i = 0; i < 60'000; ++i) manifest.rewrites.push_back({.file = "a", .pointer = "/b", .rule = "noise"});
  const std::string target = folder.path() + "/a.tar.gz";
  const Result<Packed> packed = write_artifact(target, manifest, craft::sample_files());
  ASSERT_FALSE(packed.ok());
  EXPECT_EQ(packed.failure().code, "artifact.invalid-manifest");
  EXPECT_NE(packed.failure().message.find("readers allow 64 MiB, and above 1 MiB 64 times the compressed bytes"), std::string::npos);
  EXPECT_FALSE(system::is_file(target));
  // Many different ones are a manifest like others.
  for (std::size_t i = 0; i < manifest.rewrites.size(); ++i)
    manifest.rewrites[i] = {.file = "adf/pipeline/pl_" + std::to_string(i / 20) + ".json", .pointer = "/properties/activities/" + std::to_string(i), .rule = "noise"};
  const Result<Packed> good = write_artifact(target, manifest, craft::sample_files());
  ASSERT_TRUE(good.ok()) << good.failure().message;
  EXPECT_TRUE(verify_artifact(target).ok());
}

}  // namespace
}  // namespace tidegate::artifact
