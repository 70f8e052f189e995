// SPDX-License-Identifier: Apache-2.0
// Signature Version 4 of AWS, in the header. Source:
// docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
#pragma once

#include <cstdint>
#include <string>

#include "system/http.hpp"

namespace tidegate::store {

struct AwsKeys {
  std::string id{};
  std::string secret{};
  std::string session{};  // token of temporary keys, or ""
};

struct AwsScope {
  std::string region{};
  std::string service = "s3";
  bool encode_path_twice = false;  // every service but s3
};

// What is hashed: method, path, sorted query, headers that are signed (host, x-amz-*, and those in
// the list), the sha256 of the body. `request` has its x-amz-* headers already.
std::string canonical_request(const system::HttpRequest& request, const AwsScope& scope,
                              const std::string& body_sha256);

// The value of Authorization.
std::string aws_authorization(const system::HttpRequest& request, const AwsScope& scope,
                              const AwsKeys& keys, std::int64_t now,
                              const std::string& body_sha256);

}  // namespace tidegate::store
