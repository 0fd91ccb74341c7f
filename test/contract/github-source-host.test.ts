import { SandboxGitHub } from "../../src/sandbox/github/sandbox-github.js";
import { GitHubSourceHost } from "../../src/upstreams/github/github-source-host.js";
import { describeSourceHost, type OpenSourceHost } from "./source-host.contract.js";

async function open(): Promise<OpenSourceHost> {
  const github = new SandboxGitHub();
  const apiUrl = await github.listen();
  const calls = { retryAfterMs: 5, deadlineMs: 5_000 };
  const as = (token: string) => new GitHubSourceHost({ apiUrl, webUrl: "https://github.com", token, calls });
  return {
    host: as(github.token),
    outsider: as(github.outsiderToken),
    fill: (path, kind, refs) => {
      const [owner, name] = path.split("/") as [string, string];
      const repository = github.addRepository(owner, name);
      for (const { committedAt, ...ref } of refs) {
        if (kind === "TAG") repository.addTag({ ...ref, committedDate: committedAt });
        else repository.addBranch({ ...ref, committedDate: committedAt });
      }
    },
    hide: (path) => {
      const { refs } = github.repository(path);
      const [owner, name] = path.split("/") as [string, string];
      const hidden = github.addRepository(owner, name, { isPrivate: true });
      for (const [key, ref] of refs) hidden.refs.set(key, ref);
    },
    limit: (state) => github.setRateLimit(state),
    limitAtOnce: (forMs) => github.limitSecondarily(forMs),
    fault: (fault) => github.server.addFault(fault),
    clearFaults: () => github.server.clearFaults(),
    requests: () => github.server.total,
    close: async () => {
      await github.close();
      if (github.server.unknown.length > 0) throw new Error(`Unknown routes: ${github.server.unknown.join(", ")}`);
    },
  };
}

describeSourceHost("GitHub", open);
