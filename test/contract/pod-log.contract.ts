import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { labels, type Cluster, type PodLogLine, type PodLogRequest } from "../../src/upstreams/cluster.js";
import type { Manifest } from "../../src/upstreams/cluster-object.js";
import { eventually } from "../support/eventually.js";

/** A cluster whose pods print a line every so often by themselves. */
export interface OpenPrinter {
  readonly cluster: Cluster;
  createNamespace(name: string): Promise<void>;
  removeNamespace(name: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * What every Cluster promises of the logs of its pods. A hollow node stands in for the kubelet of a real control plane;
 * it knows neither `sinceTime` nor `previous`, so what only a kubelet can answer is skipped there.
 */
export function describePodLogs(name: string, open: () => Promise<OpenPrinter>, { hollowNode = false } = {}): void {
  const testOfKubelet = hollowNode ? test.skip : test;
  describe(`the log of a pod ${name}`, () => {
    const signal = AbortSignal.timeout(120_000);
    const namespace = `podlog-${Date.now().toString(36)}`;
    const watching = new AbortController();
    const owner = { appId: `app_${Date.now().toString(36)}`, namespace };
    let opened: OpenPrinter;
    let cluster: Cluster;
    let wanted: PodLogRequest;

    const read = async (more: Partial<PodLogRequest> = {}): Promise<PodLogLine[]> => {
      const lines: PodLogLine[] = [];
      await cluster.readPodLog({ ...wanted, ...more }, (line) => void lines.push(line), signal);
      return lines;
    };

    beforeAll(async () => {
      opened = await open();
      cluster = opened.cluster;
      await opened.createNamespace(namespace);
      await cluster.start(watching.signal);
      const metadata = {
        name: "printer",
        namespace,
        labels: { [labels.managedBy]: labels.managedByUs, [labels.app]: owner.appId },
      };
      const annotations = { "hollow.node/log-interval-ms": "100" };
      const printer: Manifest = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
          replicas: 1,
          selector: { matchLabels: { [labels.app]: owner.appId } },
          template: {
            metadata: { labels: metadata.labels, annotations },
            spec: { containers: [{ name: "printer", image: "registry.local/printer:1" }] },
          },
        },
      };
      await cluster.apply([printer], signal);
      await eventually(async () => {
        const [pod] = cluster.pods(owner);
        expect(pod?.containers[0]).toMatchObject({ phase: "RUNNING" });
        wanted = { namespace, pod: pod!.name, container: "printer" };
        expect((await read()).length).toBeGreaterThan(3);
      }, 30_000);
    }, 60_000);
    afterAll(async () => {
      await opened?.removeNamespace(namespace);
      watching.abort();
      await opened?.close();
    });

    test("comes line by line, with times that sort as texts", async () => {
      const lines = await read();
      const times = lines.map(({ at }) => at);
      for (const at of times) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(lines.every(({ text, continues }) => !continues && !text.includes("\n") && !text.includes("�"))).toBe(
        true,
      );
      expect((await read()).slice(0, lines.length)).toEqual(lines);
    });

    testOfKubelet("can be read from a second on, and from its end", async () => {
      await eventually(async () =>
        expect((await read()).at(-1)!.at.slice(0, 19)).not.toBe((await read())[0]!.at.slice(0, 19)),
      );
      const lines = await read();
      const sinceTime = new Date(Math.floor(Date.parse(lines.at(-1)!.at) / 1_000) * 1_000);
      const since = await read({ sinceTime });
      expect(since[0]).toEqual(lines.find(({ at }) => Date.parse(at) >= sinceTime.getTime()));
      const tail = await read({ tailLines: 2 });
      expect(tail.length).toBeGreaterThanOrEqual(2);
      expect(tail[0]!.at >= lines.at(-2)!.at).toBe(true);
    });

    test("goes on while it is followed, and waits for whoever takes it", async () => {
      const leaving = new AbortController();
      const lines: PodLogLine[] = [];
      let busy = false;
      const take = async (line: PodLogLine): Promise<void> => {
        expect(busy).toBe(false);
        busy = true;
        await new Promise((resolve) => setTimeout(resolve, 1));
        busy = false;
        lines.push(line);
      };
      const before = (await read()).length;
      const following = cluster.readPodLog({ ...wanted, follow: true }, take, leaving.signal);
      await eventually(() => expect(lines.length).toBeGreaterThan(before + 3));
      leaving.abort(new Error("enough"));
      await expect(following).rejects.toThrow("enough");
      expect((await read()).slice(0, lines.length)).toEqual(lines);
    });

    test("whose reader fails is closed, with the reader's own error", async () => {
      const failing = cluster.readPodLog({ ...wanted, follow: true }, () => Promise.reject(new Error("full")), signal);
      await expect(failing).rejects.toThrow("full");
    });

    test.each<[string, Partial<PodLogRequest>, number, RegExp]>([
      ["of a pod that is not there", { pod: "nobody" }, 404, /nobody/],
      ["of a container that is not there", { container: "nobody" }, 400, /nobody/],
    ])("%s is refused, with the cluster's words", async (_which, more, status, said) => {
      await expect(read(more)).rejects.toMatchObject({
        code: "UPSTREAM_REJECTED",
        status,
        message: expect.stringMatching(said),
      });
    });

    testOfKubelet("of a run that never was is refused", async () => {
      await expect(read({ previous: true })).rejects.toMatchObject({
        code: "UPSTREAM_REJECTED",
        status: 400,
        message: expect.stringContaining('previous terminated container "printer"'),
      });
    });
  });
}
