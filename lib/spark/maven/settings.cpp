// SPDX-License-Identifier: Apache-2.0
#include "spark/maven/settings.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "document/xml.hpp"
#include "system/http.hpp"

namespace tidegate::spark::maven {
namespace {

using document::XmlNode;

class Reader {
 public:
  Reader(const std::string& file, const system::Environment& environment)
      : file_(file), environment_(environment) {}

  Settings read(const XmlNode& root) const {
    Settings out;
    out.local_repository = text_of(root, "localRepository");
    out.offline = text_of(root, "offline") == "true";
    for_each(root, "mirrors", "mirror", [&](const XmlNode& one) {
      out.mirrors.push_back({text_of(one, "id"), text_of(one, "mirrorOf"), text_of(one, "url")});
    });
    for_each(root, "servers", "server", [&](const XmlNode& one) {
      Server server{text_of(one, "id"), text_of(one, "username"), text_of(one, "password")};
      const std::string_view raw = one.text_of("password");
      server.encrypted = raw.starts_with('{') && raw.ends_with('}');
      out.servers.push_back(std::move(server));
    });
    for_each(root, "proxies", "proxy", [&](const XmlNode& one) { read_proxy(out, one); });
    read_profiles(out, root);
    return out;
  }

 private:
  template <class Use>
  static void for_each(const XmlNode& root, std::string_view list, std::string_view name,
                       const Use& use) {
    const XmlNode* found = root.find(list);
    if (found == nullptr) return;
    for (const XmlNode& one : found->children) {
      if (one.name == name) use(one);
    }
  }

  // One pass: what a value holds is not expanded again.
  std::string expand(std::string_view text) const {
    std::string out;
    for (;;) {
      const std::size_t open = text.find("${");
      const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
      if (close == std::string_view::npos) return out.append(text);
      const std::string_view name = text.substr(open + 2, close - open - 2);
      std::optional<std::string> value;
      if (name.starts_with("env.")) value = environment_.get(std::string(name.substr(4)));
      if (name == "user.home") value = environment_.get("HOME");
      out.append(text.substr(0, open)).append(value ? *value : text.substr(open, close + 1 - open));
      text.remove_prefix(close + 1);
    }
  }

  std::string text_of(const XmlNode& node, std::string_view child) const {
    return expand(node.text_of(child));
  }

  void read_proxy(Settings& out, const XmlNode& one) const {
    if (one.text_of("active") == "false" || one.text_of("host").empty()) return;
    std::string port = text_of(one, "port");
    SettingsProxy proxy{.protocol = text_of(one, "protocol"),
                        .url = "http://" + text_of(one, "host") + ":" + (port.empty() ? "8080" : port),
                        .user = text_of(one, "username"),
                        .password = text_of(one, "password")};
    if (proxy.protocol.empty()) proxy.protocol = "http";
    const std::string hosts = text_of(one, "nonProxyHosts");
    for (const std::string_view host : split(hosts, '|')) {
      if (trim(host).empty()) continue;
      if (!proxy.no_proxy.empty()) proxy.no_proxy += ",";
      proxy.no_proxy += trim(host).starts_with("*.") ? trim(host).substr(1) : trim(host);
    }
    out.proxies.push_back(std::move(proxy));
  }

  void read_profiles(Settings& out, const XmlNode& root) const {
    std::set<std::string, std::less<>> active;
    for_each(root, "activeProfiles", "activeProfile",
             [&](const XmlNode& one) { active.emplace(trim(one.text)); });
    for_each(root, "profiles", "profile", [&](const XmlNode& profile) {
      const XmlNode* activation = profile.find("activation");
      const bool by_default =
          active.empty() && activation != nullptr && activation->text_of("activeByDefault") == "true";
      if (!by_default && !active.contains(profile.text_of("id"))) return;
      for_each(profile, "repositories", "repository", [&](const XmlNode& one) {
        out.repositories.push_back({text_of(one, "id"), text_of(one, "url"),
                                    {.file = file_, .line = one.line, .column = one.column}});
      });
    });
  }

  const std::string& file_;
  const system::Environment& environment_;
};

bool is_external(std::string_view url) {
  if (starts_with_ignoring_case(url, "file:")) return false;
  const std::size_t scheme = url.find("://");
  const std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  return !host.starts_with("localhost") && !host.starts_with("127.0.0.1");
}

// Maven's mirrorOf: the last word that says no or names the repository decides over "*".
bool mirrors(const Mirror& mirror, const ModelRepository& repository) {
  bool matched = false;
  for (const std::string_view raw : split(mirror.of, ',')) {
    const std::string_view word = trim(raw);
    if (word.starts_with('!')) {
      if (word.substr(1) == repository.id) return false;
    } else if (word == repository.id) {
      return true;
    } else if (word == "*" || (word == "external:*" && is_external(repository.url)) ||
               (word == "external:http:*" && is_external(repository.url) &&
                starts_with_ignoring_case(repository.url, "http:"))) {
      matched = true;
    }
  }
  return matched;
}

Diagnostic refuse(Location where, std::string message, std::string hint) {
  return {.code = "spark.invalid-settings",
          .where = std::move(where),
          .message = std::move(message),
          .hint = std::move(hint)};
}

}  // namespace

Result<Settings> parse_settings(const std::string& file, std::string text,
                                const system::Environment& environment) {
  const auto root = document::parse_xml(file, std::move(text));
  if (!root) {
    Diagnostic failure = root.failure();
    failure.code = "spark.invalid-settings";
    return failure;
  }
  if (root->name != "settings") {
    return refuse({.file = file, .line = root->line, .column = root->column},
                  "found the element <" + printable(root->name) + ">, expected <settings>",
                  "name a settings.xml of Maven");
  }
  return Reader(file, environment).read(*root);
}

Result<RemoteRepository> locate_repository(const ModelRepository& repository,
                                           const Settings& settings) {
  RemoteRepository out{.id = repository.id, .url = repository.url, .where = repository.where};
  const auto mirror = std::find_if(settings.mirrors.begin(), settings.mirrors.end(),
                                   [&](const Mirror& one) { return mirrors(one, repository); });
  if (mirror != settings.mirrors.end()) {
    out.id = mirror->id;
    out.url = mirror->url;
  }
  const auto server = std::find_if(settings.servers.begin(), settings.servers.end(),
                                   [&](const Server& one) { return one.id == out.id; });
  if (server != settings.servers.end()) {
    if (server->encrypted) {
      return refuse(repository.where,
                    "the password of the server '" + printable(server->id) +
                        "' in Maven's settings is encrypted, and only Maven can read it",
                    "hand it over in the environment: <password>${env.NAME}</password>");
    }
    out.user = server->user;
    out.password = server->password;
  }
  while (out.url.ends_with('/')) out.url.pop_back();
  const bool good = starts_with_ignoring_case(out.url, "https://") ||
                    starts_with_ignoring_case(out.url, "http://") ||
                    starts_with_ignoring_case(out.url, "file://");
  if (!good || out.url.find("${") != std::string::npos) {
    return refuse(repository.where,
                  "the repository '" + printable(out.id) + "' has the address '" +
                      system::shown_url(out.url) + "', expected https://, http:// or file://",
                  "correct the address, or set the variable that it names");
  }
  return out;
}

}  // namespace tidegate::spark::maven
