import type { Clock } from "../kernel/clock.js";
import type { RateLimited } from "../kernel/errors.js";
import type { Budgets } from "./budgets.js";

/** What an event of a subscription needs before its readers can be shown it. */
export interface EventExecution {
  /** What it costs, in the unit of budgets. */
  readonly price: number;
  /** Whether nobody waits for it any more, so that it can be dropped. */
  readonly isAbandoned: () => boolean;
  /** Executes it; `payer` is the member who was charged. */
  readonly run: (payer: string) => Promise<unknown>;
  /** Called instead of `run` when nobody could pay for it for too long. */
  readonly refuse: (cause: RateLimited) => void;
}

/** An execution that nobody has paid for yet. */
interface Held extends EventExecution {
  readonly sinceMs: number;
  state: "HELD" | "PAID" | "REFUSED";
  /** Members in whose queues it is. */
  readonly payers: Set<string>;
}

export interface EventExecutionOptions {
  readonly budgets: Budgets;
  readonly clock: Clock;
  /** How long an execution waits until somebody can pay for it. */
  readonly patienceMs?: number;
}

/** What every execution weighs besides its price, which is about its share of the time of one row. */
const baseWeight = 10;
/** What begins in one turn of the event loop, a few milliseconds of work; requests and other connections are next. */
const mostPerTurn = 100;
/** What runs at a time: so much waits in front of others at the database. */
const mostRunning = 200;
/** An execution that takes so long gives its place to others. */
const slowMs = 5_000;
/** Members who are asked to pay for one execution. */
const mostPayers = 8;
/** The part of each budget that events leave for requests: whoever has too many subscriptions can still look and leave. */
const leftForRequests = 0.1;
const patienceMs = 60_000;

/**
 * Executes the events of subscriptions, each charged to a member who waits for it, in a few milliseconds of each turn of the
 * event loop, members by turns. An event that nobody can pay for waits until somebody can, in the order of each member's
 * events; what waits for too long is refused, and its reader goes on later from the last cursor.
 */
export class EventExecutions {
  /** What is paid for and waits for its turn, by the member who paid; members in the order of their turns. */
  private readonly waiting = new Map<string, EventExecution[]>();
  private readonly held = new Map<string, Held[]>();
  private running = 0;
  private begunInTurn = 0;

  constructor(private readonly options: EventExecutionOptions) {}

  /** Executes it now or later; returns what lets others pay who come to wait for it as well. */
  add(execution: EventExecution, memberId: string): (another: string) => void {
    const held: Held = {
      ...execution,
      sinceMs: this.options.clock.now().getTime(),
      state: "HELD",
      payers: new Set(),
    };
    const offer = (payer: string): void => this.offer(held, payer);
    offer(memberId);
    return offer;
  }

  /** Charges another member instead of the one who was charged first, if that one has enough. */
  chargeInstead(price: number, payer: string, another: string): void {
    if (payer !== another && this.pay(another, price) === 0) this.giveBack(payer, price);
  }

  /** Gives back what was taken for an execution that was not needed after all. */
  giveBack(memberId: string, price: number): void {
    this.options.budgets.debit({ memberId }, -price);
  }

  private offer(held: Held, payer: string): void {
    if (held.state !== "HELD" || held.payers.has(payer) || held.payers.size >= mostPayers) return;
    const queue = this.held.get(payer);
    held.payers.add(payer);
    if (queue) return void queue.push(held);
    const waitMs = this.pay(payer, held.price);
    if (waitMs === 0) return this.paid(held, payer);
    this.held.set(payer, [held]);
    this.retryLater(payer, held, waitMs);
  }

  private pay(memberId: string, price: number): number {
    const { budgets } = this.options;
    return budgets.take({ memberId }, price, leftForRequests * budgets.limitOf({ memberId }));
  }

  private retryLater(payer: string, { sinceMs }: Held, waitMs: number): void {
    const { clock, patienceMs: patience = patienceMs } = this.options;
    const patientMs = Math.max(1, sinceMs + patience - clock.now().getTime());
    setTimeout(() => this.retry(payer), Math.min(waitMs, patientMs)).unref();
  }

  /** Goes on with what waits for this member to have something to spend again. */
  private retry(payer: string): void {
    const { budgets, clock, patienceMs: patience = patienceMs } = this.options;
    const queue = this.held.get(payer)!;
    for (let held = queue[0]; held; queue.shift(), held = queue[0]) {
      if (held.state !== "HELD" || held.isAbandoned()) continue;
      const waitMs = this.pay(payer, held.price);
      if (waitMs === 0) {
        this.paid(held, payer);
      } else if (clock.now().getTime() - held.sinceMs >= patience) {
        held.state = "REFUSED";
        held.refuse(budgets.refused(waitMs));
      } else {
        return this.retryLater(payer, held, waitMs);
      }
    }
    this.held.delete(payer);
  }

  private paid(held: Held, payer: string): void {
    held.state = "PAID";
    const queue = this.waiting.get(payer);
    if (queue) queue.push(held);
    else this.waiting.set(payer, [held]);
    this.goOn();
  }

  private readonly goOn = (): void => {
    for (const [payer, queue] of this.waiting) {
      const [next] = queue;
      const weight = baseWeight + next!.price;
      // At least one, however much it weighs.
      if (this.begunInTurn > 0 && this.begunInTurn + weight > mostPerTurn) return;
      if (this.running > 0 && this.running + weight > mostRunning) return;
      queue.shift();
      // The member is last now, and met again in this loop.
      this.waiting.delete(payer);
      if (queue.length > 0) this.waiting.set(payer, queue);
      if (next!.isAbandoned()) this.giveBack(payer, next!.price);
      else this.begin(next!, payer, weight);
    }
  };

  private begin(execution: EventExecution, payer: string, weight: number): void {
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
    execution.run(payer).then(over, over);
  }

  private readonly nextTurn = (): void => {
    this.begunInTurn = 0;
    this.goOn();
  };
}
