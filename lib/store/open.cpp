// SPDX-License-Identifier: Apache-2.0
#include "store/open.hpp"

#include "store/folder.hpp"
#include "store/objects.hpp"

namespace tidegate::store {

Result<std::unique_ptr<Store>> open_store(const Address& address, const Effects&) {
  switch (address.scheme) {
    case Scheme::folder:
      return std::unique_ptr<Store>(
          std::make_unique<KeyedStore>(std::make_unique<FolderObjects>(address.path), ""));
  }
  return std::unique_ptr<Store>();
}

}  // namespace tidegate::store
