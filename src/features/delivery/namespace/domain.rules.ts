import { domainToASCII } from "node:url";
import { z } from "zod";

/** A full host name in its normal form. */
const host = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const wildcard = "*.";
const longestHost = 253;

/** The host of an Ingress that names no host: it serves whatever no other Ingress does. */
export const everyHost = "*";

/** The normal form of a host: lower case, no trailing dot, internationalised names in Punycode (UTS #46). */
export function normalHost(text: string): string {
  const bare = text.replace(/\.$/, "");
  // `domainToASCII` drops line breaks and decodes percent signs, which no host may have.
  const isName = /^[a-z0-9.\-\u0080-\u{10ffff}]+$/iu.test(bare);
  return isName && /[^a-z0-9.-]/i.test(bare) ? domainToASCII(bare) : bare.toLowerCase();
}

/** Validates the host of an app and normalises it. */
export const hostSchema = z
  .string()
  .max(longestHost, `At most ${longestHost} characters.`)
  .transform(normalHost)
  .pipe(
    z
      .string()
      .max(longestHost, `At most ${longestHost} characters, in Punycode.`)
      .regex(host, "Give a full host name, like `shop.example.com`."),
  );

/** A host, or every host of one more label: `*.team.example.com`. */
export const domainSchema = z
  .string()
  .max(longestHost, `At most ${longestHost} characters.`)
  .transform((text) =>
    text.startsWith(wildcard) ? wildcard + normalHost(text.slice(wildcard.length)) : normalHost(text),
  )
  .refine(
    (text) => host.test(text.startsWith(wildcard) ? text.slice(wildcard.length) : text),
    "Give a host, like `shop.example.com`, or every host below a domain, like `*.team.example.com`.",
  );

/**
 * Whether a domain covers a host. A wildcard stands for exactly one label, as in certificates (RFC 6125) and in
 * Ingress rules. A host that is a wildcard itself is covered by the same wildcard only.
 */
export function covers(domain: string, host: string): boolean {
  if (domain === host) return true;
  if (!domain.startsWith(wildcard) || host.startsWith(wildcard)) return false;
  return host.slice(host.indexOf(".") + 1) === domain.slice(wildcard.length);
}
