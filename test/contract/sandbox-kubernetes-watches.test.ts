import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.js";
import {
  close,
  core,
  get,
  namespace,
  newNamespace,
  noWatchIsOpen,
  open,
  sandbox,
  url,
  watch,
} from "../support/sandbox-kubernetes.js";

beforeAll(open);
afterAll(close);
afterEach(noWatchIsOpen);

test("a list comes in pages, selected by labels, all of one moment", async () => {
  await newNamespace();
  for (const name of ["a", "b", "c", "d"])
    await core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name, labels: { tier: name < "c" ? "low" : "high" } } },
    });
  const first = await core.listNamespacedConfigMap({ namespace, limit: 1, labelSelector: "tier in (low,mid)" });
  expect(first.items.map(({ metadata }) => metadata?.name)).toEqual(["a"]);
  const second = await core.listNamespacedConfigMap({
    namespace,
    limit: 1,
    labelSelector: "tier in (low,mid)",
    _continue: first.metadata?._continue,
  });
  expect(second.items.map(({ metadata }) => metadata?.name)).toEqual(["b"]);
  expect(second.metadata).toEqual({ resourceVersion: first.metadata?.resourceVersion });
});

test("a watch goes on from where a list was, and a compacted place is gone", async () => {
  await newNamespace();
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const { metadata } = await core.listNamespacedConfigMap({ namespace });
  const resourceVersion = metadata!.resourceVersion!;
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "a" } } });
  const watching = await watch(path, { resourceVersion });
  await core.deleteNamespacedConfigMap({ name: "a", namespace });
  await eventually(() => expect(watching.events.map(({ type }) => type)).toEqual(["ADDED", "DELETED"]));
  sandbox.compact();
  expect(await watching.ended).toBe("closed");
  expect(watching.events.at(-1)).toMatchObject({
    type: "ERROR",
    object: { kind: "Status", code: 410, reason: "Expired" },
  });
  const late = await watch(path, { resourceVersion });
  expect(await late.ended).toBe("closed");
  expect(late.events).toMatchObject([{ type: "ERROR", object: { code: 410 } }]);
});

test("watches can be closed, reset and stalled from outside, and are counted", async () => {
  await newNamespace();
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const fault = (name: string) => fetch(`${url}/_sandbox/kubernetes/${name}`, { method: "POST" });
  const closed = await watch(path, {});
  expect(sandbox.openWatches).toBe(1);
  await fault("close-watches");
  expect(await closed.ended).toBe("closed");
  const reset = await watch(path, {});
  await fault("reset-watches");
  expect(await reset.ended).toBe("broken");
  const stalled = await watch(path, {});
  const open = await watch(path, {});
  await fault("stall-watches");
  const fresh = await watch(path, {});
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "a" } } });
  await eventually(() => expect(fresh.events).toHaveLength(1));
  expect([...stalled.events, ...open.events]).toEqual([]);
  for (const one of [stalled, open, fresh]) one.stop();
});

test("a log is followed, without repeating or missing a line", async () => {
  await newNamespace();
  await core.createNamespacedPod({
    namespace,
    body: {
      metadata: { name: "solo", annotations: { "hollow.node/log-interval-ms": "0", "hollow.node/log-lines": "2" } },
      spec: { containers: [{ name: "main", image: "x:1" }] },
    },
  });
  await eventually(async () =>
    expect((await core.readNamespacedPod({ name: "solo", namespace })).status?.phase).toBe("Running"),
  );
  const response = await get(`/api/v1/namespaces/${namespace}/pods/solo/log?follow=true&timestamps=true&tailLines=1`);
  const text = response.text();
  const timestamp = BigInt(Date.now() + 1000) * 1_000_000n;
  sandbox.printLine(namespace, "solo", "main", "twin 1", timestamp);
  sandbox.printLine(namespace, "solo", "main", "twin 2", timestamp);
  await core.deleteNamespacedPod({ name: "solo", namespace, gracePeriodSeconds: 0 });
  const lines = (await text).trimEnd().split("\n");
  expect(lines.map((line) => line.replace(/^\S{10}T\d\d:\d\d:\d\d\.\d{9}Z /, ""))).toEqual([
    "solo/main line 2: 服务 ready — ok",
    "twin 1",
    "twin 2",
  ]);
});
