// SPDX-License-Identifier: Apache-2.0
#include "spark/maven/lock.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"

namespace tidegate::spark::maven {
namespace {

using document::Node;

constexpr std::string_view schema = "tidegate/lock/1";

bool is_digest(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

class Reader {
 public:
  Result<LockFile> read(const Node& root) {
    LockFile lock;
    members(root, {"schema", "poms", "repositories", "dependencies"});
    const std::string found = text(root, "schema");
    if (!failure_ && found != schema) {
      fail(root["schema"].location(),
           "has the schema '" + printable(found) + "', expected '" + std::string(schema) + "'");
      if (found.starts_with("tidegate/lock/")) failure_->exit = ExitCode::unsupported;
    }
    for (const Node one : list(root, "poms")) {
      members(one, {"path", "sha256"});
      lock.poms.push_back({text(one, "path"), digest(one)});
    }
    for (const Node one : list(root, "repositories")) {
      members(one, {"id", "url"});
      lock.repositories.push_back({text(one, "id"), text(one, "url")});
    }
    std::set<std::string> keys;
    for (const Node one : list(root, "dependencies")) {
      lock.dependencies.push_back(dependency(one));
      if (!keys.insert(lock.dependencies.back().file.key()).second) {
        fail(one.location(), "names " + printable(lock.dependencies.back().file.key()) + " twice");
      }
    }
    if (failure_) return *failure_;
    return lock;
  }

 private:
  void fail(Location where, std::string message) {
    if (failure_) return;
    failure_ = Diagnostic{.code = "spark.invalid-lock",
                          .where = std::move(where),
                          .message = std::move(message),
                          .hint = "write the file again with `tidegate lock`"};
  }

  void members(const Node& node, std::initializer_list<std::string_view> known) {
    if (!node.is_object()) return fail(node.location(), "is no object");
    for (const Node member : node) {
      if (std::find(known.begin(), known.end(), member.key()) == known.end()) {
        fail(member.key_location(), "has the unknown member '" + printable(member.key()) + "'");
      }
    }
  }

  std::string text(const Node& node, std::string_view name) {
    const Node value = node[name];
    if (!value.is_string() || value.as_string().empty()) {
      fail(node.location(), "lacks the text '" + std::string(name) + "'");
      return {};
    }
    return std::string(value.as_string());
  }

  std::string digest(const Node& node) {
    std::string found = text(node, "sha256");
    if (!is_digest(found)) {
      fail(node["sha256"].location(), "is no SHA-256 in 64 lower-case hex digits");
    }
    return found;
  }

  Node list(const Node& node, std::string_view name) {
    const Node value = node[name];
    if (value.is_array()) return value;
    fail(node.location(), "lacks the list '" + std::string(name) + "'");
    return {};
  }

  LockedDependency dependency(const Node& node) {
    members(node, {"group", "artifact", "version", "type", "classifier", "scope", "via",
                   "repository", "sha256", "size"});
    LockedDependency out{.file = {.group = text(node, "group"),
                                  .artifact = text(node, "artifact"),
                                  .version = text(node, "version"),
                                  .type = node["type"] ? text(node, "type") : "jar",
                                  .classifier = node["classifier"] ? text(node, "classifier") : ""},
                         .scope = text(node, "scope"),
                         .repository = text(node, "repository"),
                         .sha256 = digest(node),
                         .where = node.location()};
    if (out.scope != "compile" && out.scope != "runtime") {
      fail(node["scope"].location(), "has the scope '" + printable(out.scope) +
                                         "', expected compile or runtime");
    }
    for (const Node one : list(node, "via")) {
      if (!one.is_string()) fail(one.location(), "is no text");
      out.via.emplace_back(one.as_string());
    }
    const auto size = node["size"].as_integer();
    if (!size || *size < 0) fail(node.location(), "lacks the number 'size'");
    out.size = static_cast<std::uint64_t>(size.value_or(0));
    if (!is_safe(out.file)) fail(node.location(), "names a library whose coordinates are no path");
    if (unpinned_reason(out.file.version)) fail(node.location(), "has no exact version");
    return out;
  }

  std::optional<Diagnostic> failure_{};
};

void write_dependency(document::JsonWriter& json, const LockedDependency& one) {
  json.begin_object()
      .member("group", one.file.group)
      .member("artifact", one.file.artifact)
      .member("version", one.file.version);
  if (one.file.type != "jar") json.member("type", one.file.type);
  if (!one.file.classifier.empty()) json.member("classifier", one.file.classifier);
  json.member("scope", one.scope).key("via").begin_array();
  for (const std::string& text : one.via) json.string(text);
  json.end_array()
      .member("repository", one.repository)
      .member("sha256", one.sha256)
      .member("size", static_cast<std::int64_t>(one.size))
      .end_object();
}

}  // namespace

std::string render_lock(const LockFile& lock) {
  std::string text;
  document::JsonWriter json(text);
  json.begin_object().member("schema", schema).key("poms").begin_array();
  for (const LockedPom& one : lock.poms) {
    json.begin_object().member("path", one.path).member("sha256", one.sha256).end_object();
  }
  json.end_array().key("repositories").begin_array();
  for (const LockedRepository& one : lock.repositories) {
    json.begin_object().member("id", one.id).member("url", one.url).end_object();
  }
  json.end_array().key("dependencies").begin_array();
  for (const LockedDependency& one : lock.dependencies) write_dependency(json, one);
  json.end_array().end_object();
  return text + "\n";
}

Result<LockFile> parse_lock(const std::string& file, std::string text) {
  const auto parsed = document::parse_json(file, std::move(text));
  if (!parsed) {
    Diagnostic failure = parsed.failure();
    failure.code = "spark.invalid-lock";
    return failure;
  }
  Result<LockFile> lock = Reader().read((*parsed)->root());
  if (lock) lock->file = file;
  return lock;
}

}  // namespace tidegate::spark::maven
