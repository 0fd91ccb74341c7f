import { randomBytes } from "node:crypto";
import type { StreamGuest } from "./stream-guests.js";

/** One stream for several operations: reserved, then opened once, then asked for operations by other requests. */
export interface Reservation {
  readonly token: string;
  readonly sessionId: string;
  /** The ids of the operations that were asked for and not ended. */
  readonly operations: Set<string>;
  guest?: StreamGuest;
}

/** A reservation that nobody opens for this long is dropped. */
const unopenedMs = 30_000;
/** How many streams one session may have reserved or open. */
const mostOfSession = 50;

/** The streams of the single-connection mode, in this process alone: its requests must all come to the same replica. */
export class Reservations {
  private readonly held = new Map<string, Reservation>();

  /** A new one; undefined when the session has too many. */
  reserve(sessionId: string): Reservation | undefined {
    const ofSession = [...this.held.values()].filter((each) => each.sessionId === sessionId);
    if (ofSession.length >= mostOfSession) return undefined;
    const reservation: Reservation = {
      token: randomBytes(24).toString("base64url"),
      sessionId,
      operations: new Set(),
    };
    this.held.set(reservation.token, reservation);
    setTimeout(() => reservation.guest ?? this.drop(reservation), unopenedMs).unref();
    return reservation;
  }

  /** The reservation that the token names, if it was made by the same session. */
  find(token: string, sessionId: string): Reservation | undefined {
    const found = this.held.get(token);
    return found?.sessionId === sessionId ? found : undefined;
  }

  drop({ token }: Reservation): void {
    this.held.delete(token);
  }
}
