import type { SecretCipher } from "../../kernel/secret-cipher.js";
import { hideSealedIn, openText } from "../../rendering/sealed-text.js";
import type { Manifest } from "../../upstreams/cluster-object.js";

const keeps = ["data", "stringData"] as const;
const hidden = "(secret)";

/** The object as the cluster needs it: the values of a Secret are decrypted. */
export function decryptSecrets(manifest: Manifest, cipher: SecretCipher): Manifest {
  const open = (text: string): string => openText(text, (variableId, sealed) => cipher.decrypt(sealed, variableId));
  return mapSecret(manifest, {
    stringData: open,
    data: (text) => {
      const plain = Buffer.from(text, "base64").toString("utf8");
      const opened = open(plain);
      // Other values stay as they are.
      return opened === plain ? open(text) : Buffer.from(opened, "utf8").toString("base64");
    },
  });
}

/** The object as people may see it: of a Secret only the keys, without the values. */
export const redactSecrets = (manifest: Manifest): Manifest =>
  hideSealedIn(mapSecret(manifest, { data: () => hidden, stringData: () => hidden }));

function mapSecret(
  manifest: Manifest,
  map: Readonly<Record<(typeof keeps)[number], (text: string) => string>>,
): Manifest {
  if (manifest.kind !== "Secret") return manifest;
  const mapped = keeps.flatMap((field) => {
    const values = manifest[field];
    if (typeof values !== "object" || values === null) return [];
    const entries = Object.entries(values).map(([key, value]) => [
      key,
      typeof value === "string" ? map[field](value) : (value as unknown),
    ]);
    return [[field, Object.fromEntries(entries)]];
  });
  return { ...manifest, ...Object.fromEntries(mapped) };
}
