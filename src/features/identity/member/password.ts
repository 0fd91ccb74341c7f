import { hash, verify } from "@node-rs/argon2";
import { bulkhead, BulkheadRejectedError } from "cockatiel";
import { RateLimited } from "../../../kernel/errors.js";

/** OWASP's recommendation for argon2id (the package's default algorithm): 19 MiB, two passes. */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const minimumPasswordLength = 12;

/** Half of Node's threads for such work; file access and name look-ups need the others. */
const atOnce = 2;
const mostWaiting = 100;
/** A limit per network, so that one network cannot fill the queue. */
const mostOfNetwork = 50;
const retryMs = 2_000;

export const hashPassword = (password: string): Promise<string> => hash(password, options);

/** Hashes and verifies passwords, a few at a time: each takes 30 ms of a core and 19 MiB. */
export class Passwords {
  private readonly slots = bulkhead(atOnce, mostWaiting);
  private readonly ofNetwork = new Map<string, number>();
  private decoy: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.queue(() => hashPassword(password));
  }

  /**
   * Whether the password is right. Takes equally long without a hash, so that timing does not reveal who is a member.
   */
  async fits(storedHash: string | undefined, password: string): Promise<boolean> {
    this.decoy ??= hashPassword("no member has this password");
    const fits = await verify(storedHash ?? (await this.decoy), password).catch(() => false);
    return fits && storedHash !== undefined;
  }

  /** Runs a login from this network when its turn comes; throws RATE_LIMITED when too many wait. */
  async inTurn<T>(network: string, login: () => Promise<T>): Promise<T> {
    const waiting = this.ofNetwork.get(network) ?? 0;
    if (waiting >= mostOfNetwork) throw tooMany();
    this.ofNetwork.set(network, waiting + 1);
    try {
      return await this.queue(login);
    } finally {
      const left = this.ofNetwork.get(network)! - 1;
      if (left > 0) this.ofNetwork.set(network, left);
      else this.ofNetwork.delete(network);
    }
  }

  private async queue<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await this.slots.execute(task);
    } catch (error) {
      throw error instanceof BulkheadRejectedError ? tooMany() : error;
    }
  }
}

const tooMany = (): RateLimited => new RateLimited("Too many passwords are checked at this moment.", retryMs);
