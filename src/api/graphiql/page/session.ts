import type { FormattedExecutionResult } from "graphql";

interface StoredSession {
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
  private stored: StoredSession | undefined;
  private renewal: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly documentOf: (operation: string) => string) {
    const saved = sessionStorage.getItem(storageKey);
    if (saved !== null) this.store(JSON.parse(saved) as StoredSession);
  }

  /** The member's name, or undefined when nobody is logged in. */
  readonly name = (): string | undefined => this.stored?.member.name;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => void this.listeners.delete(changed);
  };

  /** The header for a request that is sent now. */
  async authorization(): Promise<Record<string, string>> {
    if (this.stored && leftMs(this.stored) < marginMs) await this.renew();
    return this.stored ? { authorization: `Bearer ${this.stored.accessToken}` } : {};
  }

  /** Throws an Error whose message is shown on the page. */
  async login(email: string, password: string): Promise<void> {
    const { data, errors } = await this.send("login", { input: { email, password } });
    if (!data?.["login"]) throw new Error(errors?.[0]?.message ?? "The login failed.");
    this.store(data["login"] as StoredSession);
  }

  /** Forgets the session here even when the server cannot be told. */
  async logout(): Promise<void> {
    const headers = await this.authorization().catch(() => ({}));
    this.store(undefined);
    await this.send("logout", {}, headers).catch(() => undefined);
  }

  private renew(): Promise<void> {
    // A refresh token works once: concurrent calls wait for the same exchange.
    this.renewal ??= this.exchange().finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  private async exchange(): Promise<void> {
    const stored = this.stored;
    if (!stored) return;
    const { data, errors } = await this.send("refresh-session", { input: { refreshToken: stored.refreshToken } });
    if (this.stored !== stored) return;
    if (data?.["refreshSession"]) this.store({ ...stored, ...(data["refreshSession"] as Partial<StoredSession>) });
    else if (errors?.[0]?.extensions?.["code"] === "UNAUTHENTICATED") this.store(undefined);
  }

  private store(stored: StoredSession | undefined): void {
    this.stored = stored;
    if (stored) sessionStorage.setItem(storageKey, JSON.stringify(stored));
    else sessionStorage.removeItem(storageKey);
    this.renewInTime();
    for (const changed of this.listeners) changed();
  }

  private renewInTime(): void {
    clearTimeout(this.timer);
    if (!this.stored) return;
    const wait = Math.max(leftMs(this.stored) - marginMs, shortestWaitMs);
    this.timer = setTimeout(() => {
      void this.renew().catch(() => this.renewInTime());
    }, wait);
  }

  private async send(
    operation: string,
    variables: object,
    headers: Record<string, string> = {},
  ): Promise<FormattedExecutionResult> {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query: this.documentOf(operation), variables }),
    });
    return (await response.json()) as FormattedExecutionResult;
  }
}

const leftMs = ({ accessTokenExpiresAt }: StoredSession): number => Date.parse(accessTokenExpiresAt) - Date.now();
