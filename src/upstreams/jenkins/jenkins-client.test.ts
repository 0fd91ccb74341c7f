import { expect, test } from "@jest/globals";
import { installedVersion } from "../../../test/support/installed-version.js";
import { jenkinsClient } from "./jenkins-client.js";

test("the package sends by the transport that it is given, which ends with the signal", async () => {
  expect([installedVersion("jenkins"), installedVersion("papi")]).toEqual(["1.1.0", "1.1.2"]);
  const errors: Error[] = [];
  const options = { url: "http://192.0.2.1", headers: {}, onSocketError: (error: Error) => errors.push(error) };
  const client = jenkinsClient(options, AbortSignal.abort());
  await expect(client.job.get("pay.api", { tree: "name" })).rejects.toThrow();
  expect(errors[0]).toMatchObject({ name: "AbortError" });
});
