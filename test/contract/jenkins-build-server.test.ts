import { JenkinsBuildServer } from "../../src/upstreams/jenkins/jenkins-build-server.js";
import { SandboxJenkins, type SandboxJenkinsOptions } from "../../src/sandbox/jenkins/sandbox-jenkins.js";
import { describeBuildConsole } from "./build-console.contract.js";
import { describeBuildServer, type OpenBuildServer } from "./build-server.contract.js";

const calls = { retryAfterMs: 5, trialAfterMs: 20, deadlineMs: 5_000 };

async function open(
  options: SandboxJenkinsOptions,
  who: (jenkins: SandboxJenkins) => { user: string; token: string } | { user: string; password: string },
): Promise<OpenBuildServer> {
  const jenkins = new SandboxJenkins({ pace: 50, ...options });
  const url = await jenkins.listen();
  const platform = () => new JenkinsBuildServer({ url, retryMs: 60, silenceMs: 1_000, calls, ...who(jenkins) });
  return {
    builds: platform(),
    anotherPlatform: platform,
    script: (job, pieces, result) => jenkins.script({ job, pieces, ...(result && { result }) }),
    append: (job, number, bytes) => jenkins.append(job, number, bytes),
    finish: (job, number, result) => jenkins.finish(job, number, result),
    rawConsole: (job, number) => jenkins.rawConsole(job, number),
    countRuns: (buildId) => jenkins.runsOf(buildId).length,
    fault: (fault) => jenkins.server.addFault(fault),
    clearFaults: () => jenkins.server.clearFaults(),
    restart: (how) => jenkins.restart(how),
    lose: (job, number) => jenkins.lose(job, number),
    truncate: (job, number, size) => jenkins.truncate(job, number, size),
    forgetLeftItems: () => jenkins.expireLeftItems(),
    close: async () => {
      await jenkins.close();
      if (jenkins.server.unknown.length > 0) throw new Error(`Unknown routes: ${jenkins.server.unknown.join(", ")}`);
    },
  };
}

const withToken = ({ user, token }: SandboxJenkins) => ({ user, token });
const withPassword = ({ user, password }: SandboxJenkins) => ({ user, password });

describeBuildServer("Jenkins, with a token", () => open({}, withToken));
describeBuildServer("Jenkins, with a password", () => open({}, withPassword));
describeBuildConsole("Jenkins since 2.509", () => open({ logGeneration: "raw" }, withToken));
describeBuildConsole("Jenkins before 2.509", () => open({ logGeneration: "lines" }, withToken));
