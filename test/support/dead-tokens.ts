import { Tokens } from "../../src/features/identity/session/tokens.js";
import { Keyring } from "../../src/kernel/keyring.js";
import type { TestServer } from "./test-server.js";

const payloadOf = (token: string): string => Buffer.from(token.split(".")[1]!, "base64url").toString();

/** A token for the same session that expires after this many milliseconds. */
export async function expiringToken(server: TestServer, token: string, ms: number): Promise<string> {
  const { sid, sub } = JSON.parse(payloadOf(token)) as { sid: string; sub: string };
  const past = { now: () => new Date(Date.now() - 15 * 60_000 + ms) };
  const keyring = new Keyring([Buffer.from(server.environment["SECRET_KEY"]!, "base64")]);
  const session = { id: sid, memberId: sub, expiresAt: new Date(Date.now() + ms) };
  return (await new Tokens(keyring, past).issueAccess(session)).token;
}

/** Invalid tokens: forged, expired, of a session that has ended, and of a closed member. */
export async function deadTokens(server: TestServer): Promise<readonly string[]> {
  const admin = await server.login();
  const [header, , signature] = admin.token!.split(".");
  const forged = Buffer.from(payloadOf(admin.token!).replace(/"sub":"[^"]+"/, `"sub":"mem_0"`)).toString("base64url");
  const loggedOut = await server.login();
  await loggedOut.ask("logout");
  const closed = await server.member(admin, "ADMINISTRATOR");
  await admin.ask("close-member", { input: { id: closed.memberId } });
  return [
    `${header}.${forged}.${signature}`,
    await expiringToken(server, admin.token!, -1_000),
    loggedOut.token!,
    closed.token!,
  ];
}
