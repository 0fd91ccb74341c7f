import { UpstreamRejected } from "../../kernel/errors.js";
import type { ObjectRef } from "../cluster-object.js";
import type { FieldPath, LiveObject } from "../live-object.js";
import { nameOf, type KubernetesApi } from "./kubernetes-api.js";
import { indexOf, toLiveObject, valueAt } from "./live-translation.js";
import type { WireObject } from "./wire.js";

const mostAttempts = 5;

/**
 * Removes fields that other managers set, which our apply cannot remove. The fields are chosen from the present object;
 * when it changes meanwhile, they are chosen again. Returns the stored object.
 */
export async function removeFields(
  api: KubernetesApi,
  fieldManager: string,
  { ref, which }: { readonly ref: ObjectRef; readonly which: (live: LiveObject) => readonly FieldPath[] },
  signal: AbortSignal,
): Promise<WireObject | undefined> {
  const path = await api.pathOf(ref, signal);
  for (let attempt = 1; ; attempt++) {
    const found = (await api.request(nameOf(ref), { path }, signal)) as WireObject;
    const live = toLiveObject(found, ref, fieldManager);
    const pointers = live ? which(live).flatMap((each) => pointerTo(found, each)) : [];
    if (pointers.length === 0) return found;
    const operations = [
      // Not a `test`: a failed precondition is 409, a failed `test` is a refusal like any other.
      { op: "replace", path: "/metadata/resourceVersion", value: found.metadata.resourceVersion },
      ...pointers
        .sort(lastFirst)
        .map((steps) => ({ op: "remove", path: steps.map((step) => `/${escaped(step)}`).join("") })),
    ];
    const headers = { "content-type": "application/json-patch+json" };
    const request = {
      method: "PATCH",
      path,
      query: { fieldManager },
      headers,
      body: JSON.stringify(operations),
    } as const;
    try {
      return (await api.request(nameOf(ref), request, signal)) as WireObject;
    } catch (error) {
      const isOverwritten = error instanceof UpstreamRejected && error.status === 409;
      if (!isOverwritten || attempt === mostAttempts) throw error;
    }
  }
}

type Pointer = (string | number)[];

/** The path with list positions; empty when it leads nowhere. */
function pointerTo(object: unknown, path: FieldPath): Pointer[] {
  const pointer: Pointer = [];
  let value = object;
  for (const step of path) {
    pointer.push(Array.isArray(value) ? indexOf(value, step) : (step as string));
    value = valueAt(value, step);
    if (value === undefined) return [];
  }
  return [pointer];
}

/** From the end of lists, so that positions stay valid. */
function lastFirst(a: Pointer, b: Pointer): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [one, other] = [a[at], b[at]];
  return typeof one === "number" && typeof other === "number" ? other - one : 0;
}

const escaped = (step: string | number): string => String(step).replaceAll("~", "~0").replaceAll("/", "~1");
