import { expect, jest, test } from "@jest/globals";
import { OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { TestServer } from "../support/test-server.js";
import { ServerProcess } from "../support/server-process.js";

jest.setTimeout(180_000);

const login = { email: "admin@example.com", password: "correct horse battery" };

test("a client whose server was killed while it refreshed goes on with the token that it has", async () => {
  await using testServer = await TestServer.prepare();
  await using server = new ServerProcess(testServer, { ROLE: "api" });
  await server.start();
  const ask = (name: string, input: object) =>
    new OrreryClient(`http://127.0.0.1:${server.port}`).askUntyped(name, { input });
  let { refreshToken } = (await ask("login", login)).login;
  for (const afterMs of [2, 6, 20]) {
    const lost = ask("refresh-session", { refreshToken }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await server.kill();
    await lost;
    await server.start();
    const again = (await ask("refresh-session", { refreshToken })).refreshSession;
    await new OrreryClient(`http://127.0.0.1:${server.port}`, again.accessToken).ask("viewer");
    refreshToken = (await ask("refresh-session", { refreshToken: again.refreshToken })).refreshSession.refreshToken;
  }
  const admin = new OrreryClient(
    `http://127.0.0.1:${server.port}`,
    (await ask("refresh-session", { refreshToken })).refreshSession.accessToken,
  );
  await eventually(async () => {
    const { nodes } = (await admin.ask("journal", { first: 100 })).journal;
    expect(nodes).toContainEqual(expect.objectContaining({ event: "session.started" }));
    expect(nodes).not.toContainEqual(expect.objectContaining({ event: "session.stolen" }));
  });
});
