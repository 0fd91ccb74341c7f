import type { AppView, ImagePullSecretView, JobView, NamespaceNetworkView, NamespaceView } from "./app-view.js";
import { extendedSamples } from "./extended-samples.js";
import { views, type ViewName } from "./views.js";

/** A view that uses everything, and one that uses as little as possible. */
interface Samples<View> {
  readonly full: View;
  readonly least: View;
}

const namespace = { id: "nsp_0192f3a4b5c67d8e9fa0b1c2d3e4f500", name: "shop" };

const fullApp: AppView = {
  app: { id: "app_0192f3a4b5c67d8e9fa0b1c2d3e4f506", name: "checkout", displayName: "Checkout: pay & go" },
  namespace,
  release: { id: "rel_0192f3a4b5c67d8e9fa0b1c2d3e4f5aa", number: 12 },
  image: "registry.example.com/shop/checkout:12-3f1c9d2",
  imagePullSecret: "orrery-registry",
  language: "GO",
  ports: [
    { name: "http", port: 8080, protocol: "TCP" },
    { name: "dns", port: 5353, protocol: "UDP" },
  ],
  replicas: 3,
  autoscaling: { minReplicas: 2, maxReplicas: 8, cpuPercent: 80 },
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
  command: ["/app", "serve"],
  args: ["--greeting", "it's me"],
  environment: [{ name: "LOG_LEVEL", value: "info" }],
  readinessProbe: { kind: "HTTP", path: "/ready", port: 8080, ...probeTiming(0) },
  livenessProbe: { kind: "EXEC", command: ["/app", "alive"], ...probeTiming(10) },
  security: { runAsNonRoot: false, runAsUser: 1000, capabilities: ["NET_BIND_SERVICE"] },
  publicHost: "checkout.example.com",
  source: {
    cloneUrl: "https://git.example.com/shop/checkout.git",
    repository: "shop/checkout",
    buildPath: "services/checkout",
    dockerfilePath: "services/checkout/Dockerfile",
  },
  registry: { server: "registry.example.com" },
  config: [{ key: "app.properties", value: "colour=blue\n" }],
};

const leastApp: AppView = {
  ...fullApp,
  release: null,
  ports: [],
  autoscaling: null,
  command: [],
  args: [],
  environment: [],
  readinessProbe: null,
  livenessProbe: null,
  security: { runAsNonRoot: true, runAsUser: null, capabilities: [] },
  publicHost: null,
  config: [],
};

const secret = { namespace, secretName: "orrery-registry", dockerConfigJson: `{"auths":{}}` };
const buildCommand = "#!/bin/sh\ndocker build .\n";

/** Sample views of each kind, for previews and checks. */
export const sampleViews: {
  readonly namespaceView: Samples<NamespaceView>;
  readonly namespaceNetworkView: Samples<NamespaceNetworkView>;
  readonly imagePullSecretView: Samples<ImagePullSecretView>;
  readonly appView: Samples<AppView>;
  readonly jobView: Samples<JobView>;
} & Readonly<Record<ViewName, Samples<object>>> = {
  namespaceView: { full: { namespace }, least: { namespace } },
  namespaceNetworkView: {
    full: { namespace, network: { ingressNamespaces: ["ingress-nginx"], egressCidrs: ["10.20.0.0/16"] } },
    least: { namespace, network: { ingressNamespaces: [], egressCidrs: [] } },
  },
  imagePullSecretView: { full: secret, least: secret },
  appView: { full: fullApp, least: leastApp },
  jobView: {
    full: { ...fullApp, buildCommand, credentialsId: "git", registryCredentialsId: "registry-shop" },
    least: { ...leastApp, buildCommand, credentialsId: null, registryCredentialsId: null },
  },
  ...extendedSampleViews(),
};

/** The other kinds, each with the fields of the app that it sees. */
function extendedSampleViews(): Record<keyof typeof extendedSamples, Samples<object>> {
  const names = Object.keys(extendedSamples) as (keyof typeof extendedSamples)[];
  const seen = (name: ViewName, app: AppView) =>
    Object.fromEntries(Object.entries(app).filter(([field]) => Object.hasOwn(views[name].shape, field)));
  const samples = names.map((name) => {
    const { full, least } = extendedSamples[name];
    return [name, { full: { ...seen(name, fullApp), ...full }, least: { ...seen(name, leastApp), ...least } }] as const;
  });
  return Object.fromEntries(samples) as Record<keyof typeof extendedSamples, Samples<object>>;
}

function probeTiming(initialDelaySeconds: number) {
  return { initialDelaySeconds, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 };
}
