// SPDX-License-Identifier: Apache-2.0
#include "repository/git.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace tidegate::repository {
namespace {

// Of what libgit2 starts for the network, the loader finds our empty definitions before those of the libraries.
TEST(Git, starts_nothing_for_the_network) {
  const GitLibrary library;
  for (const char* name : {"libssh2_init", "mbedtls_x509_crt_parse_file"}) {
    void* function = ::dlsym(RTLD_DEFAULT, name);
    ASSERT_NE(function, nullptr) << name << ": libgit2 was built with other libraries, or nothing exports ours";
    Dl_info where{};
    ASSERT_NE(::dladdr(function, &where), 0) << name;
    EXPECT_TRUE(std::filesystem::equivalent(where.dli_fname, "/proc/self/exe")) << name << " is that of " << where.dli_fname;
  }
}

}  // namespace
}  // namespace tidegate::repository
