import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { UpstreamRejected, UpstreamUnavailable } from "../../src/kernel/errors.js";
import type { RefKind, RefsRequest, SourceHost } from "../../src/upstreams/source-host.js";

export interface NewRef {
  readonly name: string;
  readonly commit: string;
  readonly committedAt: Date;
  readonly message: string;
  /** For a tag: makes it an annotated one. */
  readonly annotation?: string;
}

/** A source host to hold against the contract, and the way in that the port has not: what others do there. */
export interface OpenSourceHost {
  readonly host: SourceHost;
  /** The same host, asked by someone who sees public repositories only. */
  readonly outsider: SourceHost;
  /** Makes a repository, or replaces it, and puts these refs into it. */
  fill(path: string, kind: RefKind, refs: readonly NewRef[]): void;
  hide(path: string): void;
  /** Says what the platform may still ask, and when it may ask again. */
  limit(state: { readonly remaining: number; readonly resetAt: Date }): void;
  /** Refuses everything as too many requests at once. */
  limitAtOnce(forMs: number): void;
  fault(fault: {
    readonly kind: "delay" | "refuse" | "reset" | "html" | "stall";
    readonly times?: number;
    readonly bytes?: number;
  }): void;
  clearFaults(): void;
  /** How many requests reached the host. */
  requests(): number;
  close(): Promise<void>;
}

