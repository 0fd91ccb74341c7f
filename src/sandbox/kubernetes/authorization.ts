import { randomUUID } from "node:crypto";
import type { SandboxRequest } from "../sandbox-server.js";
import type { ApiPath } from "./api-path.js";
import { parse } from "./decoding.js";
import type { KubeObject } from "./kube-object.js";
import type { ObjectStore } from "./object-store.js";
import { StatusError } from "./status-error.js";

/** A service account, as `subjects` of bindings name it. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface Role extends KubeObject {
  readonly rules?: readonly Rule[];
}

interface Binding extends KubeObject {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly (Account & { readonly kind: string })[];
}

interface Asked {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

const rbac = "rbac.authorization.k8s.io";
const segment = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString("base64url");

/** RBAC: the rights of service accounts by the stored roles and bindings. All others may do everything. */
export class Authorization {
  private readonly accounts = new Map<string, Account>();

  constructor(private readonly store: ObjectStore) {}

  /** A token of the account, in the form that pods get; its signature is not checked. */
  issue(account: Account): string {
    const claims = { sub: userOf(account), jti: randomUUID() };
    const token = `${segment({ alg: "none" })}.${segment(claims)}.${segment({})}`;
    this.accounts.set(token, account);
    return token;
  }

  /** The account that a token was issued to. */
  accountOf(authorization: string | undefined): Account | undefined {
    return this.accounts.get((authorization ?? "").replace(/^Bearer /, ""));
  }

  /** Throws the API server's refusal unless the caller has the right. */
  async authorize(path: ApiPath, request: SandboxRequest, isWatch: boolean): Promise<void> {
    const account = this.accountOf(request.headers.authorization);
    if (!account) return;
    const { kind, namespace, name } = path;
    const read = isWatch ? "watch" : name === undefined ? "list" : "get";
    const writes: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch" };
    const write = writes[request.method];
    const remove = name === undefined ? "deletecollection" : "delete";
    this.require(account, request.method === "GET" ? read : (write ?? remove), path);
    if (write === undefined) return;
    // Applying a new object is a create too.
    if (write === "patch" && !this.store.get(kind.kind, namespace, name!)) this.require(account, "create", path);
    if (kind.group === rbac && kind.kind.endsWith("Binding"))
      this.requireBind(account, path, parse(await request.body(), kind) as unknown as Binding);
  }

  private require(account: Account, verb: string, { kind, namespace, name, subresource }: ApiPath): void {
    const resource = subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
    // Requests for a namespace itself count as requests in it.
    const where = kind.kind === "Namespace" ? name : namespace;
    const asked: Asked = { verb, group: kind.group, resource, name, namespace: where };
    if (this.allows(account, asked)) return;
    const place = where === undefined ? "at the cluster scope" : `in the namespace "${where}"`;
    const what = `${verb} resource "${resource}" in API group "${kind.group}" ${place}`;
    throw refusal(asked, `User "${userOf(account)}" cannot ${what}`);
  }

  /** Binding a role needs the verb `bind` on it. (Having all its rights would be enough too, but is not checked.) */
  private requireBind(account: Account, { kind, namespace, name }: ApiPath, { roleRef }: Binding): void {
    const resource = roleRef.kind === "ClusterRole" ? "clusterroles" : "roles";
    if (this.allows(account, { verb: "bind", group: rbac, resource, name: roleRef.name, namespace })) return;
    const asked = { verb: "bind", group: rbac, resource: kind.plural, name, namespace };
    throw refusal(asked, `user "${userOf(account)}" is attempting to grant RBAC permissions not currently held`);
  }

  private allows(account: Account, asked: Asked): boolean {
    const everywhere = this.store.list("ClusterRoleBinding") as unknown as Binding[];
    const here =
      asked.namespace === undefined ? [] : (this.store.list("RoleBinding", asked.namespace) as unknown as Binding[]);
    return [...everywhere, ...here]
      .filter(({ subjects = [] }) => subjects.some((subject) => isSame(subject, account)))
      .some(({ roleRef, metadata }) =>
        (this.role(roleRef, metadata.namespace)?.rules ?? []).some((rule) => covers(rule, asked)),
      );
  }

  private role({ kind, name }: Binding["roleRef"], namespace: string | undefined): Role | undefined {
    return this.store.get(kind, kind === "ClusterRole" ? undefined : namespace, name);
  }
}

const userOf = ({ namespace, name }: Account): string => `system:serviceaccount:${namespace}:${name}`;

const isSame = (subject: Account & { readonly kind: string }, account: Account): boolean =>
  subject.kind === "ServiceAccount" && subject.name === account.name && subject.namespace === account.namespace;

const has = (list: readonly string[] | undefined, word: string): boolean =>
  list?.some((each) => each === "*" || each === word) ?? false;

/** A rule for names covers no request that names nothing: a list, or a create by POST. */
const covers = ({ apiGroups, resources, resourceNames = [], verbs }: Rule, asked: Asked): boolean =>
  has(apiGroups, asked.group) &&
  has(resources, asked.resource) &&
  has(verbs, asked.verb) &&
  (resourceNames.length === 0 || (asked.name !== undefined && resourceNames.includes(asked.name)));

function refusal({ group, resource, name }: Asked, why: string): StatusError {
  const plural = resource.split("/")[0]!;
  const what = `${group === "" ? plural : `${plural}.${group}`}${name === undefined ? "" : ` "${name}"`}`;
  const details = { ...(name !== undefined && { name }), ...(group && { group }), kind: plural };
  return new StatusError(403, "Forbidden", `${what} is forbidden: ${why}`, details);
}
