import { z } from "zod";
import { domainSchema } from "./domain.rules.js";
import { repositoryPatternSchema } from "./repository.rules.js";
import { securityEdit } from "./namespace-security.js";
import type { PodSecurity } from "./namespace.entity.js";

/** Names that belong to Kubernetes itself. */
export const reserved = /^(?:kube-.*|default)$/;

const registry = z.object({
  server: z
    .string()
    .max(253, "At most 253 characters.")
    .regex(
      /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9._/-]*[a-z0-9])?$/,
      "Give the registry as `host[:port][/path]`, in lower case and without `https://`.",
    ),
  username: z.string().min(1, "Give the user name.").max(200, "At most 200 characters.").nullish(),
  password: z.string().min(1, "Give the password.").max(10_000, "At most 10000 characters.").nullish(),
});

/** The validation of a new namespace. */
export const newNamespace = z.object({
  name: z
    .string()
    .regex(
      /^[a-z](?:[a-z0-9-]{0,48}[a-z0-9])?$/,
      "At most 50 lower-case letters, digits and dashes; it starts with a letter and does not end with a dash.",
    )
    .refine((name) => !reserved.test(name), "This name belongs to Kubernetes itself."),
  displayName: z.string().trim().min(1, "Give a name for people.").max(100, "At most 100 characters.").nullish(),
  registry: registry.nullish(),
  autoRollBack: z.boolean().nullish(),
});

const maxAllowances = 100;
/** The validation of allowances. */
export const allowance = z.object({
  domains: z.array(domainSchema).max(maxAllowances, `At most ${maxAllowances} domains.`).nullish(),
  repositories: z.array(repositoryPatternSchema).max(maxAllowances, `At most ${maxAllowances} repositories.`).nullish(),
});

/** The validation of an edit. */
export const namespaceEdit = newNamespace
  .pick({ displayName: true, registry: true, autoRollBack: true })
  .extend(securityEdit.shape);

export interface RegistryInput {
  readonly server: string;
  readonly username?: string | null;
  readonly password?: string | null;
}

export interface CreateNamespaceInput {
  readonly name: string;
  readonly displayName?: string | null;
  readonly registry?: RegistryInput | null;
  readonly autoRollBack?: boolean | null;
  readonly idempotencyKey?: string | null;
}

export interface UpdateNamespaceInput extends Omit<CreateNamespaceInput, "name"> {
  readonly id: string;
  readonly podSecurity?: PodSecurity | null;
  readonly isIsolated?: boolean | null;
  readonly expectedVersion?: number | null;
}

export interface AllowNamespaceInput {
  readonly id: string;
  /** Null sets the default allowances; undefined leaves the present ones. */
  readonly domains?: readonly string[] | null;
  readonly repositories?: readonly string[] | null;
  readonly expectedVersion?: number | null;
  readonly idempotencyKey?: string | null;
}
