// SPDX-License-Identifier: Apache-2.0
// Shared Key of Azure Storage, version 2015-02-21 and later. Source:
// learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key.
#pragma once

#include <string>

#include "base/result.hpp"
#include "system/http.hpp"

namespace tidegate::store {

// What is signed: the verb, eleven standard headers, x-ms-* headers, account and path, query.
std::string shared_key_text(const system::HttpRequest& request, const std::string& account);

// "SharedKey <account>:<base64 of HMAC-SHA256>". `key`: bytes, decoded.
std::string shared_key_authorization(const system::HttpRequest& request, const std::string& account,
                                     const std::string& key);

}  // namespace tidegate::store
