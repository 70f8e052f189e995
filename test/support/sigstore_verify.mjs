// SPDX-License-Identifier: Apache-2.0
// sigstore_verify.mjs PUBLIC BUNDLE [FILE]: verifies a bundle with Sigstore's own code (@sigstore/verify, found through
// $TIDEGATE_SIGSTORE), without transparency log. Prints "verified", and of an envelope its payload; else exit 1.
import { readFileSync } from "node:fs";
import { createHash, createPublicKey } from "node:crypto";
import { createRequire } from "node:module";

const load = createRequire(process.env.TIDEGATE_SIGSTORE + "/");
const { bundleFromJSON } = load("@sigstore/bundle");
const { Verifier, toSignedEntity, toTrustMaterial } = load("@sigstore/verify");

const [publicFile, bundleFile, file] = process.argv.slice(2);
try {
  const pem = readFileSync(publicFile, "utf8");
  const bundle = bundleFromJSON(JSON.parse(readFileSync(bundleFile, "utf8")));
  const der = createPublicKey(pem).export({ type: "spki", format: "der" });
  const hint = createHash("sha256").update(der).digest("base64");
  const keys = (wanted) => {
    if (wanted !== hint) throw new Error("the hint names another key");
    return { publicKey: createPublicKey(pem), validFor: () => true };
  };
  const material = toTrustMaterial({ mediaType: "", tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [] }, keys);
  const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0 });
  verifier.verify(toSignedEntity(bundle, file ? readFileSync(file) : undefined));
  console.log("verified");
  if (bundle.content.$case === "dsseEnvelope") process.stdout.write(bundle.content.dsseEnvelope.payload);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
