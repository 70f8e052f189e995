// SPDX-License-Identifier: Apache-2.0
// The store of an address, with the credentials of the environment.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.hpp"
#include "store/address.hpp"
#include "store/store.hpp"
#include "system/clock.hpp"
#include "system/environment.hpp"
#include "system/http.hpp"
#include "system/process.hpp"

namespace tidegate::store {

struct Effects {
  system::Http& http;  // one attempt an exchange: stores sign anew and try again themselves
  system::Pause& pause;
  const system::Environment& environment;
  std::function<std::int64_t()> now = system::seconds_since_epoch;
  std::function<Result<system::ProcessResult>(const system::ProcessRequest&)> run =
      system::run_process;
};

// The effects stay with the store. Codes store.no-credentials, store.bad-address (both exit 64).
// Nothing is asked yet.
Result<std::unique_ptr<Store>> open_store(const Address& address, const Effects& effects);

}  // namespace tidegate::store
