import { failure, Refused } from "./answer.js";
import type { JobConfig } from "./job-config.js";
import type { Run } from "./run.js";

/** A freestyle job with its builds. */
export class Job {
  readonly runs = new Map<number, Run>();
  nextNumber = 1;
  /** Being deleted: nothing can be scheduled. */
  doomed = false;

  constructor(
    readonly parent: Folder,
    readonly name: string,
    public config: JobConfig,
    /** A copy is not buildable until it is saved once. */
    public heldOff = false,
  ) {}

  get fullName(): string {
    return fullName(this);
  }

  /** `job/a/job/b/`, relative to Jenkins' root. */
  get path(): string {
    return itemPath(this);
  }

  get isBuildable(): boolean {
    return !this.config.disabled && !this.heldOff;
  }

  /** A job that is not concurrent runs one build at a time, until its log is closed. */
  get isBlocked(): boolean {
    return !this.config.concurrent && [...this.runs.values()].some(({ phase }) => phase !== "over");
  }

  /** Newest first. */
  get history(): readonly Run[] {
    return [...this.runs.values()].sort((one, other) => other.number - one.number);
  }

  /** Deletes the builds that the job's log rotation does not keep. */
  rotate(): void {
    const { keep } = this.config;
    if (keep === undefined) return;
    const over = this.history.filter(({ phase }) => phase === "over");
    const lastGood = over.find(({ result }) => result === "SUCCESS");
    for (const run of over.slice(keep)) if (run !== lastGood && !run.keepLog) this.runs.delete(run.number);
  }
}

/** A folder; the root of Jenkins is one without a parent. */
export class Folder {
  private readonly items = new Map<string, Item>();

  constructor(
    readonly parent?: Folder,
    readonly name = "",
    readonly xml = "",
  ) {}

  get fullName(): string {
    return fullName(this);
  }

  get path(): string {
    return itemPath(this);
  }

  get children(): readonly Item[] {
    return [...this.items.values()];
  }

  /** Names are looked up without regard to case. */
  child(name: string): Item | undefined {
    return this.items.get(name.toLowerCase());
  }

  add(item: Item): void {
    this.items.set(item.name.toLowerCase(), item);
  }

  remove(item: Item): void {
    if (this.child(item.name) === item) this.items.delete(item.name.toLowerCase());
  }

  /** The item with this full name (`a/b`), if there is one. */
  find(path: string): Item | undefined {
    return path
      .split("/")
      .reduce<Item | undefined>((at, name) => (at instanceof Folder ? at.child(name) : undefined), this);
  }

  /** Every job below. */
  get jobs(): readonly Job[] {
    return this.children.flatMap((item) => (item instanceof Folder ? item.jobs : [item]));
  }
}

export type Item = Job | Folder;

function fullName(item: Item): string {
  return item.parent?.parent ? `${fullName(item.parent)}/${item.name}` : item.name;
}

function itemPath(item: Item): string {
  return item.parent ? `${itemPath(item.parent)}job/${encodeURIComponent(item.name)}/` : "";
}

/** The name, trimmed, if a new item may have it. */
export function checkedName(given: string | null): string {
  const refuse = (message: string): never => {
    throw new Refused(failure(message));
  };
  if (given === null) return refuse("Query parameter 'name' is required");
  const name = given.trim();
  if (name === "") return refuse("No name is specified");
  if (name === "." || name === "..") return refuse(`‘${name}’ is not an allowed name`);
  const control = /\p{Cc}/u.exec(name);
  if (control)
    return refuse(`No control code is allowed: ${name.replace(control[0], `\\u${control[0].charCodeAt(0)}`)}`);
  const unsafe = /[?*/\\%!@#$^&|<>[\]:;]/.exec(name);
  if (unsafe) return refuse(`‘${unsafe[0]}’ is an unsafe character`);
  if (name.endsWith(".")) return refuse("A name cannot end with ‘.’");
  return name;
}
