import type { Clock } from "../../kernel/clock.js";
import type { RateLimited } from "../../kernel/errors.js";
import type { RateLimiter } from "../pricing/rate-limiter.js";

/** What an event of a subscription needs before its readers can be shown it. */
export interface EventExecution {
  /** What it costs, in the unit of rate limits. */
  readonly price: number;
  /** Whether no subscriber waits for it any more, so that it can be dropped. */
  readonly isAbandoned: () => boolean;
  /** Executes it; `payingMember` is the member who was charged. */
  readonly run: (payingMember: string) => Promise<unknown>;
  /** Called instead of `run` when it could not be charged to any member for too long. */
  readonly refuse: (cause: RateLimited) => void;
}

/** An execution until it begins. */
interface Pending extends EventExecution {
  readonly sinceMs: number;
  state: "UNPAID" | "PAID" | "OVER";
  payingMember: string;
  /** The waiting members in whose queues it is. */
  readonly members: Set<string>;
}

export interface EventExecutionOptions {
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  /** How long an execution waits until it can be charged. */
  readonly maxWaitMs?: number;
}

/** What every execution weighs besides its price, which is about its share of the time of one row. */
const baseWeight = 10;
/** What begins in one turn of the event loop, a few milliseconds of work; requests and other connections are next. */
const mostPerTurn = 100;
/** What runs at a time: so much waits in front of others at the database. */
const mostRunning = 200;
/** An execution that takes so long gives its place to others. */
const slowMs = 5_000;
/** Members in whose queues one execution is: each may pay for it, and it begins as soon as it is the turn of one of them. */
const mostMembers = 8;
/** The part of each rate limit that events leave for requests, so that a member with too many subscriptions can still send some. */
const leftForRequests = 0.1;
const defaultMaxWaitMs = 60_000;

/**
 * Executes the events of subscriptions, each charged to a member who waits for it, in a few milliseconds of each turn of the
 * event loop, members by turns. An event that no member can be charged for waits, in the order of each member's
 * events; what waits for too long is refused, and its reader goes on later from the last cursor.
 */
export class EventExecutions {
  /** What is paid for, by members in the order of their turns. */
  private readonly paid = new Map<string, Pending[]>();
  /** What is not, by members whose rate limits do not hold it. */
  private readonly unpaid = new Map<string, Pending[]>();
  private running = 0;
  private begunInTurn = 0;

  constructor(private readonly options: EventExecutionOptions) {}

  /** Executes it now or later. The returned function adds another member who waits for it. */
  add(execution: EventExecution, memberId: string): (another: string) => void {
    const sinceMs = this.options.clock.now().getTime();
    const pending: Pending = { ...execution, sinceMs, state: "UNPAID", payingMember: memberId, members: new Set() };
    const join = (member: string): void => this.join(pending, member);
    join(memberId);
    return join;
  }

  /** Moves the charge to another member, if that member has enough left. */
  chargeInstead(price: number, payingMember: string, another: string): void {
    if (payingMember !== another && this.pay(another, price) === 0) this.giveBack(payingMember, price);
  }

  /** Gives back what was taken for an execution that was not needed after all. */
  giveBack(memberId: string, price: number): void {
    this.options.rateLimiter.debit({ memberId }, -price);
  }

  private join(pending: Pending, member: string): void {
    const { state, members, price } = pending;
    if (state === "OVER" || members.has(member) || members.size >= mostMembers) return;
    members.add(member);
    // In the queue of one member alone, it would wait for everything else of that member.
    if (state === "PAID") return this.enqueue(pending, member);
    const queue = this.unpaid.get(member);
    if (queue) return void queue.push(pending);
    const waitMs = this.pay(member, price);
    if (waitMs === 0) return this.enqueuePaid(pending, member);
    this.unpaid.set(member, [pending]);
    this.retryLater(member, pending, waitMs);
  }

  private pay(memberId: string, price: number): number {
    const { rateLimiter } = this.options;
    return rateLimiter.take({ memberId }, price, leftForRequests * rateLimiter.limitOf({ memberId }));
  }

  private retryLater(member: string, { sinceMs }: Pending, waitMs: number): void {
    const { clock, maxWaitMs = defaultMaxWaitMs } = this.options;
    const leftMs = Math.max(1, sinceMs + maxWaitMs - clock.now().getTime());
    setTimeout(() => this.retry(member), Math.min(waitMs, leftMs)).unref();
  }

  /** Goes on with what waits for this member to have something to spend again. */
  private retry(member: string): void {
    const { rateLimiter, clock, maxWaitMs = defaultMaxWaitMs } = this.options;
    const queue = this.unpaid.get(member)!;
    for (let pending = queue[0]; pending; queue.shift(), pending = queue[0]) {
      if (pending.state !== "UNPAID" || pending.isAbandoned()) continue;
      const waitMs = this.pay(member, pending.price);
      if (waitMs === 0) {
        this.enqueuePaid(pending, member);
      } else if (clock.now().getTime() - pending.sinceMs >= maxWaitMs) {
        pending.state = "OVER";
        pending.refuse(rateLimiter.refused(waitMs));
      } else {
        return this.retryLater(member, pending, waitMs);
      }
    }
    this.unpaid.delete(member);
  }

  private enqueuePaid(pending: Pending, payingMember: string): void {
    Object.assign(pending, { state: "PAID", payingMember });
    for (const member of pending.members) this.enqueue(pending, member);
  }

  private enqueue(pending: Pending, member: string): void {
    const queue = this.paid.get(member);
    if (queue) queue.push(pending);
    else this.paid.set(member, [pending]);
    this.goOn();
  }

  private readonly goOn = (): void => {
    for (const [member, queue] of this.paid) {
      const next = queue[0]!;
      const weight = baseWeight + next.price;
      const isPaid = next.state === "PAID";
      const isWanted = isPaid && !next.isAbandoned();
      // At least one, however much it weighs.
      if (isWanted && this.begunInTurn > 0 && this.begunInTurn + weight > mostPerTurn) return;
      if (isWanted && this.running > 0 && this.running + weight > mostRunning) return;
      queue.shift();
      // The member is last now, and met again in this loop.
      this.paid.delete(member);
      if (queue.length > 0) this.paid.set(member, queue);
      // First, because it may be in another queue too, and what begins may come back here.
      next.state = "OVER";
      if (isWanted) this.begin(next, weight);
      else if (isPaid) this.giveBack(next.payingMember, next.price);
    }
  };

  private begin({ run, payingMember }: Pending, weight: number): void {
    if (this.begunInTurn === 0) setImmediate(this.nextTurn);
    this.begunInTurn += weight;
    this.running += weight;
    let isOver = false;
    const over = (): void => {
      clearTimeout(timer);
      if (isOver) return;
      isOver = true;
      this.running -= weight;
      this.goOn();
    };
    const timer = setTimeout(over, slowMs).unref();
    run(payingMember).then(over, over);
  }

  private readonly nextTurn = (): void => {
    this.begunInTurn = 0;
    this.goOn();
  };
}
