import type { Manifest } from "../../../upstreams/cluster-object.js";
import { secretDigest } from "../../../upstreams/live-object.js";
import type { FieldMap } from "./live-values.js";

/** The labels, annotations and content of a manifest, in the form of a live object; Secrets have digests for values. */
export function desiredContent({ apiVersion: _version, kind, metadata, ...content }: Manifest): FieldMap {
  const { labels, annotations } = metadata;
  const marks = { ...(labels && { labels }), ...(annotations && { annotations }) };
  return { metadata: marks, ...(kind === "Secret" ? withDigests(content) : content) };
}

/** A Secret with digests of its values; `stringData` overrides `data`. */
function withDigests({ data, stringData, ...secret }: FieldMap): FieldMap {
  const texts = Object.entries((stringData ?? {}) as FieldMap).map(([name, text]): [string, string] => [
    name,
    Buffer.from(String(text)).toString("base64"),
  ]);
  const all = { ...((data ?? {}) as FieldMap), ...Object.fromEntries(texts) };
  const digests = Object.entries(all).map(([name, value]) => [name, secretDigest(String(value))]);
  return { ...secret, data: Object.fromEntries(digests) };
}
