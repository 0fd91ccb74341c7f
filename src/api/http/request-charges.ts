import type { RequestHandler, Request } from "express";
import type { Contexts } from "../authentication/authentication.js";
import type { RateLimiter, RateLimitKey } from "../pricing/rate-limiter.js";
import type { ClientNetworks } from "../authentication/client-networks.js";
import { accessToken } from "../authentication/access-token.js";
import { refuseRequest } from "./refuse-request.js";

export interface RequestChargeOptions {
  readonly contexts: Contexts;
  readonly rateLimiter: RateLimiter;
  readonly networks: ClientNetworks;
  readonly report: (cause: unknown) => string;
}

/** Charges requests for what they do besides an operation, before the database authenticates them. */
export class RequestCharges {
  constructor(private readonly options: RequestChargeOptions) {}

  /** The member or network that a request is charged to. */
  rateLimitKey(request: Request): Promise<RateLimitKey> {
    return this.options.contexts.rateLimitKey(accessToken(request), this.options.networks.of(request));
  }

  /** Takes `cost` of the sender's budget; throws RATE_LIMITED, and takes nothing, when there is not that much. */
  async charge(request: Request, cost: number): Promise<RateLimitKey> {
    const rateLimitKey = await this.rateLimitKey(request);
    this.options.rateLimiter.charge(rateLimitKey, cost);
    return rateLimitKey;
  }

  /** Takes what a request turned out to cost; what the budget lacks is a debt. */
  debit(rateLimitKey: RateLimitKey, cost: number): void {
    this.options.rateLimiter.debit(rateLimitKey, cost);
  }

  /** Charges each request so much before it goes on. */
  each(cost: number): RequestHandler {
    return (request, response, next) => {
      this.charge(request, cost).then(
        () => next(),
        (error: unknown) => refuseRequest(response, error, this.options.report),
      );
    };
  }
}
