import type { Manifest } from "../../../upstreams/cluster.js";
import { secretDigest } from "../../../upstreams/live-object.js";
import type { Fields } from "./live-values.js";

/** What a manifest says of its object, in the form in which a live one is seen: what marks it, and what is in it. */
export function contentOf({ apiVersion: _version, kind, metadata, ...content }: Manifest): Fields {
  const { labels, annotations } = metadata;
  const marks = { ...(labels && { labels }), ...(annotations && { annotations }) };
  return { metadata: marks, ...(kind === "Secret" ? withDigests(content) : content) };
}

/** A Secret's values as digests; `stringData` is another way to write `data`, and wins. */
function withDigests({ data, stringData, ...secret }: Fields): Fields {
  const texts = Object.entries((stringData ?? {}) as Fields).map(([name, text]): [string, string] => [
    name,
    Buffer.from(String(text)).toString("base64"),
  ]);
  const all = { ...((data ?? {}) as Fields), ...Object.fromEntries(texts) };
  const digests = Object.entries(all).map(([name, value]) => [name, secretDigest(String(value))]);
  return { ...secret, data: Object.fromEntries(digests) };
}
