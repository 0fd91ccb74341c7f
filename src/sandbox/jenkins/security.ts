import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { SandboxRequest } from "../sandbox-server.js";
import { type Answer, containerPage, escape, page, Refused } from "./answer.js";

export interface Account {
  readonly name: string;
  readonly token: string;
  readonly password: string;
  /** May only read. */
  readonly readOnly: boolean;
}

export type Permission =
  | "hudson.model.Hudson.Read"
  | "hudson.model.Hudson.Administer"
  | "hudson.model.Item.Read"
  | "hudson.model.Item.Create"
  | "hudson.model.Item.Configure"
  | "hudson.model.Item.ExtendedRead"
  | "hudson.model.Item.Delete"
  | "hudson.model.Item.Build"
  | "hudson.model.Item.Cancel"
  | "hudson.model.Run.Delete"
  | "hudson.model.Run.Update";

const forReaders: readonly Permission[] = ["hudson.model.Hudson.Read", "hudson.model.Item.Read"];

/** The caller, and whether this very request has an API token, which needs no crumb. */
export interface Caller {
  readonly account: Account | undefined;
  readonly byToken: boolean;
  readonly session: string | undefined;
}

export const crumbField = "Jenkins-Crumb";

/** Accounts, HTTP sessions and crumbs; sessions and crumbs die with a restart. */
export class Security {
  private readonly sessions = new Map<string, Account | undefined>();
  private readonly cookie = `JSESSIONID.${randomBytes(4).toString("hex")}`;
  private readonly salt = randomUUID();

  constructor(private readonly accounts: readonly Account[]) {}

  forgetSessions(): void {
    this.sessions.clear();
  }

  /** Reads the credentials; wrong ones are refused with 401 wherever they are sent. */
  identify({ headers }: SandboxRequest): Caller {
    const session = this.sessionIn(headers.cookie);
    const remembered = session === undefined ? undefined : this.sessions.get(session);
    const [scheme = "", encoded = ""] = (headers.authorization ?? "").split(" ");
    if (scheme.toLowerCase() !== "basic") return { account: remembered, byToken: false, session };
    const [, name, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
    // A session that is already this user's makes Jenkins skip the header, token and all.
    if (remembered && remembered.name === name) return { account: remembered, byToken: false, session };
    const account = this.accounts.find((known) => known.name === name);
    if (account && secret === account.token) return { account, byToken: true, session };
    if (account && secret === account.password) return { account, byToken: false, session };
    throw new Refused(containerPage(401, "Unauthorized", { "WWW-Authenticate": 'Basic realm="Jenkins"' }));
  }

  /** The crumb for this caller, with the cookie of the session it is bound to. */
  issueCrumb(caller: Caller): { readonly crumb: string; readonly cookie: string | undefined } {
    const session = caller.session ?? `node0${randomBytes(12).toString("hex")}.node0`;
    this.sessions.set(session, caller.account);
    const cookie = caller.session === undefined ? `${this.cookie}=${session}; Path=/; HttpOnly` : undefined;
    return { crumb: this.crumb(caller.account, session), cookie };
  }

  /** Every POST needs a valid crumb, except one that showed an API token. */
  async checkCrumb(request: SandboxRequest, caller: Caller, form: () => Promise<URLSearchParams>): Promise<void> {
    if (request.method !== "POST" || caller.byToken) return;
    const sent = request.headers[crumbField.toLowerCase()] ?? (await form()).get(crumbField);
    if (caller.session !== undefined && sent === this.crumb(caller.account, caller.session)) return;
    throw new Refused(containerPage(403, "No valid crumb was included in the request"));
  }

  private crumb(account: Account | undefined, session: string): string {
    return createHash("sha256")
      .update(`${account?.name ?? "anonymous"};${session}${this.salt}`)
      .digest("hex");
  }

  private sessionIn(cookies = ""): string | undefined {
    const pair = cookies.split(/;\s*/).find((cookie) => cookie.startsWith(`${this.cookie}=`));
    const id = pair?.slice(this.cookie.length + 1);
    return id !== undefined && this.sessions.has(id) ? id : undefined;
  }
}

export function isPermitted({ account }: Caller, permission: Permission): boolean {
  return account !== undefined && (!account.readOnly || forReaders.includes(permission));
}

/** Refuses a caller without the permission: anonymous ones to the login page, others with the missing permission. */
export function demand(
  caller: Caller,
  permission: Permission,
  request: SandboxRequest,
  extra: Answer["headers"],
): void {
  if (isPermitted(caller, permission)) return;
  const headers = {
    ...extra,
    "X-You-Are-Authenticated-As": caller.account?.name ?? "anonymous",
    "X-You-Are-In-Group-Disabled":
      "JENKINS-39402: use -Dhudson.security.AccessDeniedException2.REPORT_GROUP_HEADERS=true or use /whoAmI to diagnose",
    "X-Required-Permission": permission,
    "X-Permission-Implied-By": ["hudson.security.Permission.GenericWrite", "hudson.model.Hudson.Administer"],
  };
  if (caller.account) {
    const title = permission.split(".").slice(-2).join("/").replace("Hudson", "Overall").replace("Item", "Job");
    const text = `${escape(caller.account.name)} is missing the ${title} permission`;
    throw new Refused(page(403, "Access Denied", `<h1>Access Denied</h1><p class="error">${text}</p>`, headers));
  }
  if (request.headers["x-requested-with"] === "XMLHttpRequest")
    throw new Refused(containerPage(403, "Forbidden", headers));
  const login = `/login?from=${encodeURIComponent(request.raw.url ?? "/")}`;
  const body = `<html><head><meta http-equiv='refresh' content='1;url=${login}'/><script>window.location.replace('${login}');</script></head><body style='background-color:white; color:white;'>
Authentication required
<!--
You are authenticated as: anonymous
Groups that you are in:

Permission you need to have (but didn't): ${permission}
 ... which is implied by: hudson.security.Permission.GenericWrite
 ... which is implied by: hudson.model.Hudson.Administer
-->
</body></html>${" ".repeat(512)}`;
  throw new Refused({ status: 403, headers: { "Content-Type": "text/html;charset=UTF-8", ...headers }, body });
}
