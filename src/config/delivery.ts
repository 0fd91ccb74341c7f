import { z } from "zod";
import { amount, count, flag, listOf, texts } from "./variable-types.js";

/** Texts with commas between. A pattern may say `{namespace}`, which stands for the namespace's name. */
const patterns = (pattern: RegExp, message: string) =>
  texts((text) => pattern.test(text.replaceAll("{namespace}", "n")), message);

const domains = patterns(
  /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  "Give hosts in lower case, or `*.` and a domain, with commas between: `*.{namespace}.apps.example.com`.",
);
const repositories = patterns(
  /^(?:\*|[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\/(?:\*|[A-Za-z0-9._-]{1,100}\*?))?)$/,
  "Give owners or repositories with commas between: `acme`, `acme/shop`, `acme/{namespace}-*`, or `*`.",
);
const namespaceName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "Give names of namespaces.");
const network = z.union([z.cidrv4(), z.cidrv6()], "Give networks, like 10.20.0.0/16.");

const podSecurityLevels = { privileged: "PRIVILEGED", baseline: "BASELINE", restricted: "RESTRICTED" } as const;

export const delivery = z
  .object({
    NAMESPACE_DOMAINS: domains,
    NAMESPACE_REPOSITORIES: repositories,
    POD_SECURITY_ENFORCE: z
      .enum(["privileged", "baseline", "restricted"], "Give privileged, baseline or restricted.")
      .default("baseline"),
    NAMESPACE_ISOLATION: flag("true"),
    INGRESS_NAMESPACES: listOf(namespaceName, ["ingress-nginx"]),
    EGRESS_CIDRS: listOf(network, []),
    ROLLOUT_GRACE_SECONDS: amount(0, 3_600, 15),
    BUILD_LOG_DAYS: count(0, 36_500, 0),
  })
  .transform((given) => ({
    /** What a namespace may use unless an administrator allows it something else. */
    allowances: { domains: given.NAMESPACE_DOMAINS, repositories: given.NAMESPACE_REPOSITORIES },
    /** What new namespaces enforce, and are open to. */
    namespaceSecurity: {
      podSecurity: podSecurityLevels[given.POD_SECURITY_ENFORCE],
      isIsolated: given.NAMESPACE_ISOLATION,
      network: { ingressNamespaces: given.INGRESS_NAMESPACES, egressCidrs: given.EGRESS_CIDRS },
    },
    rolloutGraceMs: given.ROLLOUT_GRACE_SECONDS * 1_000,
    /** How long consoles of builds are kept; 0 is for ever. */
    buildLogDays: given.BUILD_LOG_DAYS,
  }));
