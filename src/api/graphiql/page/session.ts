import { browser, type GraphQLAnswer } from "./browser.js";

interface Held {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
  readonly member: { readonly id: string; readonly name: string };
}

const storageKey = "orrery.session";
/** A token is renewed when it has less than this left. */
const marginMs = 60_000;
const shortestWaitMs = 15_000;

/** Who is logged in on this page. Kept for as long as the browser's tab, and renewed before it expires. */
export class Session {
  private held: Held | undefined;
  private renewal: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly documentOf: (operation: string) => string) {
    const kept = browser.sessionStorage.getItem(storageKey);
    if (kept !== null) this.hold(JSON.parse(kept) as Held);
  }

  /** The member's name, or undefined when nobody is logged in. */
  readonly name = (): string | undefined => this.held?.member.name;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => void this.listeners.delete(changed);
  };

  /** Headers for a request of now. */
  async authorization(): Promise<Record<string, string>> {
    if (this.held && leftMs(this.held) < marginMs) await this.renew();
    return this.held ? { authorization: `Bearer ${this.held.accessToken}` } : {};
  }

  /** Throws an Error whose message is for the person at the page. */
  async login(email: string, password: string): Promise<void> {
    const { data, errors } = await this.ask("login", { input: { email, password } });
    if (!data?.["login"]) throw new Error(errors?.[0]?.message ?? "That did not work.");
    this.hold(data["login"] as Held);
  }

  /** Forgets the session here even when the server cannot be told. */
  async logout(): Promise<void> {
    const headers = await this.authorization().catch(() => ({}));
    this.hold(undefined);
    await this.ask("logout", {}, headers).catch(() => undefined);
  }

  private renew(): Promise<void> {
    // A refresh token works once: whoever asks meanwhile waits for the same exchange.
    this.renewal ??= this.exchange().finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  private async exchange(): Promise<void> {
    const held = this.held;
    if (!held) return;
    const { data, errors } = await this.ask("refresh-session", { input: { refreshToken: held.refreshToken } });
    if (this.held !== held) return;
    if (data?.["refreshSession"]) this.hold({ ...held, ...(data["refreshSession"] as Partial<Held>) });
    else if (errors?.[0]?.extensions?.code === "UNAUTHENTICATED") this.hold(undefined);
  }

  private hold(held: Held | undefined): void {
    this.held = held;
    if (held) browser.sessionStorage.setItem(storageKey, JSON.stringify(held));
    else browser.sessionStorage.removeItem(storageKey);
    this.renewInTime();
    for (const changed of this.listeners) changed();
  }

  private renewInTime(): void {
    clearTimeout(this.timer);
    if (!this.held) return;
    const wait = Math.max(leftMs(this.held) - marginMs, shortestWaitMs);
    this.timer = setTimeout(() => {
      void this.renew().catch(() => this.renewInTime());
    }, wait);
  }

  private async ask(
    operation: string,
    variables: object,
    headers: Record<string, string> = {},
  ): Promise<GraphQLAnswer> {
    const response = await fetch(`${browser.location.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query: this.documentOf(operation), variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  }
}

const leftMs = ({ accessTokenExpiresAt }: Held): number => Date.parse(accessTokenExpiresAt) - Date.now();