/** What every SourceHost promises, whatever is behind it. */
export function describeSourceHost(name: string, open: () => Promise<OpenSourceHost>): void {
  describe(`the source host ${name}`, () => {
    const signal = AbortSignal.timeout(60_000);
    const repository = { path: "acme/shop" };
    let opened: OpenSourceHost;
    let host: SourceHost;

    beforeEach(async () => {
      opened = await open();
      host = opened.host;
    });
    afterEach(() => opened.close());

    const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => undefined,
        (error: unknown) => error,
      );
    const ref = (i: number, more: Partial<NewRef> = {}): NewRef => ({
      name: `v${(i * 7) % 100}`,
      commit: i.toString(16).padStart(40, "a"),
      committedAt: new Date(Date.UTC(2026, 0, 1, i)),
      message: `Change ${i}\n\nand why`,
      ...more,
    });
    /** All pages, one after the other. */
    const everything = async (request: RefsRequest) => {
      const names: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await host.refs(repository, { ...request, ...(after !== undefined && { after }) }, signal);
        expect(page.refs.length).toBe(page.cursors.length);
        names.push(...page.refs.map(({ name }) => name));
        if (!page.hasNextPage) return names;
        after = page.cursors.at(-1);
      }
    };

    describe.each<RefKind>(["TAG", "BRANCH"])("%s", (kind) => {
      test("refs come newest commit first, page by page, each once", async () => {
        const refs = Array.from({ length: 23 }, (_, i) => ref(i));
        opened.fill(repository.path, kind, refs);
        const newestFirst = refs.map(({ name }) => name).reverse();
        expect(await everything({ kind, first: 5 })).toEqual(newestFirst);
        expect(await everything({ kind, first: 23 })).toEqual(newestFirst);
        const page = await host.refs(repository, { kind, first: 2 }, signal);
        expect(page).toMatchObject({ totalCount: 23, hasNextPage: true });
        expect(page.refs[0]).toEqual({
          kind,
          name: refs[22]!.name,
          commit: refs[22]!.commit,
          committedAt: refs[22]!.committedAt,
          subject: "Change 22",
        });
      });

      test("a search finds names that contain it, whatever the case", async () => {
        opened.fill(repository.path, kind, [
          ref(1, { name: "release-1" }),
          ref(2, { name: "hotfix" }),
          ref(3, { name: "Release-2" }),
        ]);
        expect(await everything({ kind, first: 1, search: "RELEASE" })).toEqual(["Release-2", "release-1"]);
      });

      test("a repository without refs has an empty page", async () => {
        opened.fill(repository.path, kind, []);
        const page = await host.refs(repository, { kind, first: 10 }, signal);
        expect(page).toMatchObject({ refs: [], cursors: [], hasNextPage: false, totalCount: 0 });
      });

      test("one ref is read as it is now", async () => {
        opened.fill(repository.path, kind, [ref(1, { name: "one" })]);
        expect(await host.ref(repository, { kind, name: "one" }, signal)).toMatchObject({
          kind,
          commit: ref(1).commit,
        });
        expect(await host.ref(repository, { kind, name: "two" }, signal)).toBeUndefined();
        const other = kind === "TAG" ? "BRANCH" : "TAG";
        expect(await host.ref(repository, { kind: other, name: "one" }, signal)).toBeUndefined();
      });

      test("a name with slashes, and one beyond ASCII", async () => {
        const names = ["feature/a/b", "größe-語"];
        opened.fill(
          repository.path,
          kind,
          names.map((name, i) => ref(i, { name })),
        );
        for (const name of names) expect(await host.ref(repository, { kind, name }, signal)).toMatchObject({ name });
      });
    });

    test("hundreds of branches keep their order", async () => {
      const refs = Array.from({ length: 250 }, (_, i) => ref(i, { name: `b${(i * 77) % 250}` }));
      opened.fill(repository.path, "BRANCH", refs);
      expect(await everything({ kind: "BRANCH", first: 60 })).toEqual(refs.map(({ name }) => name).reverse());
    });

    test("an annotated tag is followed to its commit", async () => {
      opened.fill(repository.path, "TAG", [ref(1, { name: "v1", annotation: "The first" })]);
      const expected = { name: "v1", commit: ref(1).commit, subject: "Change 1" };
      expect(await host.ref(repository, { kind: "TAG", name: "v1" }, signal)).toMatchObject(expected);
      const page = await host.refs(repository, { kind: "TAG", first: 1 }, signal);
      expect(page.refs).toMatchObject([expected]);
    });

    test("a hidden repository and an absent one look the same, and the remedy is told", async () => {
      opened.fill(repository.path, "TAG", [ref(1)]);
      opened.hide(repository.path);
      expect((await host.refs(repository, { kind: "TAG", first: 1 }, signal)).totalCount).toBe(1);
      const asked = [
        opened.outsider.refs(repository, { kind: "TAG", first: 1 }, signal),
        host.refs({ path: "acme/absent" }, { kind: "TAG", first: 1 }, signal),
      ];
      for (const error of await Promise.all(asked.map(errorOf))) {
        expect(error).toBeInstanceOf(UpstreamRejected);
        expect(error).toMatchObject({ status: 404, message: expect.stringContaining("access") });
      }
    });

    test("the clone address is the repository's", () => {
      expect(host.cloneUrl(repository)).toMatch(/\/acme\/shop\.git$/);
    });

    describe("limits", () => {
      beforeEach(() => opened.fill(repository.path, "TAG", [ref(1)]));
      const ask = () => host.refs(repository, { kind: "TAG", first: 1 }, signal);

      test("each page tells what is left", async () => {
        const resetAt = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 600_000);
        opened.limit({ remaining: 10, resetAt });
        expect((await ask()).rateLimit).toMatchObject({ remaining: 9, resetAt });
      });

      test.each<[string, number, () => void]>([
        ["the last point was spent", 1, () => opened.limit({ remaining: 1, resetAt: new Date(Date.now() + 900_000) })],
        ["no point was left", 0, () => opened.limit({ remaining: 0, resetAt: new Date(Date.now() + 900_000) })],
        ["too many came at once", 0, () => opened.limitAtOnce(900_000)],
      ])("after %s nothing more is asked until it is allowed", async (_what, answered, happen) => {
        happen();
        for (let i = 0; i < answered; i++) await ask();
        await errorOf(ask());
        const before = opened.requests();
        const error = await errorOf(ask());
        expect(error).toBeInstanceOf(UpstreamUnavailable);
        const { retryAfterMs } = (error as UpstreamUnavailable).details as { retryAfterMs: number };
        expect(retryAfterMs).toBeGreaterThan(800_000);
        expect(retryAfterMs).toBeLessThanOrEqual(901_000);
        expect(opened.requests()).toBe(before);
      });

      test("when the time has come it is asked again", async () => {
        opened.limitAtOnce(1_000);
        await errorOf(ask());
        opened.limitAtOnce(0);
        let answered = false;
        for (const until = Date.now() + 5_000; !answered && Date.now() < until;) {
          answered = (await errorOf(ask())) === undefined;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        expect(answered).toBe(true);
      });
    });

    describe("in bad weather", () => {
      beforeEach(() => opened.fill(repository.path, "TAG", [ref(1)]));
      const ask = (asking = signal) => host.refs(repository, { kind: "TAG", first: 1 }, asking);

      test.each(["refuse", "reset", "html"] as const)("one %s is got over", async (kind) => {
        opened.fault({ kind, times: 1, bytes: 10 });
        expect((await ask()).totalCount).toBe(1);
      });

      test.each(["refuse", "reset", "html"] as const)("lasting %s is unavailability", async (kind) => {
        opened.fault({ kind, bytes: 10 });
        expect(await errorOf(ask())).toBeInstanceOf(UpstreamUnavailable);
        expect(host.health().reachable).toBe(false);
        opened.clearFaults();
        expect((await ask()).totalCount).toBe(1);
        expect(host.health().reachable).toBe(true);
      });

      test("the caller is free at once when it gives up", async () => {
        opened.fault({ kind: "stall" });
        const leaving = new AbortController();
        setTimeout(() => leaving.abort(new Error("left")), 50);
        const startedAt = performance.now();
        expect(await errorOf(ask(leaving.signal))).toMatchObject({ message: "left" });
        expect(performance.now() - startedAt).toBeLessThan(1_000);
      });
    });
  });
}
