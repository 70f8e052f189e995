// SPDX-License-Identifier: Apache-2.0
// Addresses of stores: a folder ("/srv/releases", "file:///srv/releases"),
// a container ("azblob://account/container/prefix"), a bucket ("s3://bucket/prefix"),
// repositories of a registry ("oci://host:port/prefix").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/store.hpp"

namespace tidegate::store {

enum class Scheme { folder, azblob, s3, oci };

struct Address {
  Scheme scheme = Scheme::folder;
  std::string host{};   // account, bucket, registry with port; "" of a folder
  std::string path{};   // behind it, without slashes at its ends; of a folder the path as given
  std::string shown{};  // for messages
};

// Code store.bad-address (exit 64). Neither user, query nor fragment is accepted: they would hold a
// secret on the command line, where every user of the machine sees it.
Result<Address> parse_address(const std::string& text);

struct ReleaseAddress {  // "<store>/<name>/<version>[@sha256:<identity>]"
  Address store{};
  Coordinates at{};
  std::string identity{};  // 64 hex digits, or ""
};
Result<ReleaseAddress> parse_release_address(const std::string& text);

// The other way round.
std::string render_release_address(const Address& store, const Coordinates& at,
                                   const std::string& identity);

// Whether it is a name, or a version, that an artifact can have.
bool is_coordinate(const std::string& text);

}  // namespace tidegate::store
