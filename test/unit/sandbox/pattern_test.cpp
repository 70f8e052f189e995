// SPDX-License-Identifier: Apache-2.0
#include "sandbox/pattern.hpp"

#include <gtest/gtest.h>

namespace tidegate::sandbox {
namespace {

TEST(ArmId, is_taken_apart_as_it_was_put_together) {
  struct Case {
    const char *parent, *type, *name, *id;
  };
  const std::string group = "/subscriptions/s/resourceGroups/g";
  const std::string account = group + "/providers/Microsoft.Storage/storageAccounts/a";
  const std::string container = account + "/blobServices/default/containers/c";
  const std::string service = account + "/blobServices/default";
  const std::string lock = account + "/providers/Microsoft.Authorization/locks/l";
  const Case cases[] = {
      {"/subscriptions/s", "Microsoft.Resources/resourceGroups", "g", group.c_str()},
      {group.c_str(), "Microsoft.Storage/storageAccounts", "a", account.c_str()},
      {service.c_str(), "Microsoft.Storage/storageAccounts/blobServices/containers", "c",
       container.c_str()},
      {account.c_str(), "Microsoft.Authorization/locks", "l", lock.c_str()},
      {"/", "Microsoft.Management/managementGroups", "m",
       "/providers/Microsoft.Management/managementGroups/m"}};
  for (const Case& one : cases) {
    EXPECT_EQ(arm_id(one.parent, one.type, one.name), one.id);
    const auto parts = match_pattern("{#arm_id}", std::string(one.id) + "?api-version=2024-01-01");
    ASSERT_TRUE(parts) << one.id;
    EXPECT_EQ(parts->at("id"), one.id);
    EXPECT_EQ(parts->at("name"), one.name);
    EXPECT_EQ(parts->at("parent_id"), one.parent);
    EXPECT_EQ(parts->at("type"), std::string(one.type) + "@2024-01-01");
  }
  EXPECT_EQ(match_pattern("{#arm_id}", account)->at("type"), "Microsoft.Storage/storageAccounts");
}

TEST(ArmId, of_no_resource_is_not_taken_apart) {
  for (const char* text : {"", "/", "a", "/subscriptions/s", "/subscriptions/s/groups/g",
                           "/providers/A.B/c", "/providers/A.B/c/d/e", "/providers/A.B//d"})
    EXPECT_FALSE(match_pattern("{#arm_id}", text)) << text;
}

}  // namespace
}  // namespace tidegate::sandbox
