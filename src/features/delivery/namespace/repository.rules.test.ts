import { expect, test } from "@jest/globals";
import { coversRepository, repositoryPatternSchema } from "./repository.rules.js";

test.each([
  ["acme", "acme/shop", true],
  ["acme", "ACME/Shop", true],
  ["ACME/shop", "acme/SHOP", true],
  ["acme", "acme-evil/shop", false],
  ["acme/*", "acme/shop", true],
  ["acme/shop", "acme/shop", true],
  ["acme/shop", "acme/shop-2", false],
  ["acme/shop-*", "acme/shop-2", true],
  ["acme/shop-*", "acme/shop", false],
  ["acme/shop", "evil/shop", false],
  ["*", "anybody/anything", true],
])("%s covers %s: %s", (pattern, path, does) => {
  expect(repositoryPatternSchema.safeParse(pattern).success).toBe(true);
  expect(coversRepository(pattern, path)).toBe(does);
});

test.each([
  "",
  "*/shop",
  "acme/",
  "/shop",
  "acme/*shop",
  "acme/a*b",
  "acme/shop/more",
  "acme/..",
  "-acme",
  "a b",
  "**",
])("%s is no pattern", (pattern) => {
  expect(repositoryPatternSchema.safeParse(pattern).success).toBe(false);
});
