import type { Charge } from "../../features/foundation/context.js";
import { PacedWork } from "./paced-work.js";

/** Operations that cost more keep the event loop busy for 10 to 50 ms. */
const expensiveCost = 1_000;
const turnMs = 1_000;

/** Executes operations that cost much one after the other, so that twenty at once delay others no more than one does. */
export class ExpensiveOperations {
  private readonly paced = new PacedWork();

  /** Resolves with what `execute` gives, and rejects with what it throws. */
  async run<T>(charge: Charge | undefined, execute: () => T | Promise<T>): Promise<T> {
    return (charge?.cost ?? 0) > expensiveCost ? this.paced.runBriefly(turnMs, execute) : execute();
  }
}
