import { describe, expect, test } from "@jest/globals";
import { covers, domainSchema, hostSchema } from "./domain.rules.js";

describe("a host has one spelling", () => {
  test.each([
    ["shop.example.com", "shop.example.com"],
    ["Shop.EXAMPLE.com", "shop.example.com"],
    ["shop.example.com.", "shop.example.com"],
    ["Bücher.example.com", "xn--bcher-kva.example.com"],
    ["BÜCHER.example.com", "xn--bcher-kva.example.com"],
    ["xn--bcher-kva.example.com", "xn--bcher-kva.example.com"],
    ["ｓｈｏｐ.example.com", "shop.example.com"],
    ["shop。example。com", "shop.example.com"],
  ])("%s", (given, normal) => {
    expect(hostSchema.parse(given)).toBe(normal);
  });

  test.each([
    ["a wildcard", "*.example.com"],
    ["a single label", "localhost"],
    ["nothing", ""],
    ["two dots at the end", "shop.example.com.."],
    ["an address", "10.0.0.1"],
    ["an address in other words", "0x7f.1"],
    ["percent signs", "%73hop.example.com"],
    ["a port", "shop.example.com:80"],
    ["a space", " shop.example.com"],
    ["a line break", "shop.example.com\n"],
    ["an underscore", "_acme.example.com"],
    ["a label of 64 letters", `${"a".repeat(64)}.example.com`],
    ["what is too long in Punycode", `${"ü".repeat(60)}.${"ü".repeat(60)}.${"ü".repeat(60)}.${"ü".repeat(60)}.com`],
  ])("%s is none", (_what, given) => {
    expect(hostSchema.safeParse(given).success).toBe(false);
  });
});

describe("a domain", () => {
  test.each([
    ["Shop.Example.com.", "shop.example.com"],
    ["*.Team.example.com", "*.team.example.com"],
    ["*.bücher.example", "*.xn--bcher-kva.example"],
  ])("%s is kept as %s", (given, kept) => {
    expect(domainSchema.parse(given)).toBe(kept);
  });

  test.each(["*", "*.", "*.*.example.com", "a.*.example.com", "*example.com", "*.com.."])("%s is none", (given) => {
    expect(domainSchema.safeParse(given).success).toBe(false);
  });

  test.each([
    ["shop.example.com", "shop.example.com", true],
    ["shop.example.com", "shop.example.com.evil.org", false],
    ["shop.example.com", "www.shop.example.com", false],
    ["*.example.com", "shop.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", "a.b.example.com", false],
    ["*.example.com", "shopexample.com", false],
    ["*.example.com", "shop.example.com.evil.org", false],
    ["*.example.com", "*.example.com", true],
    ["*.example.com", "*.a.example.com", false],
    ["shop.example.com", "*.example.com", false],
  ])("%s covers %s: %s", (domain, host, does) => {
    expect(covers(domain, host)).toBe(does);
  });
});
