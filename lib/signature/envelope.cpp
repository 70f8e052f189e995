// SPDX-License-Identifier: Apache-2.0
#include "signature/envelope.hpp"

#include <initializer_list>
#include <optional>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "signature/base64.hpp"
#include "system/digest.hpp"

namespace tidegate::signature {

namespace {

using document::JsonWriter;
using document::Node;

constexpr std::string_view media_type = "application/vnd.dev.sigstore.bundle.v0.3+json";

Diagnostic malformed(Location where, std::string message) {
  return {.code = "signature.malformed",
          .where = std::move(where),
          .message = std::move(message),
          .hint = "expected what `tidegate sign` writes; get the file again",
          .exit = ExitCode::not_verified};
}

Diagnostic not_verified(const std::string& file, std::string message) {
  return {.code = "signature.not-verified",
          .where = {.file = file},
          .message = std::move(message),
          .hint = "use the public key of whoever signed, and the file that was signed; deploy nothing that does not verify",
          .exit = ExitCode::not_verified};
}

// Exactly these members: what is not understood may mean something.
Status check_members(const Node& node, std::initializer_list<std::string_view> names, std::string_view what) {
  if (!node.is_object()) {
    return malformed(node.exists() ? node.location() : Location{}, "there is no " + std::string(what));
  }
  for (const std::string_view name : names) {
    if (!node[name].exists()) return malformed(node.location(), "the " + std::string(what) + " has no `" + std::string(name) + "`");
  }
  for (const Node member : node) {
    bool known = false;
    for (const std::string_view name : names) known = known || member.key() == name;
    if (!known) return malformed(member.key_location(), "the " + std::string(what) + " has the unknown member `" + printable(member.key()) + "`");
  }
  return Done{};
}

Result<std::string> bytes_of(const Node& node, std::string_view what) {
  std::optional<std::string> bytes;
  if (node.is_string()) bytes = decode_base64(node.as_string());
  if (bytes && !bytes->empty()) return std::move(*bytes);
  return malformed(node.location(), "the " + std::string(what) + " is no base64");
}

Result<document::DocumentPtr> parse(const std::string& file, const std::string& text) {
  if (text.size() > max_document) return malformed({.file = file}, "has more than 32 MiB");
  Result<document::DocumentPtr> parsed = document::parse_json(file, text);
  if (!parsed) return malformed(parsed.failure().where, parsed.failure().message);
  return parsed;
}

// The hint names the key; a wrong one is found before any arithmetic.
Status check_hint(const PublicKey& key, const std::string& file, const Node& bundle) {
  if (bundle["mediaType"].as_string() != media_type) {
    return malformed(bundle["mediaType"].location(), "is no Sigstore bundle of version 0.3: `mediaType` is `" +
                                                         printable(bundle["mediaType"].as_string()) + "`");
  }
  const Node material = bundle["verificationMaterial"];
  if (Status status = check_members(material, {"publicKey"}, "verificationMaterial"); !status) return status;
  if (Status status = check_members(material["publicKey"], {"hint"}, "publicKey"); !status) return status;
  const std::string_view hint = material["publicKey"]["hint"].as_string();
  if (hint == key.hint()) return Done{};
  return not_verified(file, "was signed with another key: its hint is " + printable(hint) + ", that of the given key " + key.hint());
}

Result<std::string> verify_envelope(const PublicKey& key, const std::string& file, const Node& node) {
  if (Status status = check_members(node, {"payload", "payloadType", "signatures"}, "envelope"); !status) return status.failure();
  const Node signatures = node["signatures"];
  if (!signatures.is_array() || signatures.size() != 1) {
    return malformed(signatures.location(), "the envelope must have exactly one signature");
  }
  const Node one = signatures.at(0);
  if (Status status = check_members(one, {"keyid", "sig"}, "signature"); !status) return status.failure();
  if (!node["payloadType"].is_string() || node["payloadType"].as_string() != statement_type) {
    return malformed(node["payloadType"].location(), "the payload is `" + printable(node["payloadType"].as_string()) +
                                                         "`, expected `" + std::string(statement_type) + "`");
  }
  Result<std::string> payload = bytes_of(node["payload"], "payload");
  if (!payload) return payload;
  const Result<std::string> der = bytes_of(one["sig"], "signature");
  if (!der) return der;
  if (one["keyid"].as_string() != key.hint()) {
    return not_verified(file, "was signed with another key: its keyid is " + printable(one["keyid"].as_string()) +
                                  ", the hint of the given key " + key.hint());
  }
  if (!key.verify(system::sha256_hex(pre_authentication_encoding(statement_type, *payload)), *der)) {
    return not_verified(file, "the signature does not fit the statement");
  }
  return payload;
}

void put_envelope(JsonWriter& json, const Envelope& envelope) {
  json.begin_object().member("payload", encode_base64(envelope.payload)).member("payloadType", statement_type);
  json.key("signatures").begin_array().begin_object().member("keyid", envelope.key_id);
  json.member("sig", encode_base64(envelope.signature)).end_object().end_array().end_object();
}

void put_material(JsonWriter& json, const std::string& hint) {
  json.member("mediaType", media_type).key("verificationMaterial").begin_object();
  json.key("publicKey").begin_object().member("hint", hint).end_object().end_object();
}

}  // namespace

std::string pre_authentication_encoding(std::string_view type, std::string_view payload) {
  std::string out = "DSSEv1 " + std::to_string(type.size()) + " ";
  out += type;
  out += " " + std::to_string(payload.size()) + " ";
  out += payload;
  return out;
}

Result<Envelope> sign_statement(const PrivateKey& key, std::string payload) {
  Result<std::string> der = key.sign(system::sha256_hex(pre_authentication_encoding(statement_type, payload)));
  if (!der) return der.failure();
  return Envelope{.payload = std::move(payload), .signature = std::move(*der), .key_id = key.public_key().hint()};
}

std::string render_envelope(const Envelope& envelope) {
  std::string out;
  JsonWriter json(out, false);
  put_envelope(json, envelope);
  return out + "\n";
}

std::string render_envelope_bundle(const Envelope& envelope) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  put_material(json, envelope.key_id);
  json.key("dsseEnvelope");
  put_envelope(json, envelope);
  json.end_object();
  return out + "\n";
}

