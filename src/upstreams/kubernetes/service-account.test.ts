import { expect, test } from "@jest/globals";
import { serviceAccountOf } from "./service-account.js";

const jwt = (claims: unknown): string =>
  `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2lnbmF0dXJl`;

test.each<[string, string | undefined, object | undefined]>([
  ["a pod's token", jwt({ sub: "system:serviceaccount:orrery:server" }), { namespace: "orrery", name: "server" }],
  ["a person's token", jwt({ sub: "ann@example.com" }), undefined],
  ["a token without a subject", jwt({}), undefined],
  ["a token that holds no object", jwt(null), undefined],
  ["a token that is no JSON Web Token", "Bearer admin-token", undefined],
  ["a password", "Basic YTpi", undefined],
  ["a certificate", undefined, undefined],
])("%s stands for its service account or for none", (_what, header, account) => {
  expect(serviceAccountOf(header)).toEqual(account);
});
