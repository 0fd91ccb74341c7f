import type { TestServer } from "./test-server.js";

/** A pod of an app that prints what the test says, and nothing else. Its one container has the app's name. */
export function createQuietPod(
  { sandbox }: TestServer,
  { appId, appName, namespace, name }: { appId: string; appName: string; namespace: string; name: string },
): { readonly print: (text: string | Uint8Array, at?: bigint) => void } {
  sandbox.kubernetes.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      labels: { "app.kubernetes.io/managed-by": "orrery", "orrery.dev/app": appId },
      annotations: { "hollow.node/log-lines": "0", "hollow.node/log-interval-ms": "0" },
    },
    spec: { containers: [{ name: appName, image: "registry.sandbox.local/x:1" }] },
  } as never);
  return { print: (text, at) => sandbox.kubernetes.printLine(namespace, name, appName, text, at) };
}
