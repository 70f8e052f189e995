// SPDX-License-Identifier: Apache-2.0
// Maven's settings.xml: where repositories are and who may ask them. Passwords are kept, never shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "spark/maven/model.hpp"
#include "system/environment.hpp"

namespace tidegate::spark::maven {

struct Mirror {
  std::string id{};
  std::string of{};  // "*", "external:*", "a,b,!c"
  std::string url{};
};

struct Server {
  std::string id{};
  std::string user{};
  std::string password{};
  bool encrypted = false;  // "{…}": only Maven can read it
};

struct SettingsProxy {
  std::string protocol{};  // of the addresses asked: http, https
  std::string url{};
  std::string user{}, password{};
  std::string no_proxy{};  // as curl wants it: commas, no '*.'
};

struct Settings {
  std::string local_repository{};
  bool offline = false;
  std::vector<Mirror> mirrors{};
  std::vector<Server> servers{};
  std::vector<SettingsProxy> proxies{};         // active ones
  std::vector<ModelRepository> repositories{};  // of active profiles
};

// `${env.NAME}` and `${user.home}` are replaced from the environment. Code spark.invalid-settings.
Result<Settings> parse_settings(const std::string& file, std::string text,
                                const system::Environment& environment);

struct RemoteRepository {  // ready to be asked
  std::string id{};
  std::string url{};  // without '/' at the end
  std::string user{}, password{};
  Location where{};
};

// The mirror and the credentials that the settings have for a repository. Code
// spark.invalid-settings: its password is encrypted, or the address is none.
Result<RemoteRepository> locate_repository(const ModelRepository& repository,
                                           const Settings& settings);

}  // namespace tidegate::spark::maven
