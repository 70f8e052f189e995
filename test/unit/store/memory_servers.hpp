// SPDX-License-Identifier: Apache-2.0
// Servers in memory, as far as the clients of this module ask: a registry, Blob Storage with a service that gives tokens, S3.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "store/web.hpp"
#include "support/fake_http.hpp"
#include "system/digest.hpp"

namespace tidegate::store {

using test::Asked;
using test::Reply;

// A small registry in memory.
struct Registry {
  std::map<std::string, std::string> blobs{}, manifests{};  // "repository|digest or tag"
  bool has_referrers = false;
  std::string token{};  // that it wants; "": none
  std::string realm = "https://auth.example/token";

  Reply serve(const Asked& asked) {
    const UrlParts url = split_url(asked.target);
    if (asked.target.starts_with(realm)) return serve_token(asked, url);
    if (!token.empty() && asked.header("Authorization") != "Bearer " + token) {
      return {.status = 401, .headers = {{"WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"reg\",scope=\"repository:a/orders:pull,push\""}}};
    }
    for (const char* kind : {"/blobs/uploads/", "/manifests/", "/blobs/", "/referrers/", "/tags/list"}) {
      const std::size_t at = url.path.find(kind);
      if (at == std::string::npos) continue;
      return serve_kind(asked, url, kind, url.path.substr(4, at - 4), url.path.substr(at + std::string(kind).size()));
    }
    return {.status = 404};
  }
  Reply serve_token(const Asked& asked, const UrlParts& url) {
    std::string scope;
    for (const auto& one : url.query) scope += one.first + "=" + one.second + ";";
    EXPECT_EQ(scope, "service=reg;scope=repository:a/orders:pull,push;");
    if (asked.header("user") != "ci:CANARY-pw") return {.status = 401, .body = "CANARY-pw is wrong"};
    return {.body = "{\"token\":\"" + token + "\"}"};
  }
  Reply serve_kind(const Asked& asked, const UrlParts& url, const std::string& kind, const std::string& repository, const std::string& rest) {
    if (kind == "/blobs/uploads/" && asked.method == "POST") return {.status = 202, .headers = {{"Location", url.path + "u1?state=x"}}};
    if (kind == "/blobs/uploads/") {
      const std::string digest = url.query.back().second;
      if (digest != "sha256:" + system::sha256_hex(asked.body)) return {.status = 400};
      blobs[repository + "|" + digest] = asked.body;
      return {.status = 201};
    }
    if (kind == "/referrers/") {
      if (!has_referrers) return {.status = 404};
      std::string list;
      for (const auto& one : manifests) {
        if (one.second.find("\"subject\":{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" + rest) == std::string::npos) continue;
        const std::string title = "org.opencontainers.image.title\":\"";
        const std::size_t name = one.second.rfind(title) + title.size();
        list += std::string(list.empty() ? "" : ",") + R"({"mediaType":"m","digest":")" + one.first.substr(one.first.find('|') + 1) + R"(","size":1,"artifactType":"application/vnd.tidegate.sidecar.v1","annotations":{")" +
                title + one.second.substr(name, one.second.find('"', name) - name) + "\"}}";
      }
      return {.body = "{\"manifests\":[" + list + "]}"};
    }
    if (kind == "/manifests/" && asked.method == "PUT") {
      manifests[repository + "|" + rest] = asked.body;
      Reply reply{.status = 201};
      if (has_referrers && asked.body.find("\"subject\"") != std::string::npos) reply.headers.emplace_back("OCI-Subject", "x");
      return reply;
    }
    const auto& from = kind == "/manifests/" ? manifests : blobs;
    const auto found = from.find(repository + "|" + rest);
    return found == from.end() ? Reply{.status = 404} : Reply{.body = found->second};
  }
};

// What lies below keys; writes with If-None-Match create only.
struct KeyedServer {
  struct Object {
    std::string bytes{};
    system::HttpHeaders facts{};
  };
  std::map<std::string, Object> objects{};  // by their path: /container/key
  std::string fact_prefix{};

  bool create(const std::string& path, const std::string& bytes, const Asked& asked) {
    if (asked.header("If-None-Match") == "*" && objects.count(path) > 0) return false;
    Object object{.bytes = bytes};
    for (const auto& one : asked.headers) {
      if (starts_with_ignoring_case(one.first, fact_prefix)) object.facts.push_back(one);
    }
    objects[path] = std::move(object);
    return true;
  }
  Reply get(const std::string& path) const {
    const auto found = objects.find(path);
    if (found == objects.end()) return {.status = 404};
    Reply reply{.body = found->second.bytes, .headers = found->second.facts};
    reply.headers.emplace_back("Content-Length", std::to_string(reply.body.size()));
    return reply;
  }
  static std::string query_of(const UrlParts& url, const std::string& name) {
    for (const auto& one : url.query) {
      if (one.first == name) return one.second;
    }
    return {};
  }
  std::vector<std::string> keys(const std::string& folder, const std::string& prefix) const {
    std::vector<std::string> found;
    for (const auto& one : objects) {
      if (one.first.starts_with(folder + prefix)) found.push_back(one.first.substr(folder.size()));
    }
    return found;
  }
};

