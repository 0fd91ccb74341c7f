import { randomUUID } from "node:crypto";

/**
 * What an event says in the place of its long text, until its result is made bytes: a text of tens of kilobytes would be
 * copied on the heap by everything that it passes through. Nobody can guess it, so it is nobody's own words.
 */
export const longTextStandIn = randomUUID();