std::string render_file_bundle(const PublicKey& key, const std::string& sha256_hex, std::string_view signature_der) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  put_material(json, key.hint());
  json.key("messageSignature").begin_object().key("messageDigest").begin_object();
  json.member("algorithm", "SHA2_256").member("digest", encode_base64(*decode_hex(sha256_hex))).end_object();
  json.member("signature", encode_base64(signature_der)).end_object().end_object();
  return out + "\n";
}

Status verify_file_bundle(const PublicKey& key, const std::string& file, const std::string& text,
                          const std::string& sha256_hex) {
  const Result<document::DocumentPtr> parsed = parse(file, text);
  if (!parsed) return parsed.failure();
  const Node root = (*parsed)->root();
  if (Status status = check_members(root, {"mediaType", "messageSignature", "verificationMaterial"}, "bundle"); !status) return status;
  if (Status status = check_hint(key, file, root); !status) return status;
  const Node message = root["messageSignature"];
  if (Status status = check_members(message, {"messageDigest", "signature"}, "messageSignature"); !status) return status;
  const Node digest = message["messageDigest"];
  if (Status status = check_members(digest, {"algorithm", "digest"}, "messageDigest"); !status) return status;
  if (digest["algorithm"].as_string() != "SHA2_256") {
    return malformed(digest["algorithm"].location(), "the digest is not SHA2_256");
  }
  const Result<std::string> named = bytes_of(digest["digest"], "digest");
  if (!named) return named.failure();
  const Result<std::string> der = bytes_of(message["signature"], "signature");
  if (!der) return der.failure();
  if (*named != *decode_hex(sha256_hex)) return not_verified(file, "signs another file: its digest is not sha256:" + sha256_hex);
  if (key.verify(sha256_hex, *der)) return Done{};
  return not_verified(file, "the signature does not fit the file");
}

Result<std::string> verify_statement(const PublicKey& key, const std::string& file, const std::string& text) {
  const Result<document::DocumentPtr> parsed = parse(file, text);
  if (!parsed) return parsed.failure();
  const Node root = (*parsed)->root();
  if (!root["mediaType"].exists()) return verify_envelope(key, file, root);
  if (Status status = check_members(root, {"dsseEnvelope", "mediaType", "verificationMaterial"}, "bundle"); !status) {
    return status.failure();
  }
  if (Status status = check_hint(key, file, root); !status) return status.failure();
  return verify_envelope(key, file, root["dsseEnvelope"]);
}

}  // namespace tidegate::signature
