import { PlatformError, Unauthenticated } from "../kernel/errors.js";
import type { MemberActor } from "../kernel/actor.js";
import { escapeHidden } from "../kernel/visible-text.js";
import type { Context, Streams } from "../features/context.js";
import type { Loaders } from "../features/loaders.js";
import type { Payer } from "./budgets.js";
import type { SessionService } from "../features/access/session.service.js";

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

/** Makes the context of each operation: who asks, and fresh loaders. */
export class Contexts {
  constructor(
    private readonly sessions: SessionService,
    private readonly newLoaders: () => Loaders,
    private readonly streams: Streams,
  ) {}

  /** A wrong or missing token does not fail here, but where the operation asks who it is: `login` does not. */
  async ofHttp(authorization: string | undefined, userAgent: string | undefined): Promise<HttpContext> {
    const token = bearerToken(authorization);
    if (token === undefined) return { context: this.make(() => refuse(new Unauthenticated()), userAgent) };
    try {
      const { actor, snapshot } = await this.sessions.authenticate(token);
      return { context: this.make(() => actor, userAgent), snapshot };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      return { context: this.make(() => refuse(error), userAgent) };
    }
  }

  /** Who pays for a request: the session that its token names, or the network that it comes from. */
  async payer(accessToken: string | undefined, network: string): Promise<Payer> {
    const sessionId = accessToken === undefined ? undefined : await this.sessions.sessionNamedBy(accessToken);
    return sessionId === undefined ? { network } : { sessionId };
  }

  /** For an operation on a socket: its member, with the rights held now. */
  async ofSocket(memberId: string, sessionId: string): Promise<Context> {
    const actor = await this.sessions.actorOf(memberId, sessionId);
    return this.make(() => actor, undefined);
  }

  /** For the execution of an event that several readers share. */
  ofEvent(actor: MemberActor): Context {
    return this.make(() => actor, undefined);
  }

  private make(whoAsks: () => MemberActor, userAgent: string | undefined): Context {
    const shown = userAgent === undefined ? undefined : escapeHidden(userAgent, "LINE");
    return new OperationContext(whoAsks, this.newLoaders(), this.streams, shown);
  }
}

/** A class, because Apollo copies a context's own properties: a getter among them would be asked before anybody needs it. */
class OperationContext implements Context {
  constructor(
    private readonly whoAsks: () => MemberActor,
    readonly loaders: Loaders,
    readonly streams: Streams,
    readonly userAgent: string | undefined,
  ) {}

  get actor(): MemberActor {
    return this.whoAsks();
  }
}

function refuse(error: Error): never {
  throw error;
}
