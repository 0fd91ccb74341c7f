import { InvalidInput, type FieldProblem } from "../../../kernel/errors.js";
import type { Namespace } from "./namespace.entity.js";
import { covers, everyHost } from "./domain.rules.js";
import { coversRepository } from "./repository.rules.js";

/** What a namespace may use that the platform has said nothing else about; `{namespace}` stands for its name. */
export interface DefaultAllowances {
  readonly domains: readonly string[];
  readonly repositories: readonly string[];
}

/** What the platform has said about a namespace. */
type Ruled = Pick<Namespace, "name" | "domains" | "repositories">;

/** The parts of an app's spec that use what namespaces share. */
interface SharedUse {
  readonly repository: { readonly path: string };
  readonly publicHost?: string | null | undefined;
}

const mostNamed = 5;

/** What each namespace may use of what all share: the domains of its hosts, and the repositories that are read with the platform's token. */
export class Allowances {
  constructor(private readonly defaults: DefaultAllowances) {}

  domains({ name, domains }: Ruled): readonly string[] {
    return domains ?? filledIn(this.defaults.domains, name);
  }

  repositories({ name, repositories }: Ruled): readonly string[] {
    return repositories ?? filledIn(this.defaults.repositories, name);
  }

  /** Why the namespace may not use the host, or nothing. */
  hostProblem(namespace: Ruled, host: string): string | undefined {
    const domains = this.domains(namespace);
    if (host === everyHost)
      return "An Ingress without a host, or with a default backend, would answer for every host. Name the hosts.";
    if (domains.some((domain) => covers(domain, host))) return undefined;
    return refusal(`the host ${host}`, namespace.name, domains);
  }

  /** Why the namespace may not use the repository, or nothing; the same whether or not there is such a repository. */
  repositoryProblem(namespace: Ruled, { path }: SharedUse["repository"]): string | undefined {
    const patterns = this.repositories(namespace);
    if (patterns.some((pattern) => coversRepository(pattern, path))) return undefined;
    return refusal(`the repository ${path}`, namespace.name, patterns);
  }

  /** Everything in the spec that the namespace may not use. `at` is where the spec was given. */
  problemsOf(namespace: Ruled, { repository, publicHost }: SharedUse, at: string): FieldProblem[] {
    const ofRepository = this.repositoryProblem(namespace, repository);
    const ofHost = publicHost ? this.hostProblem(namespace, publicHost) : undefined;
    return [
      ...(ofRepository ? [{ path: `${at}.repository.path`, message: ofRepository }] : []),
      ...(ofHost ? [{ path: `${at}.publicHost`, message: ofHost }] : []),
    ];
  }

  /** Throws INVALID_INPUT with all of it. */
  require(namespace: Ruled, spec: SharedUse, at: string): void {
    const problems = this.problemsOf(namespace, spec, at);
    if (problems.length > 0) throw new InvalidInput(problems);
  }
}

const filledIn = (patterns: readonly string[], namespace: string): string[] =>
  patterns.map((pattern) => pattern.replaceAll("{namespace}", namespace));

function refusal(what: string, namespace: string, allowed: readonly string[]): string {
  const named = allowed.slice(0, mostNamed).join(", ");
  const more = allowed.length > mostNamed ? ` and ${allowed.length - mostNamed} more` : "";
  const may = allowed.length > 0 ? `It may use ${named}${more}.` : "It may use none yet.";
  return `The namespace ${namespace} may not use ${what}. ${may} Give one of these, or have a platform administrator allow it with \`allowNamespace\`.`;
}
