import { subscribe } from "node:diagnostics_channel";
import { SandboxUpstreams } from "../dist/demo/sandbox-upstreams.js";
import { assist } from "./assistant.mjs";
import { consoleText, sha256Of } from "./console-text.mjs";

/** The upstreams, as a process of their own. */
let sandbox;
/** When each console was asked for first. */
const firstAsked = new Map();

subscribe("http.server.request.start", ({ request }) => {
  const console = /^.*\/progressiveText/.exec(request.url)?.[0];
  if (console !== undefined && !firstAsked.has(console)) firstAsked.set(console, Date.now());
});

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

  firstAsked: ({ path }) => firstAsked.get(path),

  create({ objects }) {
    for (const object of objects) sandbox.kubernetes.create(object);
  },

  pods: () => sandbox.kubernetes.objects("Pod").length,

  /** How many requests each upstream has had. */
  requests: () =>
    [sandbox.kubernetes, sandbox.jenkins, sandbox.github].reduce((sum, { server }) => sum + server.total, 0),
});
