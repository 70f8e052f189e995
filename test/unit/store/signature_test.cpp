// SPDX-License-Identifier: Apache-2.0
// Golden vectors. S3: the first two are those of the documentation of AWS
// (sig-v4-header-based-auth), the others were made with botocore 1.44.8. Azure: made with
// azure-storage-blob's SharedKeyCredentialPolicy.
#include <gtest/gtest.h>

#include <numeric>

#include "store/aws_signature.hpp"
#include "store/azure_key.hpp"
#include "store/web.hpp"
#include "system/digest.hpp"

namespace tidegate::store {
namespace {

constexpr std::int64_t day = 1369353600;  // 2013-05-24T00:00:00Z
const AwsKeys example{.id = "AKIAIOSFODNN7EXAMPLE",
                      .secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};

std::string signature_of(system::HttpRequest request, const std::string& body,
                         const AwsKeys& keys = example) {
  const std::string digest = system::sha256_hex(body);
  request.headers.emplace_back("x-amz-content-sha256", digest);
  request.headers.emplace_back("X-Amz-Date", "20130524T000000Z");
  if (!keys.session.empty()) request.headers.emplace_back("x-amz-security-token", keys.session);
  const std::string header = aws_authorization(request, {.region = "us-east-1"}, keys, day, digest);
  EXPECT_TRUE(header.starts_with(
      "AWS4-HMAC-SHA256 "
      "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;"))
      << header;
  return header.substr(header.find("Signature=") + 10);
}

TEST(AwsSignature, golden_vectors) {
  EXPECT_EQ(signature_of({.url = "https://examplebucket.s3.amazonaws.com/?lifecycle"}, ""),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(
      signature_of({.url = "https://examplebucket.s3.amazonaws.com/?prefix=J&max-keys=2"}, ""),
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  EXPECT_EQ(signature_of({.method = "PUT",
                          .url = "http://127.0.0.1:5000/bucket/a%20b/%C3%A9~%2B%3D%40.tar.gz",
                          .headers = {{"x-amz-meta-tool", "0.1.0"},
                                      {"X-Amz-Meta-Identity", "  two   words "}}},
                         "hello"),
            "306c93de6774ed44d4d3ab35acd2bf73740d7883b747dfe6e56506028f72b5e1");
  AwsKeys temporary = example;
  temporary.session = "session/token==";
  EXPECT_EQ(
      signature_of(
          {.method = "PUT",
           .url =
               "https://bucket.s3.eu-west-1.amazonaws.com/k?uploadId=a%2Bb%2Fc%3D%3D&partNumber=2"},
          "hello", temporary),
      "0de23a6f8e895496f86a1efd0508061a6f0b4f8ff81271799d377a56e0f60e70");
}

TEST(AwsSignature, other_services_encode_the_path_twice) {
  const system::HttpRequest request{.url = "https://h/a%20b"};
  EXPECT_NE(
      canonical_request(request, {.region = "r", .service = "iam", .encode_path_twice = true}, "x")
          .find("\n/a%2520b\n"),
      std::string::npos);
  EXPECT_NE(canonical_request(request, {.region = "r"}, "x").find("\n/a%20b\n"), std::string::npos);
}

struct KeyCase {
  std::string account{};
  system::HttpRequest request{};
  std::string text{}, authorization{};
};

TEST(SharedKey, golden_vectors) {
  std::string key(64, '\0');
  std::iota(key.begin(), key.end(), '\0');
  const std::pair<std::string, std::string> date{"x-ms-date", "Fri, 24 May 2013 00:00:00 GMT"},
      version{"x-ms-version", "2021-12-02"};
  const std::vector<KeyCase> cases{
      {"account",
       {.method = "PUT",
        .url = "https://account.blob.core.windows.net/releases/orders/1.2.0/x%2By.tar.gz",
        .headers = {{"If-None-Match", "*"},
                    {"x-ms-meta-identity", "abc"},
                    version,
                    date,
                    {"X-MS-Blob-Type", "BlockBlob"},
                    {"Content-Type", "application/octet-stream"},
                    {"x-ms-client-request-id", "1"}},
        .body = system::text_body("hello")},
       "PUT\n\n\n5\n\napplication/"
       "octet-stream\n\n\n\n*\n\n\nx-ms-blob-type:BlockBlob\nx-ms-client-request-id:1\n"
       "x-ms-date:Fri, 24 May 2013 00:00:00 GMT\nx-ms-meta-identity:abc\nx-ms-version:2021-12-02\n"
       "/account/releases/orders/1.2.0/x%2By.tar.gz",
       "SharedKey account:p/KuH0nXgtVdossWsZWaBHu4tF4i+GCBuGYyIwLcM8E="},
      {"account",
       {.url = "https://account.blob.core.windows.net/"
               "releases?restype=container&comp=list&prefix=a%2Fb%20c&include=metadata",
        .headers = {date, version}},
       "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 24 May 2013 00:00:00 "
       "GMT\nx-ms-version:2021-12-02\n/account/releases\n"
       "comp:list\ninclude:metadata\nprefix:a/b c\nrestype:container",
       "SharedKey account:QiRHHwi56mo2PBHctq8tutFxHx1L4llH3pim7yKF1Ng="},
      {"devstoreaccount1",
       {.method = "PUT",
        .url = "http://127.0.0.1:10000/devstoreaccount1/c/k?comp=block&blockid=YWJj%2B%3D%3D",
        .headers = {{"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}, date, version},
        .body = system::HttpBody{.size = 8388608}},
       "PUT\n\n\n8388608\nXUFAKrxLKna5cZ2REBfFkg==\n\n\n\n\n\n\n\nx-ms-date:Fri, 24 May 2013 "
       "00:00:00 GMT\n"
       "x-ms-version:2021-12-02\n/devstoreaccount1/devstoreaccount1/c/"
       "k\nblockid:YWJj+==\ncomp:block",
       "SharedKey devstoreaccount1:1PqUIjVS179Uw67FvLCcuCf/Y78CyILFBKC7DPJez6w="},
  };
  for (const KeyCase& one : cases) {
    EXPECT_EQ(shared_key_text(one.request, one.account), one.text);
    EXPECT_EQ(shared_key_authorization(one.request, one.account, key), one.authorization);
  }
}

TEST(Web, times_and_encodings) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(compact_time(day), "20130524T000000Z");
  EXPECT_EQ(percent_encoded("a/b c+é"), "a%2Fb%20c%2B%C3%A9");
  EXPECT_EQ(percent_encoded("a/b", true), "a/b");
  EXPECT_EQ(percent_decoded("a%2Fb%zz%4"), "a/b%zz%4");
  EXPECT_TRUE(is_private_url("https://x/"));
  EXPECT_TRUE(is_private_url("http://127.0.0.1:10000/a"));
  for (const char* open : {"http://x/", "http://127.0.0.1.evil.example/", "ftp://localhost/",
                           "http://127.0.0.1@evil.example/"}) {
    EXPECT_FALSE(is_private_url(open)) << open;
  }
}

TEST(Web, parts_are_bounded_and_enough) {
  EXPECT_EQ(part_size_of(1, 50000), part_size);
  const std::uint64_t large = std::uint64_t{5} << 40U;
  EXPECT_LE(large / part_size_of(large, 10000) + 1, 10000U);
}

}  // namespace
}  // namespace tidegate::store
