import { sealedPattern, type Seal } from "../../kernel/seal.js";
import type { Manifest } from "../../upstreams/cluster.js";

/** What stands for a secret wherever people or releases keep it; only where it is applied it is opened. */
const sealedText = new RegExp(String.raw`orrery-sealed\((var_[0-9a-f]{32}),(${sealedPattern})\)`, "g");

/** A secret variable's content as templates write it. `sealed` is closed for the variable, so it cannot stand for another. */
export const sealedContent = (variableId: string, sealed: string): string => `orrery-sealed(${variableId},${sealed})`;

const keeps = ["data", "stringData"] as const;
const hidden = "(secret)";

/** The object as the cluster is to have it: the secrets in a Secret are opened. */
export function openSecrets(manifest: Manifest, seal: Seal): Manifest {
  const open = (text: string): string =>
    text.replace(sealedText, (_whole, variableId: string, sealed: string) => seal.open(sealed, variableId));
  return mapSecret(manifest, {
    stringData: open,
    data: (text) => {
      const plain = Buffer.from(text, "base64").toString("utf8");
      const opened = open(plain);
      // What is no text, or holds no secret, stays as it is to the byte.
      return opened === plain ? text : Buffer.from(opened, "utf8").toString("base64");
    },
  });
}

/** The object as people may see it: of a Secret they see which values it has, and none of them. */
export const hideSecrets = (manifest: Manifest): Manifest =>
  mapSecret(manifest, { data: () => hidden, stringData: () => hidden });

/** A text as people may see it. */
export const hideSealed = (text: string): string => text.replace(sealedText, hidden);

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
