// SPDX-License-Identifier: Apache-2.0
// Objects as files below a folder: mode 0444, written without a name and linked when they are
// whole.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "store/objects.hpp"

namespace tidegate::store {

class FolderObjects final : public Objects {
 public:
  explicit FolderObjects(std::string folder) : folder_(std::move(folder)) {}  // is made when needed
  Result<std::optional<ObjectInfo>> head(const std::string& key) override;
  Result<bool> create(const std::string& key, const NewObject& object) override;
  Result<bool> read(const std::string& key, const Part& part, system::BodySink& sink) override;
  Result<std::vector<ObjectInfo>> list(const std::string& prefix) override;

 private:
  std::string folder_;
};

}  // namespace tidegate::store
