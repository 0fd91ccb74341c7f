import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { UpstreamRejected, UpstreamUnavailable } from "../../src/kernel/errors.js";
import type { BuildServer, RunHandle, RunResult, RunState } from "../../src/upstreams/build-server.js";
import { eventually } from "../support/eventually.js";

/** A build server to hold against the contract, and the way in that the port has not: what happens on its side. */
export interface OpenBuildServer {
  readonly builds: BuildServer;
  /** A second platform process that asks the same server. */
  anotherPlatform(): BuildServer;
  /** What the next run of the job prints; without a result it stays open. */
  script(job: string, pieces: readonly Uint8Array[], result?: RunResult): void;
  append(job: string, number: number, bytes: Uint8Array): void;
  finish(job: string, number: number, result: RunResult): void;
  rawConsole(job: string, number: number): Buffer;
  /** How many runs ever carried this build id. */
  countRuns(buildId: string): number;
  /** Takes requests that match away from the server for a while. */
  fault(fault: {
    readonly kind: "delay" | "refuse" | "reset" | "html" | "stall";
    readonly match?: string;
    readonly times?: number;
    readonly ms?: number;
    readonly bytes?: number;
  }): void;
  clearFaults(): void;
  restart(options: { readonly downMs: number; readonly running: "lost" | "aborted" }): void;
  /** Forgets one run. */
  lose(job: string, number: number): void;
  /** Cuts a log down; without a size it vanishes. */
  truncate(job: string, number: number, size?: number): void;
  forgetLeftItems(): void;
  close(): Promise<void>;
}

/** A job that takes the parameters of a build and runs one shell step; `parameters` replaces them. */
export const definition = (parameters = ["ORRERY_BUILD", "REF"], builder = "hudson.tasks.Shell"): string =>
  `<?xml version="1.0" encoding="UTF-8"?><project><actions/><properties>
<hudson.model.ParametersDefinitionProperty><parameterDefinitions>${parameters
    .map(
      (name) =>
        `<hudson.model.StringParameterDefinition><name>${name}</name><defaultValue/></hudson.model.StringParameterDefinition>`,
    )
    .join("")}</parameterDefinitions></hudson.model.ParametersDefinitionProperty></properties>
<scm class="hudson.plugins.git.GitSCM"><configVersion>2</configVersion><userRemoteConfigs><hudson.plugins.git.UserRemoteConfig>
<url>https://example.org/a.git</url></hudson.plugins.git.UserRemoteConfig></userRemoteConfigs><branches><hudson.plugins.git.BranchSpec>
<name>main</name></hudson.plugins.git.BranchSpec></branches></scm><concurrentBuild>false</concurrentBuild>
<builders><${builder}><command>docker build .</command></${builder}></builders><publishers/><buildWrappers/></project>`;

