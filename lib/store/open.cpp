// SPDX-License-Identifier: Apache-2.0
#include "store/open.hpp"

#include <algorithm>

#include "store/azure_blob.hpp"
#include "store/folder.hpp"
#include "store/objects.hpp"
#include "store/oci.hpp"
#include "store/s3.hpp"

namespace tidegate::store {
namespace {

Result<std::unique_ptr<Store>> keyed(Result<std::unique_ptr<Objects>> objects,
                                     const std::string& prefix) {
  if (!objects) return objects.failure();
  return std::unique_ptr<Store>(std::make_unique<KeyedStore>(std::move(*objects), prefix));
}

}  // namespace

Result<std::unique_ptr<Store>> open_store(const Address& address, const Effects& effects) {
  switch (address.scheme) {
    case Scheme::folder:
      return keyed(std::unique_ptr<Objects>(std::make_unique<FolderObjects>(address.path)), "");
    case Scheme::azblob: {
      const std::size_t slash = std::min(address.path.find('/'), address.path.size());
      const std::string prefix = slash == address.path.size() ? "" : address.path.substr(slash + 1);
      return keyed(open_azure_blob(address.host, address.path.substr(0, slash), effects), prefix);
    }
    case Scheme::s3:
      return keyed(open_s3(address.host, effects), address.path);
    case Scheme::oci:
      return open_oci(address.host, address.path, effects);
  }
  return std::unique_ptr<Store>();
}

}  // namespace tidegate::store
