// SPDX-License-Identifier: Apache-2.0
#include "artifact/sbom.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "base/text.hpp"
#include "document/write.hpp"
#include "system/digest.hpp"

namespace tidegate::artifact {

namespace {

using document::JsonWriter;

// Package URL, rules for encoding: unreserved characters stay.
std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                       c == '_' || c == '~';
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

std::string named_purl(std::string_view type, std::string_view name, std::string_view version) {
  if (name.empty()) return {};
  return "pkg:" + std::string(type) + "/" + encoded(name) + (version.empty() ? "" : "@" + encoded(version));
}

// Equal components become one.
struct Merged {
  std::vector<Component> components{};
  std::vector<std::string> refs{};          // parallel
  std::vector<std::set<std::string>> inside{};  // refs
};

std::string identity_of(const Component& component) {
  std::string key = component.type + "\n" + component.purl + "\n" + component.sha256;
  if (component.purl.empty()) key += "\n" + component.group + "\n" + component.name + "\n" + component.version;
  if (component.purl.empty() && component.sha256.empty()) key += "\n" + join(component.locations, "\n");
  return key;
}

// A name that no other component has and that does not depend on the order.
std::string ref_of(const Component& component, const std::map<std::string, std::size_t>& purls) {
  if (component.purl.empty()) {
    return component.type + ":" + system::sha256_hex(identity_of(component)).substr(0, 32);
  }
  if (purls.at(component.purl) == 1) return component.purl;
  return component.purl + "#" + (component.sha256.empty() ? std::string("inside") : component.sha256.substr(0, 16));
}

Merged merge(std::vector<Component> components) {
  std::map<std::string, std::size_t> places;
  std::vector<std::size_t> place_of;
  Merged merged;
  for (Component& component : components) {
    const auto added = places.emplace(identity_of(component), merged.components.size());
    place_of.push_back(added.first->second);
    if (added.second) {
      merged.components.push_back(component);
    } else {
      auto& locations = merged.components[added.first->second].locations;
      locations.insert(locations.end(), component.locations.begin(), component.locations.end());
    }
  }
  std::map<std::string, std::size_t> purls;
  for (Component& component : merged.components) {
    std::sort(component.locations.begin(), component.locations.end());
    component.locations.erase(std::unique(component.locations.begin(), component.locations.end()), component.locations.end());
    std::sort(component.properties.begin(), component.properties.end());
    if (!component.purl.empty()) ++purls[component.purl];
  }
  for (const Component& component : merged.components) merged.refs.push_back(ref_of(component, purls));
  merged.inside.resize(merged.components.size());
  for (std::size_t i = 0; i < components.size(); ++i) {
    for (const std::size_t other : components[i].inside) {
      if (place_of[other] != place_of[i]) merged.inside[place_of[i]].insert(merged.refs[place_of[other]]);
    }
  }
  return merged;
}

void put_hashes(JsonWriter& json, const Component& component) {
  if (component.sha256.empty() && component.sha1.empty()) return;
  json.key("hashes").begin_array();
  if (!component.sha1.empty()) json.begin_object().member("alg", "SHA-1").member("content", component.sha1).end_object();
  if (!component.sha256.empty()) json.begin_object().member("alg", "SHA-256").member("content", component.sha256).end_object();
  json.end_array();
}

void put_evidence(JsonWriter& json, const Component& component) {
  if (component.technique.empty() && component.locations.empty()) return;
  json.key("evidence").begin_object();
  if (!component.technique.empty()) {
    const std::string_view value = !component.purl.empty() ? component.purl : !component.name.empty() ? component.name : component.sha256;
    json.key("identity").begin_array().begin_object();
    json.member("field", !component.purl.empty() ? "purl" : "name").key("confidence").number(component.confidence);
    json.key("methods").begin_array().begin_object().member("technique", component.technique);
    json.key("confidence").number(component.confidence).member("value", value).end_object().end_array();
    json.end_object().end_array();
  }
  if (!component.locations.empty()) {
    json.key("occurrences").begin_array();
    for (const std::string& location : component.locations) json.begin_object().member("location", location).end_object();
    json.end_array();
  }
  json.end_object();
}

void put_component(JsonWriter& json, const Component& component, const std::string& ref) {
  json.begin_object().member("type", component.type).member("bom-ref", ref);
  if (!component.group.empty()) json.member("group", component.group);
  json.member("name", component.name);
  if (!component.version.empty()) json.member("version", component.version);
  put_hashes(json, component);
  if (!component.purl.empty()) json.member("purl", component.purl);
  if (!component.properties.empty()) {
    json.key("properties").begin_array();
    for (const auto& property : component.properties) {
      json.begin_object().member("name", property.first).member("value", property.second).end_object();
    }
    json.end_array();
  }
  put_evidence(json, component);
  json.end_object();
}

constexpr std::string_view subject_ref = "artifact";

void put_metadata(JsonWriter& json, const Manifest& manifest) {
  json.key("metadata").begin_object();
  json.key("tools").begin_object().key("components").begin_array().begin_object();
  json.member("type", "application").member("name", "tidegate").member("version", manifest.tool_version);
  json.end_object().end_array().end_object();
  json.key("component").begin_object().member("type", "application").member("bom-ref", subject_ref);
  json.member("name", manifest.name).member("version", manifest.version);
  json.key("properties").begin_array();
  json.begin_object().member("name", "tidegate:commit").member("value", manifest.source.commit).end_object();
  json.begin_object().member("name", "tidegate:contentDigest").member("value", "sha256:" + manifest.content_digest).end_object();
  json.end_array().end_object().end_object();
}

void put_dependencies(JsonWriter& json, const Merged& merged, const std::vector<std::size_t>& order) {
  std::set<std::string> carried, top;
  for (const auto& inside : merged.inside) carried.insert(inside.begin(), inside.end());
  for (const std::string& ref : merged.refs) {
    if (!carried.contains(ref)) top.insert(ref);
  }
  const auto put = [&](std::string_view ref, const std::set<std::string>& on) {
    json.begin_object().member("ref", ref);
    if (!on.empty()) {
      json.key("dependsOn").begin_array();
      for (const std::string& other : on) json.string(other);
      json.end_array();
    }
    json.end_object();
  };
  json.key("dependencies").begin_array();
  put(subject_ref, top);
  for (const std::size_t index : order) put(merged.refs[index], merged.inside[index]);
  json.end_array();
}

}  // namespace

std::string render_sbom(const Manifest& manifest, std::vector<Component> components) {
  const Merged merged = merge(std::move(components));
  std::vector<std::size_t> order(merged.components.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return merged.refs[a] < merged.refs[b]; });
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
  json.member("bomFormat", "CycloneDX").member("specVersion", "1.6");
  json.member("serialNumber", "urn:uuid:" + uuid_of_url("urn:tidegate:content:sha256:" + manifest.content_digest));
  json.member("version", std::int64_t{1});
  put_metadata(json, manifest);
  json.key("components").begin_array();
  for (const std::size_t index : order) put_component(json, merged.components[index], merged.refs[index]);
  json.end_array();
  put_dependencies(json, merged, order);
  json.end_object();
  return out + "\n";
}

std::string maven_purl(std::string_view group, std::string_view artifact, std::string_view version) {
  if (group.empty() || artifact.empty() || version.empty()) return {};
  return "pkg:maven/" + encoded(group) + "/" + encoded(artifact) + "@" + encoded(version) + "?type=jar";
}

std::string pypi_purl(std::string_view name, std::string_view version) {
  std::string normal;
  for (const char c : to_lower(name)) {
    const bool separator = c == '-' || c == '_' || c == '.';
    if (separator && normal.ends_with('-')) continue;
    normal += separator ? '-' : c;
  }
  return named_purl("pypi", normal, version);
}

std::string cran_purl(std::string_view name, std::string_view version) { return named_purl("cran", name, version); }

std::string uuid_of_url(std::string_view url) {
  constexpr std::string_view url_space("\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8", 16);
  system::Sha1 digest;
  digest.update(url_space);
  digest.update(url);
  std::string hex = digest.finish_hex().substr(0, 32);
  hex[12] = '5';
  constexpr std::string_view variants = "89ab";
  const char c = hex[16];
  hex[16] = variants[static_cast<std::size_t>(c <= '9' ? c - '0' : c - 'a' + 10) & 3U];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
}

}  // namespace tidegate::artifact
