import type { IncomingMessage } from "node:http";
import { expect, test } from "@jest/globals";
import { ClientNetworks } from "./client-networks.js";

const networks = new ClientNetworks(["10.0.0.0/8", "192.0.2.7", "fd00::/8"]);
const from = (remoteAddress: string | undefined, forwarded?: string): string =>
  networks.of({
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    socket: { remoteAddress } as IncomingMessage["socket"],
  });

test.each<[string, string | undefined, string | undefined, string]>([
  ["who comes directly", "198.51.100.1", undefined, "198.51.100.1"],
  ["who comes directly, over a socket of both families", "::ffff:198.51.100.1", undefined, "198.51.100.1"],
  ["who comes directly and says otherwise", "198.51.100.1", "203.0.113.9", "198.51.100.1"],
  ["who comes through a proxy of ours", "10.1.2.3", "203.0.113.9", "203.0.113.9"],
  ["who comes through two of them", "192.0.2.7", "203.0.113.9, 10.9.9.9", "203.0.113.9"],
  ["who says something before our proxies do", "10.1.2.3", "1.1.1.1, 203.0.113.9", "203.0.113.9"],
  ["who is a proxy of ours", "10.1.2.3", undefined, "10.1.2.3"],
  ["who is behind a proxy that names nobody", "10.1.2.3", "unknown", "10.1.2.3"],
  ["who is gone already", undefined, undefined, ""],
  ["who has an address of IPv6, as its network", "2001:db8:1:2:3:4:5:6", undefined, "2001:db8:1:2"],
  ["who has another of the same network", "2001:0DB8:1:2::1", undefined, "2001:db8:1:2"],
  ["who has a short one", "2001:db8::1", undefined, "2001:db8:0:0"],
  ["who comes through a proxy of IPv6", "fd00::1", "2001:db8:a:b:c::", "2001:db8:a:b"],
])("%s", (_who, remoteAddress, forwarded, network) => {
  expect(from(remoteAddress, forwarded)).toBe(network);
});

test("of an address that forwards requests and is not trusted it is told once, and not of more than a few", () => {
  const told: string[] = [];
  const some = new ClientNetworks(["10.0.0.0/8"], (address) => told.push(address));
  const send = (remoteAddress: string, headers: IncomingMessage["headers"]): string =>
    some.of({ headers, socket: { remoteAddress } as IncomingMessage["socket"] });
  send("198.51.100.1", {});
  send("10.1.2.3", { "x-forwarded-for": "203.0.113.9" });
  expect(told).toEqual([]);
  for (const name of ["x-forwarded-for", "forwarded", "x-real-ip"])
    for (const last of [1, 2]) send(`::ffff:198.51.100.${last}`, { [name]: "203.0.113.9" });
  expect(told).toEqual(["198.51.100.1", "198.51.100.2"]);
  for (let last = 1; last <= 50; last++) send(`192.0.2.${last}`, { "x-forwarded-for": "203.0.113.9" });
  expect(told).toHaveLength(10);
});

test("without proxies of ours nobody is believed", () => {
  const nobody = new ClientNetworks([]);
  const request = { headers: { "x-forwarded-for": "203.0.113.9" }, socket: { remoteAddress: "127.0.0.1" } };
  expect(nobody.of(request as unknown as IncomingMessage)).toBe("127.0.0.1");
});
