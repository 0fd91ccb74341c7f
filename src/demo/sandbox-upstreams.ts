import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SandboxGitHub } from "../sandbox/github/sandbox-github.js";
import { SandboxJenkins } from "../sandbox/jenkins/sandbox-jenkins.js";
import { SandboxKubernetes } from "../sandbox/kubernetes/sandbox-kubernetes.js";

export interface SandboxOptions {
  /** The path at which the kubeconfig is written. */
  readonly folder: string;
  /** How many times faster than usual builds and rollouts run. */
  readonly pace?: number;
}

/** The simulated Kubernetes, Jenkins and GitHub on loopback, and the environment variables that name them to the server. */
export class SandboxUpstreams {
  private constructor(
    readonly kubernetes: SandboxKubernetes,
    readonly jenkins: SandboxJenkins,
    readonly github: SandboxGitHub,
    /** Variables for the server's environment. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async start({ folder, pace = 1 }: SandboxOptions): Promise<SandboxUpstreams> {
    const secret = (): string => randomBytes(12).toString("hex");
    const [clusterToken, jenkinsToken, githubToken] = [secret(), secret(), secret()];
    const kubernetes = new SandboxKubernetes({ pace: 1 / pace, token: clusterToken });
    const jenkins = new SandboxJenkins({ user: "orrery", token: jenkinsToken, pace });
    const github = new SandboxGitHub({ token: githubToken });
    const [clusterUrl, jenkinsUrl, githubUrl] = await Promise.all([
      kubernetes.listen(),
      jenkins.listen(),
      github.listen(),
    ]);
    const kubeconfig = join(folder, "kubeconfig.json");
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(clusterUrl, clusterToken)), { mode: 0o600 });
    return new SandboxUpstreams(kubernetes, jenkins, github, {
      KUBECONFIG: kubeconfig,
      JENKINS_URL: jenkinsUrl,
      JENKINS_USER: "orrery",
      JENKINS_TOKEN: jenkinsToken,
      GITHUB_API_URL: githubUrl,
      GITHUB_TOKEN: githubToken,
      REGISTRY: "registry.sandbox.local",
      NAMESPACE_DOMAINS: "*.example.com",
      NAMESPACE_REPOSITORIES: "acme",
    });
  }

  /** The requests whose routes the sandbox does not know. */
  unknownRequests(): string[] {
    return [this.kubernetes, this.jenkins, this.github].flatMap(({ server }) => server.unknown);
  }

  async stop(): Promise<void> {
    await Promise.all([this.kubernetes.close(), this.jenkins.close(), this.github.close()]);
  }
}

/** A kubeconfig as JSON, which is YAML too. */
const kubeconfigOf = (server: string, token: string): object => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "sandbox", cluster: { server, "insecure-skip-tls-verify": true } }],
  users: [{ name: "orrery", user: { token } }],
  contexts: [{ name: "sandbox", context: { cluster: "sandbox", user: "orrery" } }],
  "current-context": "sandbox",
});
