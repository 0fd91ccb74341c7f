import type { Request } from "express";
import { bearerToken } from "./authentication.js";

/** The access token: in the header, or in the address of a GET, since a browser's `EventSource` sends no headers. */
export function accessToken({ method, headers, query }: Request): string | undefined {
  const inAddress = method === "GET" ? query["access_token"] : undefined;
  return (
    bearerToken(headers.authorization) ?? (typeof inAddress === "string" && inAddress !== "" ? inAddress : undefined)
  );
}
