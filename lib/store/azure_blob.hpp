// SPDX-License-Identifier: Apache-2.0
// Objects as block blobs of one container. Source: learn.microsoft.com/rest/api/storageservices,
// version 2021-12-02.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "store/objects.hpp"
#include "store/open.hpp"

namespace tidegate::store {

// Credentials: AZURE_STORAGE_KEY (base64), else AZURE_STORAGE_SAS_TOKEN, else AzureToken. The
// service is https://<account>.blob.core.windows.net, or AZURE_STORAGE_SERVICE_ENDPOINT. Codes
// store.no-credentials, store.bad-address.
Result<std::unique_ptr<Objects>> open_azure_blob(const std::string& account,
                                                 const std::string& container,
                                                 const Effects& effects);

}  // namespace tidegate::store
