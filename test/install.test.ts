import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { ConfigError, readConfig } from "../src/config/config.js";
import type { Manifest } from "../src/upstreams/cluster-object.js";
import { dockerfileStages, type Stage } from "./support/dockerfile-stages.js";
import {
  installManifest,
  installManifests,
  kubernetesFolder,
  kustomization,
  type ClusterRole,
} from "./support/install-manifests.js";
import { requiredVariables } from "./support/required-variables.js";

const root = join(import.meta.dirname, "..");
const text = (file: string): string => readFileSync(join(root, file), "utf8");
const readme = text("install/README.md");
const example = parseEnv(text("install/example.env")) as Record<string, string>;
/** The variables that the server complains of. */
function refused(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problem.split(":")[0]!);
  }
}

describe("example.env", () => {
  test("explains every variable that the server reads, and no other", () => {
    const read = new Set<string>();
    const spy = new Proxy<NodeJS.ProcessEnv>(
      { ...requiredVariables },
      { get: (env, name: string) => (read.add(name), env[name]) },
    );
    readConfig(spy);
    expect(Object.keys(example).sort()).toEqual([...read].sort());
    const lines = text("install/example.env").split("\n");
    const bare = lines.filter((line, at) => /^[A-Z_]+=/.test(line) && !lines[at - 1]?.startsWith("# "));
    expect(bare).toEqual([]);
  });

  test("leaves to fill in exactly what is marked (required)", () => {
    const marked = [...text("install/example.env").matchAll(/^# \(required\).*\n([A-Z_]+)=$/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(marked)).toEqual(new Set(Object.keys(requiredVariables)));
    expect(new Set(refused(example))).toEqual(new Set(marked));
  });

  test("is accepted once that is filled in, and shows the defaults", () => {
    expect(readConfig({ ...example, ...requiredVariables })).toEqual(readConfig(requiredVariables));
  });
});

describe("the Dockerfile", () => {
  const stages = dockerfileStages(text("install/Dockerfile"));
  const last = stages.at(-1)!;
  const build = JSON.parse(text("tsconfig.build.json")) as { compilerOptions: { rootDir: string; outDir: string } };
  const { outDir, rootDir } = build.compilerOptions;
  const runs = (stage: Stage, command: string) => stage.runs.some((run) => run.includes(command));
  /** What a stage has that was not copied into it. */
  const made = (stage: Stage) => [
    ...(runs(stage, "npm ci") ? ["node_modules"] : []),
    ...(runs(stage, "npm run build") ? [outDir] : []),
  ];

  test("copies only what is there", () => {
    const ignored = text(".dockerignore").split("\n");
    expect(ignored).toContain("*");
    const missing = stages.flatMap((stage, at) =>
      stage.copies.flatMap(({ from, sources }) =>
        sources.filter((source) => {
          if (from === undefined) return !existsSync(join(root, source)) || !ignored.includes(`!${source}`);
          const earlier = stages.slice(0, at).find(({ name }) => name === from);
          return !earlier || !made(earlier).some((path) => source === `${earlier.folder}/${path}`);
        }),
      ),
    );
    expect(missing).toEqual([]);
  });

  test("ends with the program that the build makes, as an ordinary user, in production", () => {
    const program = last.command.at(-1)!;
    expect(last.command.join(" ")).toBe(
      (JSON.parse(text("package.json")) as { scripts: { start: string } }).scripts.start,
    );
    expect(program.startsWith(`${outDir}/`)).toBe(true);
    expect(existsSync(join(root, program.replace(outDir, rootDir).replace(/\.js$/, ".ts")))).toBe(true);
    expect(last.user).toMatch(/^[1-9]\d*(:[1-9]\d*)?$/);
    expect(last.environment).toMatchObject({ NODE_ENV: "production" });
    expect(last.ports).toEqual([String(readConfig(requiredVariables).port)]);
    expect(last.healthcheck).toContain("/health/live");
  });

  test("has the development dependencies nowhere but where it builds", () => {
    const source = last.copies.find(({ sources }) => sources.some((path) => path.endsWith("node_modules")))?.from;
    const installing = stages.find(({ name }) => name === source);
    expect(installing?.runs.filter((run) => run.includes("npm ci")).every((run) => run.includes("--omit=dev"))).toBe(
      true,
    );
  });

  test("stands on one pinned major of the Node that the project is tested with", () => {
    const { devDependencies } = JSON.parse(text("package.json")) as { devDependencies: { node: string } };
    const images = new Set(stages.map(({ image }) => image));
    expect([...images]).toEqual([`node:${devDependencies.node.split(".")[0]}-bookworm-slim`]);
  });
});

describe("docker-compose.yml", () => {
  interface Service {
    readonly image: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly healthcheck?: object;
    readonly env_file?: string;
    readonly build?: { readonly context: string; readonly dockerfile: string };
    readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  }
  const { services } = parse(text("install/docker-compose.yml")) as {
    services: Record<"postgres" | "server", Service>;
  };

  test("starts the server once its database is healthy", () => {
    expect(services.server.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
    expect(services.postgres.healthcheck).toBeDefined();
    expect(services.postgres.image).toMatch(/^postgres:\d+/);
    expect(existsSync(join(root, "install", services.server.build!.context, services.server.build!.dockerfile))).toBe(
      true,
    );
    expect(readme).toContain(`cp example.env ${services.server.env_file!}`);
  });

  test("gives the server no more of its machine than it needs", () => {
    expect(services.server).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
  });

  test("gives the server a configuration that it accepts, for that database", () => {
    const { DATABASE_URL: _, ...rest } = requiredVariables;
    const { database } = readConfig({ ...example, ...rest, ...services.server.environment });
    const { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: name } = services.postgres.environment;
    expect(database.url).toBe(`postgres://${user}:${password}@postgres:5432/${name}`);
  });
});

describe("the Kubernetes manifests", () => {
  interface Deployment extends Manifest {
    readonly spec: {
      readonly selector: { readonly matchLabels: object };
      readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
    };
  }
  interface PodSpec {
    readonly serviceAccountName: string;
    readonly automountServiceAccountToken: boolean;
    readonly securityContext: { readonly runAsUser: number };
    readonly containers: readonly [Container];
  }
  interface Probe {
    readonly httpGet: { readonly path: string; readonly port: string };
  }
  interface Container {
    readonly image: string;
    readonly envFrom: readonly { readonly secretRef: { readonly name: string } }[];
    readonly env: readonly { readonly name: string; readonly value: string }[];
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
    readonly securityContext: object;
    readonly livenessProbe: Probe;
    readonly readinessProbe: Probe;
  }
  const { selector, template } = (installManifest("Deployment") as Deployment).spec;
  const [container] = template.spec.containers;
  const environment = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));

  test("are all in the kustomization", () => {
    const files = readdirSync(kubernetesFolder, { recursive: true, encoding: "utf8" });
    expect([...kustomization.resources, "kustomization.yaml"].sort()).toEqual(files.sort());
    expect(kustomization.images.map(({ name }) => name)).toEqual([container.image]);
    expect(kustomization.images[0]?.newTag).toBe((JSON.parse(text("package.json")) as { version: string }).version);
  });

  test("name each other rightly", () => {
    const { namespace } = kustomization;
    const strays = installManifests.filter(
      ({ kind, metadata }) =>
        metadata.namespace !== (/^(?:Namespace|Cluster|ValidatingAdmission)/.test(kind) ? undefined : namespace),
    );
    expect(strays).toEqual([]);
    const account = installManifest("ServiceAccount").metadata;
    const everywhere = installManifest("ClusterRole", account.name);
    expect(installManifest("ClusterRoleBinding")).toMatchObject({
      roleRef: { kind: "ClusterRole", name: everywhere.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: account.name, namespace: installManifest("Namespace").metadata.name }],
    });
    const { namespaceRole } = readConfig({ ...example, ...requiredVariables });
    installManifest("ClusterRole", namespaceRole);
    const named = (everywhere as ClusterRole).rules.flatMap(({ resourceNames = [] }) => resourceNames);
    expect(new Set(named)).toEqual(new Set([namespaceRole]));
    expect(template.spec.serviceAccountName).toBe(account.name);
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(installManifest("Service")).toMatchObject({
      spec: { selector: selector.matchLabels, ports: [{ targetPort: "http" }] },
    });
    expect(installManifest("NetworkPolicy", "orrery")).toMatchObject({
      spec: { podSelector: selector, ingress: [{ ports: [{ port: container.ports[0]!.name }] }] },
    });
    expect(installManifest("PodDisruptionBudget")).toMatchObject({ spec: { selector } });
    const [secret] = container.envFrom.map(({ secretRef }) => secretRef.name);
    expect(readme).toContain(`kubectl --namespace ${namespace} create secret generic ${secret!} --from-env-file=`);
  });

  test("give a server that was broken into nothing to stand on", () => {
    const { securityContext, automountServiceAccountToken, ...pod } = template.spec;
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(automountServiceAccountToken).toBe(true);
    expect(installManifest("ServiceAccount")).toMatchObject({ automountServiceAccountToken: false });
    expect(Object.keys(pod).filter((word) => /^host|^volumes$/.test(word))).toEqual([]);
    expect(installManifest("Namespace").metadata.labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
    });
  });

  test("run the image as it is meant, with a configuration that the server accepts", () => {
    const config = readConfig({ ...example, ...requiredVariables, ...environment });
    expect(config).toMatchObject({ runsApi: true, runsWorker: true, kubeconfig: undefined });
    expect(container.ports).toEqual([{ name: "http", containerPort: config.port, protocol: "TCP" }]);
    expect(container.livenessProbe.httpGet).toEqual({ path: "/health/live", port: "http" });
    expect(container.readinessProbe.httpGet).toEqual({ path: "/health/ready", port: "http" });
    const { user } = dockerfileStages(text("install/Dockerfile")).at(-1)!;
    expect(String(template.spec.securityContext.runAsUser)).toBe(user.split(":")[0]);
  });
});
