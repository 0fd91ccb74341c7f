import { subscribe } from "node:diagnostics_channel";
import { setTimeout as pause } from "node:timers/promises";
import { SandboxUpstreams } from "../dist/demo/sandbox-upstreams.js";
import { assist } from "./assistant.mjs";
import { consoleText, sha256Of } from "./console-text.mjs";

/** The upstreams, as a process of their own. */
let sandbox;
/** When each console was asked for. */
const asked = new Map();

subscribe("http.server.request.start", ({ request }) => {
  const console = /^.*\/progressiveText/.exec(request.url)?.[0];
  if (console === undefined) return;
  if (!asked.has(console)) asked.set(console, []);
  asked.get(console).push(Date.now());
});

const now = () => performance.timeOrigin + performance.now();

assist({
  async start({ folder }) {
    sandbox = await SandboxUpstreams.start({ folder, pace: 20 });
    return sandbox.environment;
  },

  /** Has the next build of a job print this much, all at once; without a result it stays running. */
  script({ job, bytes, seed, result }) {
    const pieces = consoleText(bytes, seed);
    sandbox.jenkins.script({ job, pieces, result });
    return { bytes: pieces.reduce((sum, { length }) => sum + length, 0), sha256: sha256Of(pieces) };
  },

  finish({ job, number }) {
    sandbox.jenkins.finish(job, number, "SUCCESS");
  },

  firstAsked: ({ path }) => asked.get(path)?.[0],

  /** How often a console was asked for, and how often at the same time at most. */
  polls: ({ path }) => ({
    count: asked.get(path)?.length ?? 0,
    mostAtOnce: sandbox.jenkins.server.mostAtOnce(`GET ${path}`),
  }),

  /** Has a running build print lines that say when, at uneven moments. */
  async drip({ job, number, lines, everyMs }) {
    for (let line = 1; line <= lines; line++) {
      sandbox.jenkins.append(job, number, Buffer.from(`line ${line} at=${now()}\n`));
      await pause(everyMs * (0.5 + ((line * 0.618) % 1)));
    }
  },

  /** Has a container print a line that says when. */
  print({ namespace, pod, container }) {
    sandbox.kubernetes.printLine(namespace, pod, container, `at=${now()}`);
  },

  /** What is open on Kubernetes now, and how often it was asked for anything. */
  kubernetes: () => ({
    watches: sandbox.kubernetes.openWatches,
    follows: sandbox.kubernetes.openLogFollows,
    requests: sandbox.kubernetes.server.total,
    // Applies and dry runs of applies.
    patches: [...sandbox.kubernetes.server.byRoute].reduce(
      (sum, [route, times]) => sum + (route.startsWith("PATCH ") ? times : 0),
      0,
    ),
  }),

  create({ objects }) {
    for (const object of objects) sandbox.kubernetes.create(object);
  },

  pods: () => sandbox.kubernetes.objects("Pod").length,

  /** How many requests each upstream has had. */
  requests: () =>
    [sandbox.kubernetes, sandbox.jenkins, sandbox.github].reduce((sum, { server }) => sum + server.total, 0),
});
