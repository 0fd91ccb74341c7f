import { PlatformError, Unauthenticated } from "../../kernel/errors.js";
import type { MemberActor } from "../../kernel/actor.js";
import { escapeHidden } from "../../kernel/visible-text.js";
import type { Context, StreamSources } from "../../features/foundation/context.js";
import type { Loaders } from "../../features/foundation/loaders.js";
import type { RateLimitKey } from "../pricing/rate-limiter.js";
import type { SessionService } from "../../features/identity/session/session.service.js";

/** The token of an `Authorization: Bearer …` value, or undefined when there is none. */
export function bearerToken(authorization: unknown): string | undefined {
  if (typeof authorization !== "string") return undefined;
  const match = /^Bearer +(\S+)$/i.exec(authorization.trim());
  return match?.[1];
}

/** The context of a request and, when a member sent it, what had committed by then. */
export interface HttpContext {
  readonly context: Context;
  readonly snapshot?: string;
}

/** What is known of the program that asks. */
export interface Client {
  readonly network: string;
  readonly userAgent?: string | undefined;
}

/** Makes the context of each operation: its actor, and fresh loaders. */
export class Contexts {
  constructor(
    private readonly sessions: SessionService,
    private readonly newLoaders: () => Loaders,
    private readonly streams: StreamSources,
  ) {}

  /** A wrong or missing token does not fail here, but when the operation reads the actor; `login` does not read it. */
  async ofHttp(authorization: string | undefined, client: Client): Promise<HttpContext> {
    const token = bearerToken(authorization);
    if (token === undefined) return { context: this.make(() => refuse(new Unauthenticated()), client) };
    try {
      const { actor, snapshot } = await this.sessions.authenticate(token);
      return { context: this.make(() => actor, client), snapshot };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      return { context: this.make(() => refuse(error), client) };
    }
  }

  /** The member that a token names, or the network that the request comes from. */
  async rateLimitKey(accessToken: string | undefined, network: string): Promise<RateLimitKey> {
    const memberId = accessToken === undefined ? undefined : await this.sessions.memberNamedBy(accessToken);
    return memberId === undefined ? { network } : { memberId };
  }

  /** For an operation on a socket: its member, with the rights held now. */
  async ofSocket(memberId: string, sessionId: string, network: string): Promise<Context> {
    const actor = await this.sessions.actorOf(memberId, sessionId);
    return this.make(() => actor, { network });
  }

  /** For the execution of an event that several readers share. */
  ofEvent(actor: MemberActor): Context {
    return this.make(() => actor, { network: "" });
  }

  private make(whoAsks: () => MemberActor, { network, userAgent }: Client): Context {
    const shown = userAgent === undefined ? undefined : escapeHidden(userAgent, "LINE");
    return new OperationContext(whoAsks, this.newLoaders(), this.streams, network, shown);
  }
}

/** A class, because Apollo copies a context's own properties: a getter among them would be asked before anybody needs it. */
class OperationContext implements Context {
  constructor(
    private readonly whoAsks: () => MemberActor,
    readonly loaders: Loaders,
    readonly streams: StreamSources,
    readonly network: string,
    readonly userAgent: string | undefined,
  ) {}

  get actor(): MemberActor {
    return this.whoAsks();
  }
}

function refuse(error: Error): never {
  throw error;
}
