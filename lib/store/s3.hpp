// SPDX-License-Identifier: Apache-2.0
// Objects of one S3 bucket. Source: docs.aws.amazon.com/AmazonS3/latest/API; conditional writes:
// AmazonS3/latest/userguide/conditional-writes.html.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "store/objects.hpp"
#include "store/open.hpp"

namespace tidegate::store {

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; AWS_REGION or AWS_DEFAULT_REGION,
// else us-east-1; AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL for another service than Amazon's, which
// is asked with the bucket in the path. Codes store.no-credentials, store.bad-address.
Result<std::unique_ptr<Objects>> open_s3(const std::string& bucket, const Effects& effects);

}  // namespace tidegate::store
