import type { KubeConfig } from "@kubernetes/client-node";
import type { Dispatcher, fetch as undiciFetch, Response } from "undici";
import { UpstreamUnavailable } from "../../kernel/errors.js";
import { serviceAccountOf, type ServiceAccount } from "./service-account.js";

/** The address of the API server and our credentials. */
export type KubernetesAccess =
  /** A kubeconfig file; `context` defaults to its current one. */
  | { readonly kubeconfig: string; readonly context?: string }
  /** A URL, such as the sandbox's; TLS is verified against the system's authorities. */
  | { readonly server: string; readonly token?: string }
  /** The service account of our pod. */
  | { readonly inCluster: true };

export interface WireRequest {
  readonly method?: "GET" | "PATCH" | "DELETE";
  /** `/apis/apps/v1/deployments` */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Tokens and certificates rotate; client-go reloads them after a minute too. */
const renewAfterMs = 60_000;

interface Session {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher | undefined;
}

/**
 * Authenticated HTTP to one API server: the configuration and credentials of the client library, with our own requests.
 * Connections are kept for a minute; the library would open a new one for every request.
 */
export class KubernetesConnection {
  private config?: KubeConfig;
  private session?: { readonly opened: Promise<Session>; readonly renewAt: number };

  constructor(private readonly access: KubernetesAccess) {}

  async send({ method = "GET", path, query, headers, body }: WireRequest, signal: AbortSignal): Promise<Response> {
    const { fetch } = (await import("undici")) as { fetch: typeof undiciFetch };
    const config = await this.load();
    const session = await this.authenticated(config);
    const url = new URL(config.getCurrentCluster()!.server.replace(/\/$/, "") + path);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const response = await fetch(url, {
      method,
      signal,
      headers: { accept: "application/json", ...session.headers, ...headers },
      ...(body !== undefined && { body }),
      ...(session.dispatcher && { dispatcher: session.dispatcher }),
    });
    if (response.status === 401) this.forget();
    return response;
  }

  /**
   * Loads the library and the configuration once, on the first request: it costs 690 ms and 85 MB, which a process
   * without a cluster need not pay. The request's timeout, which is the server's, begins afterwards.
   */
  async load(): Promise<KubeConfig> {
    return (this.config ??= await this.configured());
  }

  /** The service account of our requests, if it is one. */
  async serviceAccount(): Promise<ServiceAccount | undefined> {
    const { headers } = await this.authenticated(await this.load());
    const header = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization");
    return serviceAccountOf(header?.[1]);
  }

  /** Closes the sockets once their requests have ended; a later request opens new ones. */
  forget(): void {
    // A watch may still use it: close() waits for that, destroy() would cut it.
    void this.session?.opened.then(({ dispatcher }) => dispatcher?.close()).catch(() => {});
    this.session = undefined;
  }

  private async authenticated(config: KubeConfig): Promise<Session> {
    if (!this.session || this.session.renewAt <= Date.now()) {
      this.forget();
      this.session = { opened: openSession(config), renewAt: Date.now() + renewAfterMs };
    }
    const session = this.session;
    try {
      return await session.opened;
    } catch (error) {
      if (this.session === session) this.session = undefined;
      throw error;
    }
  }

  private async configured(): Promise<KubeConfig> {
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    const access = this.access;
    try {
      if ("inCluster" in access) config.loadFromCluster();
      else if ("server" in access) config.loadFromOptions(optionsFor(access));
      else {
        config.loadFromFile(access.kubeconfig);
        if (access.context !== undefined) config.setCurrentContext(access.context);
      }
      if (!config.getCurrentCluster()) throw new Error("The current context names no cluster.");
    } catch (cause) {
      throw new UpstreamUnavailable("kubernetes", "The configuration for Kubernetes could not be read.", { cause });
    }
    return config;
  }
}

async function openSession(config: KubeConfig): Promise<Session> {
  const { HttpMethod, RequestContext } = await import("@kubernetes/client-node");
  const context = new RequestContext(config.getCurrentCluster()!.server, HttpMethod.GET);
  try {
    await config.applySecurityAuthentication(context);
  } catch (cause) {
    throw new UpstreamUnavailable("kubernetes", "The credentials for Kubernetes could not be obtained.", { cause });
  }
  return { headers: context.getHeaders(), dispatcher: context.getDispatcher() };
}

function optionsFor({ server, token }: { readonly server: string; readonly token?: string }): object {
  const name = "given";
  return {
    // The library refuses plain HTTP unless it may skip TLS verification too.
    clusters: [{ name, server, skipTLSVerify: server.startsWith("http:") }],
    users: [{ name, ...(token !== undefined && { token }) }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  };
}
