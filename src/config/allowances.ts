import { z } from "zod";

/** Words with commas between. A pattern may say `{namespace}`, which stands for the namespace's name. */
const patterns = (pattern: RegExp, message: string) =>
  z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((each) => each.trim())
        .filter((each) => each !== ""),
    )
    .refine((list) => list.every((each) => pattern.test(each.replaceAll("{namespace}", "n"))), message);

/** What a namespace may use that nothing else was said about. */
export const allowanceVariables = {
  NAMESPACE_DOMAINS: patterns(
    /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "Give hosts in lower case, or `*.` and a domain, with commas between: `*.{namespace}.apps.example.com`.",
  ),
  NAMESPACE_REPOSITORIES: patterns(
    /^(?:\*|[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\/(?:\*|[A-Za-z0-9._-]{1,100}\*?))?)$/,
    "Give owners or repositories with commas between: `acme`, `acme/shop`, `acme/{namespace}-*`, or `*`.",
  ),
};
