import { randomUUID } from "node:crypto";

/**
 * A placeholder in an event for its long text, until the result is serialised: a text of tens of kilobytes would be
 * copied on the heap at every step. It is random, so that no client's text can contain it.
 */
export const longTextStandIn = randomUUID();
