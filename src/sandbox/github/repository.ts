import { createHash } from "node:crypto";

export interface Commit {
  readonly oid: string;
  readonly committedDate: Date;
  readonly message: string;
}

/** A tag or branch: a name, and the commit or annotated tag that it points at. */
export interface Ref {
  /** `refs/tags/` or `refs/heads/`. */
  readonly prefix: string;
  readonly name: string;
  readonly commit: Commit;
  /** An annotated tag's own object. */
  readonly annotation?: { readonly oid: string; readonly message: string };
}

export interface NewRef {
  readonly name: string;
  readonly commit?: string;
  readonly committedDate?: Date;
  readonly message?: string;
}

const firstCommitAt = Date.UTC(2026, 0, 5, 9, 30);
const dayMs = 86_400_000;

/**
 * A repository, whose refs are created on demand. Commits without a description get a hash of their position, and are a
 * day apart.
 */
export class SandboxRepository {
  readonly refs = new Map<string, Ref>();
  private made = 0;

  constructor(
    readonly owner: string,
    readonly name: string,
    readonly isPrivate: boolean,
    readonly defaultBranch = "main",
  ) {}

  get path(): string {
    return `${this.owner}/${this.name}`;
  }

  /** Creates or moves a tag. */
  addTag({ annotation, ...ref }: NewRef & { readonly annotation?: string }): this {
    return this.add("refs/tags/", ref, annotation);
  }

  /** Creates or moves a branch. */
  addBranch(ref: NewRef): this {
    return this.add("refs/heads/", ref);
  }

  /** Removes the ref with this full name. */
  remove(qualifiedName: string): this {
    this.refs.delete(qualifiedName);
    return this;
  }

  /** The ref by its full name, or by the short forms that Git understands. */
  ref(name: string): Ref | undefined {
    const forms = [name, `refs/${name}`, `refs/tags/${name}`, `refs/heads/${name}`];
    return forms.map((form) => this.refs.get(form)).find((ref) => ref !== undefined);
  }

  /** The commit whose hash has this prefix. */
  commit(prefix: string): Commit | undefined {
    if (!/^[0-9a-f]{7,40}$/.test(prefix)) return undefined;
    return [...this.refs.values()].find(({ commit }) => commit.oid.startsWith(prefix))?.commit;
  }

  private add(prefix: string, { name, commit, committedDate, message }: NewRef, annotation?: string): this {
    const turn = this.made++;
    const made: Commit = {
      oid: commit ?? hash(`${this.path} ${prefix}${name} ${turn}`),
      committedDate: committedDate ?? new Date(firstCommitAt + turn * dayMs),
      message: message ?? `Prepare ${name}\n\nEverything that ${name} needs.`,
    };
    const tag = annotation === undefined ? {} : { annotation: { oid: hash(`tag ${made.oid}`), message: annotation } };
    this.refs.set(prefix + name, { prefix, name, commit: made, ...tag });
    return this;
  }
}

/** The content of a new sandbox: one public repository to deliver, one private. */
export function sampleRepositories(): SandboxRepository[] {
  return [
    new SandboxRepository("acme", "hello-orrery", false)
      .addBranch({ name: "main", message: "Greet the world – ¡hola, 世界!" })
      .addBranch({ name: "feature/greeting", message: "Greet by name" })
      .addTag({ name: "v1.0.0", message: "Say hello" })
      .addTag({ name: "v1.1.0", message: "Say hello politely", annotation: "The polite release" })
      .addTag({ name: "v1.2.0-crash", message: "Crash at start" })
      .addTag({ name: "v1.3.0-missing", message: "Forget to push the image" })
      .addTag({ name: "v1.4.0-fail", message: "Break the build" }),
    new SandboxRepository("acme", "private-garden", true)
      .addBranch({ name: "main", message: "Plant a tree" })
      .addTag({ name: "v0.1.0", message: "First seed" }),
  ];
}

function hash(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
