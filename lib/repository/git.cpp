// SPDX-License-Identifier: Apache-2.0
#include "repository/git.hpp"

#include <git2/sys/repository.h>
#include <sys/stat.h>

#include <array>
#include <string>

// libgit2 prepares for the network wherever it is used: it parses every certificate of the machine, and starts libssh2,
// which makes OpenSSL's tables. Repositories are only read from disk here, so the programs have their own, empty
// definitions, which the loader finds before those of the libraries (docs/decisions/0053); where libgit2 was built with
// other libraries nobody asks for them. libcurl starts libssh2, too, and speaks nothing but HTTP here.
extern "C" {
struct mbedtls_x509_crt;
int mbedtls_x509_crt_parse_file(mbedtls_x509_crt*, const char*) { return -0x2900; }  // MBEDTLS_ERR_X509_FILE_IO_ERROR
int libssh2_init(int) { return 0; }
}

namespace tidegate::repository {

namespace {

// Extensions of a repository's format that change neither names nor storage of the objects that we
// read. `objectformat` (sha256) and `refstorage` are left out on purpose: libgit2 then refuses.
constexpr std::array<const char*, 4> harmless_extensions = {"worktreeconfig", "partialclone",
                                                            "preciousobjects", "relativeworktrees"};

std::string without_slash(const char* path) {
  std::string text = path == nullptr ? "" : path;
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

}  // namespace

GitLibrary::GitLibrary() {
  git_libgit2_init();
  git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
  git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, std::size_t{4} << 20U);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, std::size_t{16} << 20U);
  auto extensions = harmless_extensions;  // libgit2 copies the names, but wants them mutable
  git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size());
}

GitLibrary::~GitLibrary() { git_libgit2_shutdown(); }

std::string last_git_error() {
  const git_error* error = git_error_last();
  return error == nullptr || error->message == nullptr ? "unknown error" : error->message;
}

std::string to_string(const git_oid& id) {
  std::array<char, GIT_OID_HEXSZ> text{};
  git_oid_fmt(text.data(), &id);
  return {text.data(), text.size()};
}

Diagnostic repository_failure(std::string_view code, ExitCode exit, std::string file,
                              std::string message, std::string hint) {
  return {.code = std::string(code),
          .where = {.file = std::move(file)},
          .message = std::move(message),
          .hint = std::move(hint),
          .exit = exit};
}

Result<std::shared_ptr<GitRepository>> GitRepository::find(const std::string& folder) {
  std::shared_ptr<GitRepository> repository(new GitRepository(nullptr));  // initialises libgit2
  git_repository* handle = nullptr;
  const int error = git_repository_open_ext(&handle, folder.c_str(), 0, nullptr);
  if (error == GIT_ENOTFOUND) return std::shared_ptr<GitRepository>();
  if (error != 0) {
    const std::string words = last_git_error();
    if (words.find("extension") != std::string::npos ||
        words.find("version") != std::string::npos) {
      return repository_failure(
          "repository.unsupported", ExitCode::unsupported, folder,
          "the git repository has a format that is not supported: " + words,
          "use a repository with SHA-1 object names and the `files` ref store, or "
          "build a copy of the files without .git");
    }
    return repository_failure(
        "repository.broken", ExitCode::unreadable, folder,
        "the git repository cannot be opened: " + words,
        "check it with `git status`; a copy without its .git is built as a folder");
  }
  repository->handle_.reset(handle);
  return repository;
}

std::shared_ptr<GitRepository> GitRepository::in_memory(const std::string& folder) {
  std::shared_ptr<GitRepository> repository(new GitRepository(nullptr));
  git_repository* handle = nullptr;
  if (git_repository_new(&handle) != 0) return nullptr;
  repository->handle_.reset(handle);
  if (git_repository_set_workdir(handle, folder.c_str(), 0) != 0) return nullptr;
  return repository;
}

std::shared_ptr<const GitRepository> GitRepository::open_at(const std::string& folder,
                                                            bool objects_only) {
  std::shared_ptr<GitRepository> repository(new GitRepository(nullptr));
  git_repository* handle = nullptr;
  unsigned flags = GIT_REPOSITORY_OPEN_NO_SEARCH;
  if (objects_only) flags |= GIT_REPOSITORY_OPEN_BARE;
  if (git_repository_open_ext(&handle, folder.c_str(), flags, nullptr) != 0) return nullptr;
  repository->handle_.reset(handle);
  return repository;
}

std::string GitRepository::work_folder() const {
  return without_slash(git_repository_workdir(get()));
}

std::string GitRepository::common_folder() const {
  return without_slash(git_repository_commondir(get()));
}

std::string GitRepository::git_folder() const { return without_slash(git_repository_path(get())); }

std::string GitRepository::lfs_folder() const {
  const std::string folder = common_folder() + "/lfs/objects";
  struct stat info {};
  return ::stat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) ? folder : std::string();
}

std::string GitRepository::index_file() const {
  const std::string folder = git_folder();
  return folder.empty() ? std::string() : folder + "/index";
}

IndexHandle GitRepository::open_index() const {
  const std::string file = index_file();
  git_index* index = nullptr;
  if (file.empty() || git_index_open(&index, file.c_str()) != 0) return nullptr;
  return IndexHandle(index);
}

}  // namespace tidegate::repository
