// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "signature/base64.hpp"
#include "signature/envelope.hpp"
#include "signature/key.hpp"
#include "signature/provenance.hpp"
#include "system/digest.hpp"

namespace tidegate::signature {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

const PrivateKey& key() {
  static const PrivateKey made = *PrivateKey::generate();
  return made;
}

Provenance sample() {
  return {.file = "n-1.tar.gz",
          .sha256 = std::string(64, 'a'),
          .identity = std::string(64, 'b'),
          .external = {{"repository", "https://example.org/r"}, {"ref", "HEAD"}, {"path", ""}, {"version", ""}, {"worktree", "false"}},
          .environment = {"GITHUB_SHA"},
          .internal = {{"compression", "gzip"}, {"inputsDigest", std::string(64, 'c')}},
          .materials = {{.uri = "git+https://example.org/r@" + std::string(40, '1'), .algorithm = "gitCommit", .digest = std::string(40, '1')},
                        {.uri = "urn:tidegate:data"}},
          .builder = "urn:tidegate:builder:local",
          .tool_version = "0.1.0",
          .invocation = "local:1",
          .started = "2026-12-01T08:30:00Z",
          .finished = "2026-12-01T08:30:01Z",
          .byproducts = {{.uri = "n-1.tar.gz.cdx.json", .algorithm = "sha256", .digest = std::string(64, 'd')}}};
}

TEST(Base64, is_that_of_rfc_4648) {
  const std::vector<std::pair<std::string, std::string>> vectors{
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& vector : vectors) {
    EXPECT_EQ(encode_base64(vector.first), vector.second);
    EXPECT_EQ(decode_base64(vector.second), vector.first);
  }
  EXPECT_EQ(encode_base64("\xfb\xff\xbf"), "+/+/");
  EXPECT_EQ(decode_base64("-_-_"), "\xfb\xff\xbf");
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (std::size_t size = 0; size <= all.size(); ++size) EXPECT_EQ(decode_base64(encode_base64(all.substr(0, size))), all.substr(0, size));
}

TEST(Base64, refuses_what_no_encoder_writes) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zm9v\n", " Zg=", "Zg==Zg==", "Z!==", "=Zg="}) {
    EXPECT_FALSE(decode_base64(text).has_value()) << text;
  }
  EXPECT_FALSE(decode_hex("A0").has_value());
  EXPECT_FALSE(decode_hex("a").has_value());
  EXPECT_EQ(decode_hex("00ff"), std::string("\0\xff", 2));
}

