const placeholders: Readonly<Record<string, string>> = {
  app: "$app",
  bld: "$build",
  mem: "$member",
  nsp: "$namespace",
  rel: "$release",
  rol: "$rollout",
  ses: "$session",
};

/** The newest id of each kind in any result, so that examples can say `$app` and `$build`. */
export class KnownIds {
  private readonly ids = new Map<string, string>();

  /** Remembers the first id of each kind in a result: lists show the newest first. */
  learn(result: unknown): void {
    const found = new Map<string, string>();
    const visit = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        const placeholder = key === "id" && typeof inner === "string" ? placeholders[inner.slice(0, 3)] : undefined;
        if (placeholder === undefined) visit(inner);
        else if (!found.has(placeholder)) found.set(placeholder, inner as string);
      }
    };
    visit(result);
    for (const [placeholder, id] of found) this.ids.set(placeholder, id);
  }

  /** The same value with ids instead of placeholders; the placeholders without a known id go into `missing`. */
  resolve(value: unknown, missing: string[] = []): unknown {
    if (typeof value === "string" && Object.values(placeholders).includes(value)) {
      const id = this.ids.get(value);
      if (id === undefined) missing.push(value);
      return id ?? value;
    }
    if (Array.isArray(value)) return value.map((inner) => this.resolve(inner, missing));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.resolve(inner, missing)]));
  }
}
