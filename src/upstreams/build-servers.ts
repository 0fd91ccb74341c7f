import type { BuildServer } from "./build-server.js";

/** The build servers, each asked for by the app that is built: which one builds it, is decided here alone. There is one today. */
export interface BuildServers {
  of(appId: string): BuildServer;
}
