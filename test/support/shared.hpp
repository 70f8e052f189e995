// SPDX-License-Identifier: Apache-2.0
// The shared folder with corpora beside the project, when it is there.
#pragma once

#include <optional>
#include <string>

namespace tidegate::test {

// $TIDEGATE_SHARED, else <source>/../shared; nothing if absent. Tests then GTEST_SKIP.
std::optional<std::string> shared_folder();

// A new empty folder below $TMPDIR, removed with everything in it at the end of the scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  const std::string& path() const { return path_; }
  // Writes a file (folders are made) and returns its full path.
  std::string write(const std::string& name, const std::string& bytes) const;

 private:
  std::string path_{};
};

// Sanitizers map terabytes: a limit on the address space cannot be set then.
#if defined(__clang__)
inline constexpr bool is_sanitized = __has_feature(address_sanitizer);
#elif defined(__SANITIZE_ADDRESS__)
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

// $TIDEGATE_TERRAFORM, else `terraform` on PATH; nothing if absent.
std::optional<std::string> find_terraform();

}  // namespace tidegate::test
