const words: Readonly<Record<string, string>> = {
  app: "$app",
  bld: "$build",
  mem: "$member",
  nsp: "$namespace",
  rel: "$release",
  rol: "$rollout",
  ses: "$session",
};

/** The newest id of each kind that went by, so that examples can say `$app` and `$build`. */
export class KnownIds {
  private readonly ids = new Map<string, string>();

  /** Remembers the first id of each kind in an answer: lists show the newest first. */
  learn(answer: unknown): void {
    const found = new Map<string, string>();
    const look = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        const word = key === "id" && typeof inner === "string" ? words[inner.slice(0, 3)] : undefined;
        if (word === undefined) look(inner);
        else if (!found.has(word)) found.set(word, inner as string);
      }
    };
    look(answer);
    for (const [word, id] of found) this.ids.set(word, id);
  }

  /** The same value with ids instead of words; `missing` names the words for which no id went by. */
  resolve(value: unknown, missing: string[] = []): unknown {
    if (typeof value === "string" && Object.values(words).includes(value)) {
      const id = this.ids.get(value);
      if (id === undefined) missing.push(value);
      return id ?? value;
    }
    if (Array.isArray(value)) return value.map((inner) => this.resolve(inner, missing));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.resolve(inner, missing)]));
  }
}