TEST(Key, survives_being_written_with_and_without_password) {
  for (const std::string password : {"", "correct horse"}) {
    const auto pem = key().render(password);
    ASSERT_TRUE(pem.ok());
    EXPECT_EQ(pem->starts_with(password.empty() ? "-----BEGIN PRIVATE KEY-----\n" : "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), true) << *pem;
    const auto read = PrivateKey::parse("k", *pem, password);
    ASSERT_TRUE(read.ok()) << render_diagnostic(read.failure());
    EXPECT_EQ(read->public_key().hint(), key().public_key().hint());
    EXPECT_EQ(PublicKey::parse("p", key().public_key().render())->hint(), key().public_key().hint());
  }
  const auto encrypted = key().render("right");
  EXPECT_EQ(PrivateKey::parse("k", *encrypted, "wrong").failure().code, "signature.wrong-password");
  EXPECT_EQ(PrivateKey::parse("k", *encrypted, "").failure().code, "signature.wrong-password");
}

TEST(Key, refuses_what_is_no_key_of_its_kind) {
  // openssl genpkey -algorithm ed25519 | openssl pkey -pubout; the same with EC on secp384r1.
  const std::string ed25519 = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
  for (const std::string& text : {std::string(), std::string("x"), ed25519, *key().render(""), std::string(70000, 'A')}) {
    const auto read = PublicKey::parse("k", text);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.failure().code, "signature.bad-key");
    EXPECT_EQ(read.failure().message.find("MC"), std::string::npos);
  }
  EXPECT_EQ(PrivateKey::parse("k", key().public_key().render(), "").failure().code, "signature.bad-key");
}

TEST(Key, signs_one_digest_only) {
  const std::string digest = system::sha256_hex("x");
  const auto der = key().sign(digest);
  ASSERT_TRUE(der.ok());
  const PublicKey open = key().public_key();
  EXPECT_TRUE(open.verify(digest, *der));
  EXPECT_FALSE(open.verify(system::sha256_hex("y"), *der));
  EXPECT_FALSE(open.verify(digest, *der + "x"));
  EXPECT_FALSE(open.verify(digest, ""));
  EXPECT_FALSE(open.verify("", *der));
  EXPECT_FALSE(PrivateKey::generate()->public_key().verify(digest, *der));
  for (std::size_t i = 0; i < der->size(); ++i) {
    std::string changed = *der;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(open.verify(digest, changed)) << i;
  }
}

// The vector of the specification (dsse, protocol.md).
TEST(Envelope, covers_type_and_payload_with_their_lengths) {
  EXPECT_EQ(pre_authentication_encoding("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(pre_authentication_encoding("", ""), "DSSEv1 0  0 ");
}

TEST(Envelope, gives_the_payload_back_after_verification) {
  const std::string payload = render_provenance(sample());
  const auto envelope = sign_statement(key(), payload);
  ASSERT_TRUE(envelope.ok());
  for (const std::string& text : {render_envelope(*envelope), render_envelope_bundle(*envelope)}) {
    const auto read = verify_statement(key().public_key(), "b", text);
    ASSERT_TRUE(read.ok()) << render_diagnostic(read.failure());
    EXPECT_EQ(*read, payload);
    const auto other = verify_statement(PrivateKey::generate()->public_key(), "b", text);
    ASSERT_FALSE(other.ok());
    EXPECT_EQ(other.failure().code, "signature.not-verified");
  }
  EXPECT_EQ(render_envelope(*envelope).find('\n'), render_envelope(*envelope).size() - 1);
}

// Whatever byte is changed: the document is refused, or it still says the same.
TEST(Envelope, no_changed_byte_is_believed) {
  const auto envelope = sign_statement(key(), render_provenance(sample()));
  const std::string payload = envelope->payload;
  for (const std::string& text : {render_envelope(*envelope), render_envelope_bundle(*envelope)}) {
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (i % 7 == 0 ? 32 : 1));
      const auto read = verify_statement(key().public_key(), "b", changed);
      if (!read) {
        EXPECT_EQ(to_int(read.failure().exit), 30);
        continue;
      }
      ++accepted;
      EXPECT_EQ(*read, payload) << i;
    }
    EXPECT_LT(accepted, text.size() / 20) << "white space only";
  }
}

TEST(Envelope, every_field_is_checked) {
  const auto envelope = sign_statement(key(), render_provenance(sample()));
  const std::string bundle = render_envelope_bundle(*envelope), hint = key().public_key().hint();
  const std::vector<std::pair<std::string, std::string>> changes{
      {"bundle.v0.3+json", "bundle.v0.2+json"},
      {"\"hint\": \"", "\"hint\": \"x"},
      {"\"hint\"", "\"Hint\""},
      {"\"publicKey\"", "\"x509\""},
      {"vnd.in-toto+json", "vnd.in-toto"},
      {"\"keyid\": \"", "\"keyid\": \"x"},
      {"\"sig\": \"", "\"sig\": \"AAAA"},
      {"\"payload\": \"", "\"payload\": \"IAAA"},
      {"\"payload\": \"", "\"payload\": \"!"},
      {"\"mediaType\"", "\"extra\": 1, \"mediaType\""},
      {"\"payloadType\"", "\"extra\": 1, \"payloadType\""},
      {"\"signatures\": [", "\"signatures\": [{\"keyid\": \"x\", \"sig\": \"AAAA\"}, "},
      {"\"dsseEnvelope\"", "\"messageSignature\""}};
  for (const auto& change : changes) {
    const auto read = verify_statement(key().public_key(), "b", replaced(bundle, change.first, change.second));
    ASSERT_FALSE(read.ok()) << change.second;
    EXPECT_EQ(to_int(read.failure().exit), 30);
  }
  EXPECT_FALSE(verify_statement(key().public_key(), "b", "").ok());
  EXPECT_FALSE(verify_statement(key().public_key(), "b", "[]").ok());
  EXPECT_FALSE(verify_statement(key().public_key(), "b", "{}").ok());
}

TEST(FileBundle, signs_one_file) {
  const std::string digest = system::sha256_hex("artifact");
  const std::string bundle = render_file_bundle(key().public_key(), digest, *key().sign(digest));
  const PublicKey open = key().public_key();
  EXPECT_TRUE(verify_file_bundle(open, "b", bundle, digest).ok());
  EXPECT_EQ(verify_file_bundle(open, "b", bundle, system::sha256_hex("other")).failure().code, "signature.not-verified");
  EXPECT_EQ(verify_file_bundle(PrivateKey::generate()->public_key(), "b", bundle, digest).failure().code, "signature.not-verified");
  // The digest of another file with a signature of this one.
  const std::string other = system::sha256_hex("other");
  const std::string mixed = render_file_bundle(open, other, *key().sign(digest));
  EXPECT_EQ(verify_file_bundle(open, "b", mixed, other).failure().code, "signature.not-verified");
  for (const auto& change : std::vector<std::pair<std::string, std::string>>{
           {"SHA2_256", "SHA2_512"}, {"\"digest\": \"", "\"digest\": \"AAAA"}, {"\"signature\": \"", "\"signature\": \"AAAA"},
           {"\"messageDigest\"", "\"digest\""}, {"\"messageSignature\"", "\"extra\": {}, \"messageSignature\""}, {"v0.3", "v0.4"}}) {
    const Status read = verify_file_bundle(open, "b", replaced(bundle, change.first, change.second), digest);
    ASSERT_FALSE(read.ok()) << change.second;
    EXPECT_EQ(to_int(read.failure().exit), 30);
  }
  EXPECT_EQ(verify_statement(open, "b", bundle).failure().code, "signature.malformed");
}

TEST(Provenance, is_read_as_it_was_written) {
  const std::string text = render_provenance(sample());
  const auto read = parse_provenance("p", text);
  ASSERT_TRUE(read.ok()) << render_diagnostic(read.failure());
  EXPECT_EQ(render_provenance(*read), text);
  const auto statement = parse_statement("p", text);
  ASSERT_TRUE(statement.ok());
  EXPECT_EQ(statement->predicate_type, "https://slsa.dev/provenance/v1");
  ASSERT_EQ(statement->subjects.size(), 2U);
  EXPECT_EQ(statement->subjects[1].first, "n-1.tar.gz#tar");
}

TEST(Provenance, every_member_is_needed_and_none_is_passed_over) {
  const std::string text = render_provenance(sample());
  for (const char* name : {"_type", "subject", "name", "digest", "sha256", "predicateType", "predicate", "buildDefinition", "buildType",
                           "externalParameters", "environment", "internalParameters", "resolvedDependencies", "uri", "runDetails", "builder", "id",
                           "version", "tidegate", "metadata", "invocationId", "startedOn", "finishedOn", "byproducts"}) {
    const std::string member = "\"" + std::string(name) + "\":";
    std::string changed = text;
    const std::size_t at = std::string_view(name) == "version" ? text.rfind(member) : text.find(member);
    ASSERT_NE(at, std::string::npos) << name;
    changed.replace(at, member.size(), "\"other\":");
    const auto read = parse_provenance("p", changed);
    ASSERT_FALSE(read.ok()) << name;
    EXPECT_EQ(read.failure().code, "signature.malformed");
  }
  for (const auto& change : std::vector<std::pair<std::string, std::string>>{
           {"Statement/v1", "Statement/v0.1"}, {"provenance/v1", "provenance/v0.2"}, {"build-type:1", "build-type:2"}, {"#tar", "#zip"}}) {
    EXPECT_FALSE(parse_provenance("p", replaced(text, change.first, change.second)).ok()) << change.second;
  }
}

// A layer of an image must not differ from run to run.
TEST(Provenance, may_leave_out_time_and_run_but_only_both) {
  Provenance timeless = sample();
  timeless.invocation = timeless.started = timeless.finished = "";
  const std::string text = render_provenance(timeless);
  EXPECT_NE(text.find("\"metadata\": {}"), std::string::npos) << text;
  const auto read = parse_provenance("p", text);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->finished, "");
  EXPECT_EQ(render_provenance(*read), text);
  EXPECT_FALSE(parse_provenance("p", replaced(text, "\"metadata\": {}", "\"metadata\": []")).ok());
  EXPECT_FALSE(parse_provenance(
                   "p", replaced(text, "\"metadata\": {}", "\"metadata\": {\"startedOn\": \"x\"}"))
                   .ok());
}

TEST(Provenance, time_is_utc) {
  EXPECT_EQ(render_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(render_time(1796113800), "2026-12-01T08:30:00Z");
}

}  // namespace
}  // namespace tidegate::signature
