import { randomBytes } from "node:crypto";
import { failure, oops, Refused } from "./answer.js";
import { dockerBuild } from "./docker-build.js";
import { checkedName, Folder, type Item, Job } from "./item.js";
import { folderClass, knownClasses, readConfig, withDisabled } from "./job-config.js";
import type { LogGeneration } from "./progressive-text.js";
import { Queue } from "./queue.js";
import type { QueueItem } from "./queue-item.js";
import { Run, type Script } from "./run.js";
import { type Account, Security } from "./security.js";
import { parseXml, printXml } from "./xml.js";

export interface ControllerOptions {
  readonly accounts: readonly Account[];
  /** The speed of builds, quiet periods and short phases; 1 is real time. */
  readonly pace: number;
  readonly executors: number;
  readonly leftItemMs: number;
  readonly logGeneration: LogGeneration;
  /** The configured root URL, when it differs from what clients use. Ends in a slash. */
  readonly rootUrl: string | undefined;
}

const defaultQuietSeconds = 5;

/** The state of a simulated Jenkins, and its operations. */
export class Controller {
  readonly root = new Folder();
  readonly queue: Queue;
  readonly security: Security;
  readonly classes = new Set(knownClasses);
  /** All builds that ever began, also lost and deleted ones. */
  readonly ledger: Run[] = [];
  /** Overrides for the next builds of a job. */
  readonly scripts = new Map<string, Script[]>();
  /** The ids of credentials that jobs can bind. */
  readonly credentials = new Set<string>();
  logGeneration: LogGeneration;
  sessionId = randomBytes(4).toString("hex");
  private downUntil = 0;
  private starting: NodeJS.Timeout | undefined;

  constructor(readonly options: ControllerOptions) {
    this.security = new Security(options.accounts);
    this.logGeneration = options.logGeneration;
    const { executors, leftItemMs } = options;
    this.queue = new Queue({ executors, leftItemMs, instantMs: this.instantMs, begin: (item) => this.begin(item) });
  }

  get isDown(): boolean {
    return Date.now() < this.downUntil;
  }

  /** The duration of short phases of Jenkins. */
  private get instantMs(): number {
    return Math.max(2, 60 / this.options.pace);
  }

  /** Creates an item from its XML. */
  create(folder: Folder, givenName: string | null, xml: string): void {
    const name = this.freeName(folder, givenName);
    const root = parseXml(xml);
    if (root?.name === folderClass) folder.add(new Folder(folder, name, printXml(root)));
    else folder.add(new Job(folder, name, readConfig(xml, this.classes)));
  }

  copy(folder: Folder, givenName: string | null, from: string | null): Job {
    const name = this.freeName(folder, givenName);
    if (from === null) throw new Refused(failure("Specify which job to copy"));
    const source = from.startsWith("/") ? this.root.find(from.slice(1)) : folder.find(from);
    if (!(source instanceof Job)) throw new Refused(failure(`No such job: ${from}`));
    const job = new Job(folder, name, source.config, true);
    folder.add(job);
    return job;
  }

  private freeName(folder: Folder, givenName: string | null): string {
    const name = checkedName(givenName);
    if (folder.child(name)) throw new Refused(failure(`A job already exists with the name ‘${name}’`));
    return name;
  }

  configure(job: Job, xml: string): void {
    job.config = readConfig(xml, this.classes);
  }

  /** Switches the job on or off; off takes it out of the queue. */
  setDisabled(job: Job, disabled: boolean): void {
    if (job.config.disabled !== disabled) {
      job.config = withDisabled(job.config, disabled, this.classes);
      if (!disabled) job.heldOff = false;
    }
    if (disabled) this.cancelItems(job);
  }

  /** Deletes the item with everything below it: nothing of it is queued, running or kept. */
  async delete(item: Item): Promise<void> {
    const jobs = item instanceof Folder ? item.jobs : [item];
    for (const job of jobs) {
      if (job.doomed) throw new Refused(failure(`${job.fullName} is currently being deleted`));
      job.doomed = true;
      this.cancelItems(job);
      for (const run of job.runs.values()) run.stop("SYSTEM");
      await Promise.all([...job.runs.values()].map(({ ended }) => ended));
    }
    item.parent?.remove(item);
  }

  private cancelItems(job: Job): void {
    for (const item of this.queue.items) if (item.job === job) this.queue.cancel(item);
  }

  /** The requested quiet period (`2sec`, or milliseconds), or the job's, or five seconds. */
  quietMs(job: Job, delay: string | null): number {
    const [, digits, unit] = /^(\d+)\s*(secs?)?$/.exec(delay ?? "") ?? [];
    if (delay !== null && digits === undefined) throw new Refused(oops(`For input string: "${delay}"`));
    const asked = digits && (unit ? Number(digits) : Math.floor(Number(digits) / 1000));
    return (
      ((asked || asked === 0 ? asked : (job.config.quietPeriodSeconds ?? defaultQuietSeconds)) * 1000) /
      this.options.pace
    );
  }

  private begin(item: QueueItem): { run: Run; over: Promise<void> } {
    const { job, causes } = item;
    const defined = new Set(job.config.parameters?.map(({ name }) => name));
    const parameters = item.parameters.filter(({ name }) => defined.has(name));
    const run = new Run(job, job.nextNumber++, item.id, parameters, causes, this.instantMs);
    job.runs.set(run.number, run);
    this.ledger.push(run);
    return { run, over: run.begin(this.scriptOf(run)).then(() => job.rotate()) };
  }

  private scriptOf({ job, parameters, causes }: Run): Script {
    return (
      this.scripts.get(job.fullName)?.shift() ??
      dockerBuild({
        jobName: job.fullName,
        startedBy: causes[0]!.userId,
        parameters: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
        git: job.config.git,
        bound: job.config.bound,
        missingCredentials: job.config.bound.find((id) => !this.credentials.has(id)),
        commands: job.config.commands,
        pace: this.options.pace,
      })
    );
  }

  /** Restarts: everything is 503 for `downMs`, running builds are lost, the queue is kept. */
  restart(downMs: number, running: "lost" | "aborted"): void {
    this.downUntil = Date.now() + downMs;
    this.sessionId = randomBytes(4).toString("hex");
    this.security.forgetSessions();
    this.queue.restart();
    for (const run of this.running) {
      if (running === "lost") run.lose();
      else run.cutShort();
    }
    clearTimeout(this.starting);
    this.starting = setTimeout(() => this.queue.resume(), downMs).unref();
  }

  close(): void {
    clearTimeout(this.starting);
    this.queue.close();
    for (const run of this.running) run.cutShort();
  }

  private get running(): Run[] {
    return this.ledger.filter(({ phase }) => phase !== "over");
  }
}