struct BlobServer : KeyedServer {
  BlobServer() { fact_prefix = "x-ms-meta-"; }
  std::map<std::string, std::string> blocks{};  // by path and id
  int tokens = 0;                               // that were given; the last one is good

  Reply serve(const Asked& asked) {
    const UrlParts url = split_url(asked.target);
    if (url.path.ends_with("/oauth2/v2.0/token")) {
      return {.body = R"({"token_type":"Bearer","expires_in":3600,"access_token":"t)" + std::to_string(++tokens) + "\"}"};
    }
    if (asked.header("Authorization") != "Bearer t" + std::to_string(tokens)) return {.status = 401};
    if (asked.method == "PUT") return put(asked, url);
    if (query_of(url, "comp") == "list") return list(url);
    return get(url.path);
  }

 private:
  Reply put(const Asked& asked, const UrlParts& url) {
    const std::string comp = query_of(url, "comp");
    if (comp == "block") {
      blocks[url.path + query_of(url, "blockid")] = asked.body;
      return {.status = 201};
    }
    std::string bytes = asked.body;
    if (comp == "blocklist") {
      bytes.clear();
      const std::string begin = "<Uncommitted>";
      for (std::size_t at = asked.body.find(begin); at != std::string::npos; at = asked.body.find(begin, at)) {
        at += begin.size();
        const auto block = blocks.find(url.path + asked.body.substr(at, asked.body.find('<', at) - at));
        if (block == blocks.end()) return {.status = 400, .headers = {{"x-ms-error-code", "InvalidBlockList"}}};
        bytes += block->second;
      }
    }
    if (create(url.path, bytes, asked)) return {.status = 201};
    return {.status = 409, .headers = {{"x-ms-error-code", "BlobAlreadyExists"}}};
  }
  Reply list(const UrlParts& url) const {
    std::string rows;
    for (const std::string& key : keys(url.path + "/", query_of(url, "prefix"))) rows += "<Blob><Name>" + key + "</Name></Blob>";
    return {.body = "<EnumerationResults><Blobs>" + rows + "</Blobs><NextMarker/></EnumerationResults>"};
  }
};

struct BucketServer : KeyedServer {
  BucketServer() { fact_prefix = "x-amz-meta-"; }
  struct Upload {
    Asked begun{};
    std::map<int, std::string> parts{};
  };
  std::map<std::string, Upload> uploads{};
  int count = 0;

  Reply serve(const Asked& asked) {
    const UrlParts url = split_url(asked.target);
    const std::string upload = query_of(url, "uploadId");
    if (asked.method == "PUT") return upload.empty() ? put(asked, url) : put_part(asked, url, upload);
    if (asked.method == "DELETE") {
      uploads.erase(upload);
      return {.status = 204};
    }
    if (asked.method == "POST") return upload.empty() ? begin(asked) : complete(asked, url, upload);
    return query_of(url, "list-type").empty() ? get(url.path) : list(url);
  }

 private:
  Reply put(const Asked& asked, const UrlParts& url) {
    return create(url.path, asked.body, asked) ? Reply{} : Reply{.status = 412};
  }
  Reply put_part(const Asked& asked, const UrlParts& url, const std::string& upload) {
    if (uploads.count(upload) == 0) return {.status = 404, .body = "<Error><Code>NoSuchUpload</Code></Error>"};
    uploads[upload].parts[std::stoi(query_of(url, "partNumber"))] = asked.body;
    return {.headers = {{"ETag", "\"e\""}}};
  }
  Reply begin(const Asked& asked) {
    const std::string name = "u" + std::to_string(++count);
    uploads[name].begun = asked;
    return {.body = "<R><UploadId>" + name + "</UploadId></R>"};
  }
  Reply complete(const Asked& asked, const UrlParts& url, const std::string& upload) {
    if (uploads.count(upload) == 0) return {.status = 404, .body = "<Error><Code>NoSuchUpload</Code></Error>"};
    std::string bytes;
    for (const auto& part : uploads[upload].parts) bytes += part.second;
    Asked begun = uploads[upload].begun;
    begun.headers.emplace_back("If-None-Match", asked.header("If-None-Match"));
    if (!create(url.path, bytes, begun)) return {.status = 412};
    uploads.erase(upload);
    return {.body = "<CompleteMultipartUploadResult/>"};
  }
  Reply list(const UrlParts& url) const {
    std::string rows;
    const std::string folder = url.path.ends_with('/') ? url.path : url.path + "/";
    for (const std::string& key : keys(folder, query_of(url, "prefix"))) rows += "<Contents><Key>" + key + "</Key></Contents>";
    return {.body = "<ListBucketResult>" + rows + "<IsTruncated>false</IsTruncated></ListBucketResult>"};
  }
};

}  // namespace tidegate::store