/** What every BuildServer promises of jobs and runs, whatever is behind it. */
export function describeBuildServer(name: string, open: () => Promise<OpenBuildServer>): void {
  describe(`the build server ${name}`, () => {
    const signal = AbortSignal.timeout(120_000);
    const job = "pay.api";
    let opened: OpenBuildServer;
    let builds: BuildServer;
    let serial = 0;
    let buildId: string;

    beforeEach(async () => {
      opened = await open();
      builds = opened.builds;
      buildId = `bld_${serial++}`;
      await builds.ensureJob(job, definition(), signal);
    });
    afterEach(() => opened.close());

    const request = (id = buildId) => ({ job, buildId: id, parameters: { REF: "v1.0" } });
    const bytes = (text: string) => Buffer.from(text);
    const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => undefined,
        (error: unknown) => error,
      );
    /** Asks for a run whose console stays open, and waits until it runs. */
    const startRun = async (id = buildId, text = "hello\n"): Promise<RunHandle & { number: number }> => {
      opened.script(job, [bytes(text)]);
      await builds.ensureRun(request(id), signal);
      return running({ job, buildId: id });
    };
    const running = (handle: RunHandle) =>
      eventually(async () => {
        const state = await builds.run(handle, signal);
        if (state.phase !== "RUNNING") throw new Error(`It is ${state.phase}.`);
        return { ...handle, number: state.number };
      });
    const reaches = (handle: RunHandle, phase: RunState["phase"]) =>
      eventually(async () => {
        const state = await builds.run(handle, signal);
        expect(state.phase).toBe(phase);
        return state;
      });

    describe("jobs", () => {
      test("a job may be ensured again and again, by several at once", async () => {
        const ensure = (platform: BuildServer) => platform.ensureJob("pay.new", definition(), signal);
        await Promise.all([builds, opened.anotherPlatform(), opened.anotherPlatform()].map(ensure));
        await builds.ensureJob("pay.new", definition(["ORRERY_BUILD", "REF", "IMAGE"]), signal);
      });

      test("a part that the server drops is told by name", async () => {
        const unknown = definition(undefined, "com.example.ImageBuilder");
        const error = await errorOf(builds.ensureJob("pay.lost", unknown, signal));
        expect(error).toBeInstanceOf(UpstreamRejected);
        expect((error as Error).message).toContain("com.example.ImageBuilder");
      });

      test("a definition that cannot be read is refused, not repeated for ever", async () => {
        expect(await errorOf(builds.ensureJob("pay.bad", "<nothing/>", signal))).toBeInstanceOf(UpstreamRejected);
      });

      test("a job may be removed twice, and its runs go with it", async () => {
        const handle = await startRun();
        await builds.removeJob(job, signal);
        await builds.removeJob(job, signal);
        expect((await builds.run(handle, signal)).phase).toBe("LOST");
        expect(await errorOf(builds.ensureRun(request(), signal))).toMatchObject({ status: 404 });
      });
    });

    describe("runs", () => {
      test("a run goes from the queue to its end", async () => {
        expect((await builds.run({ job, buildId }, signal)).phase).toBe("ABSENT");
        const handle = await startRun();
        opened.finish(job, handle.number, "UNSTABLE");
        const over = await reaches(handle, "OVER");
        expect(over).toMatchObject({ result: "UNSTABLE", number: handle.number });
        expect(over).toHaveProperty("startedAt", expect.any(Date));
      });

      test.each<RunResult>(["SUCCESS", "FAILURE", "NOT_BUILT", "ABORTED"])("a run may end as %s", async (result) => {
        const handle = await startRun();
        opened.finish(job, handle.number, result);
        expect(await reaches(handle, "OVER")).toMatchObject({ result });
      });

      test("asking again finds the run instead of starting another, in every phase", async () => {
        opened.script(job, [bytes("x\n")]);
        const first = await builds.ensureRun(request(), signal);
        const again = await opened.anotherPlatform().ensureRun(request(), signal);
        expect([first.phase, again.phase]).not.toContain("ABSENT");
        const { number } = await running({ job, buildId });
        expect(await builds.ensureRun(request(), signal)).toMatchObject({ phase: "RUNNING", number });
        opened.finish(job, number, "SUCCESS");
        await reaches({ job, buildId }, "OVER");
        expect(await builds.ensureRun(request(), signal)).toMatchObject({ phase: "OVER", number });
        expect(opened.countRuns(buildId)).toBe(1);
      });

      test("equal requests of two builds are two runs", async () => {
        const first = await startRun();
        const other = `${buildId}-other`;
        opened.script(job, [bytes("y\n")], "SUCCESS");
        expect((await builds.ensureRun(request(other), signal)).phase).toBe("QUEUED");
        opened.finish(job, first.number, "SUCCESS");
        await reaches({ job, buildId: other }, "OVER");
        expect([opened.countRuns(buildId), opened.countRuns(other)]).toEqual([1, 1]);
      });

      test("a run is found behind many others", async () => {
        opened.script(job, [bytes("x\n")], "SUCCESS");
        await builds.ensureRun(request(), signal);
        await reaches({ job, buildId }, "OVER");
        for (let i = 0; i < 60; i++) {
          opened.script(job, [bytes("x\n")], "SUCCESS");
          const later = { job, buildId: `${buildId}-${i}` };
          await builds.ensureRun(request(later.buildId), signal);
          await reaches(later, "OVER");
        }
        expect(await builds.run({ job, buildId }, signal)).toMatchObject({ phase: "OVER", number: 1 });
      });

      test("a job that lost our parameter starts nothing that nobody would find", async () => {
        await builds.ensureJob(job, definition(["REF"]), signal);
        const error = await errorOf(builds.ensureRun(request(), signal));
        expect(error).toBeInstanceOf(UpstreamRejected);
        expect((error as Error).message).toContain("ORRERY_BUILD");
      });

      test("a forgotten run is lost, and so is one of a job made anew", async () => {
        const handle = await startRun();
        opened.lose(job, handle.number);
        expect((await builds.run(handle, signal)).phase).toBe("LOST");
        await builds.removeJob(job, signal);
        await builds.ensureJob(job, definition(), signal);
        const other = await startRun(`${buildId}-other`);
        expect(other.number).toBe(1);
        expect((await builds.run({ ...handle, number: 1 }, signal)).phase).toBe("LOST");
      });

      test("a queue number that the server forgot is no loss", async () => {
        opened.script(job, [bytes("x\n")]);
        const queued = await builds.ensureRun(request(), signal);
        const queueId = queued.phase === "QUEUED" ? queued.queueId : 1;
        const { number } = await running({ job, buildId, queueId });
        opened.forgetLeftItems();
        expect(await builds.run({ job, buildId, queueId }, signal)).toMatchObject({ phase: "RUNNING", number });
      });

      test("a queue number that names another's run is not believed", async () => {
        const { number } = await startRun();
        const other = `${buildId}-other`;
        const queued = await builds.ensureRun(request(other), signal);
        if (queued.phase !== "QUEUED") throw new Error("The job runs one build at a time.");
        expect(await builds.run({ job, buildId, queueId: queued.queueId }, signal)).toMatchObject({ number });
      });
    });

    describe("stopping", () => {
      test("a running build is stopped, twice if asked twice", async () => {
        const handle = await startRun();
        await builds.stop(handle, signal);
        expect(await reaches(handle, "OVER")).toMatchObject({ result: "ABORTED" });
        await builds.stop(handle, signal);
      });

      test("a queued run is taken out of the queue", async () => {
        await startRun();
        const other = { job, buildId: `${buildId}-other` };
        const queued = await builds.ensureRun(request(other.buildId), signal);
        if (queued.phase !== "QUEUED") throw new Error("The job runs one build at a time.");
        await builds.stop(other, signal);
        expect((await builds.run({ ...other, queueId: queued.queueId }, signal)).phase).toBe("CANCELLED");
        await builds.stop({ ...other, queueId: queued.queueId }, signal);
        expect(opened.countRuns(other.buildId)).toBe(0);
      });

      test("a run stopped while it begins never goes on", async () => {
        for (let i = 0; i < 10; i++) {
          const handle = { job, buildId: `${buildId}-${i}` };
          opened.script(job, [bytes("x\n")]);
          const queued = await builds.ensureRun(request(handle.buildId), signal);
          const queueId = queued.phase === "QUEUED" ? { queueId: queued.queueId } : {};
          await builds.stop({ ...handle, ...queueId }, signal);
          await eventually(async () => {
            const { phase } = await builds.run({ ...handle, ...queueId }, signal);
            expect(["OVER", "CANCELLED"]).toContain(phase);
          });
        }
      });

      test("what does not exist needs no stopping", () => builds.stop({ job, buildId, number: 99 }, signal));
    });

    describe("in bad weather", () => {
      test("after a lost answer the run is found, not started again", async () => {
        opened.script(job, [bytes("x\n")]);
        opened.fault({ kind: "reset", match: "^POST .*/buildWithParameters", times: 1 });
        expect(await errorOf(builds.ensureRun(request(), signal))).toBeInstanceOf(UpstreamUnavailable);
        expect((await builds.ensureRun(request(), signal)).phase).not.toBe("ABSENT");
        await running({ job, buildId });
        expect(opened.countRuns(buildId)).toBe(1);
      });

      test("whatever answers are lost, there is one run", async () => {
        for (let i = 0; i < 15; i++) {
          const id = `${buildId}-${i}`;
          opened.script(job, [bytes("x\n")], "SUCCESS");
          opened.fault({
            kind: i % 3 === 0 ? "refuse" : "reset",
            match: i % 2 === 0 ? "^POST" : "queue|build",
            times: 1 + (i % 4),
          });
          await eventually(() => builds.ensureRun(request(id), signal));
          opened.clearFaults();
          await reaches({ job, buildId: id }, "OVER");
          expect(opened.countRuns(id)).toBe(1);
        }
      });

      test("a page instead of an answer is unavailability", async () => {
        opened.fault({ kind: "html" });
        expect(await errorOf(builds.run({ job, buildId }, signal))).toBeInstanceOf(UpstreamUnavailable);
        expect(builds.health().reachable).toBe(false);
        opened.clearFaults();
        await builds.run({ job, buildId }, signal);
        expect(builds.health().reachable).toBe(true);
      });

      test("a request that was interrupted once is repeated", async () => {
        const handle = await startRun();
        opened.fault({ kind: "reset", match: "^GET", times: 1, bytes: 20 });
        expect((await builds.run(handle, signal)).phase).toBe("RUNNING");
      });

      test("the caller is free at once when it gives up", async () => {
        opened.fault({ kind: "stall" });
        const leaving = new AbortController();
        const asked = [
          builds.run({ job, buildId }, leaving.signal),
          builds.stop({ job, buildId, number: 1 }, leaving.signal),
          builds.readConsole(
            { job, number: 1, from: { raw: 0, bytes: 0 }, delivered: 0 },
            async () => {},
            leaving.signal,
          ),
        ].map(errorOf);
        const startedAt = performance.now();
        setTimeout(() => leaving.abort(new Error("left")), 50);
        for (const error of await Promise.all(asked)) expect(error).toMatchObject({ message: "left" });
        expect(performance.now() - startedAt).toBeLessThan(1_000);
      });

      test("a restart loses what ran, and says so", async () => {
        const handle = await startRun();
        opened.restart({ downMs: 300, running: "lost" });
        expect(await errorOf(builds.run(handle, signal))).toBeInstanceOf(UpstreamUnavailable);
        await reaches(handle, "LOST");
      });

      test("a restart keeps what waits", async () => {
        const first = await startRun();
        const other = { job, buildId: `${buildId}-other` };
        await builds.ensureRun(request(other.buildId), signal);
        opened.restart({ downMs: 200, running: "aborted" });
        expect(await reaches(first, "OVER")).toMatchObject({ result: "ABORTED" });
        await eventually(() => builds.ensureRun(request(other.buildId), signal));
        await eventually(() => expect(opened.countRuns(other.buildId)).toBe(1));
      });
    });
  });
}
