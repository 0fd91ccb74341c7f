import { InvalidInput, type FieldProblem } from "../../../kernel/errors.js";
import type { Namespace } from "./namespace.entity.js";
import { covers, everyHost } from "./domain.rules.js";
import { coversRepository } from "./repository.rules.js";

/** The allowances of a namespace without its own; `{namespace}` is replaced by its name. */
interface DefaultAllowances {
  readonly domains: readonly string[];
  readonly repositories: readonly string[];
}

/** A namespace with its own allowances, if any. */
type RuledNamespace = Pick<Namespace, "name" | "domains" | "repositories">;

/** The parts of an app's spec that use shared resources: repositories and hosts. */
interface SharedUse {
  readonly repository: { readonly path: string };
  readonly publicHost?: string | null | undefined;
}

const maxNamed = 5;

/** The domains and repositories that each namespace may use. Repositories are read with the platform's token, so they need a limit. */
export class Allowances {
  constructor(private readonly defaults: DefaultAllowances) {}

  domains({ name, domains }: RuledNamespace): readonly string[] {
    return domains ?? filledIn(this.defaults.domains, name);
  }

  repositories({ name, repositories }: RuledNamespace): readonly string[] {
    return repositories ?? filledIn(this.defaults.repositories, name);
  }

  /** The reason why the namespace may not use the host; undefined if it may. */
  hostProblem(namespace: RuledNamespace, host: string): string | undefined {
    const domains = this.domains(namespace);
    if (host === everyHost)
      return "An Ingress without a host, or with a default backend, would answer for every host. Name the hosts.";
    if (domains.some((domain) => covers(domain, host))) return undefined;
    return refusal(`the host ${host}`, namespace.name, domains);
  }

  /** The reason why the namespace may not use the repository; it does not tell whether the repository exists. */
  repositoryProblem(namespace: RuledNamespace, { path }: SharedUse["repository"]): string | undefined {
    const patterns = this.repositories(namespace);
    if (patterns.some((pattern) => coversRepository(pattern, path))) return undefined;
    return refusal(`the repository ${path}`, namespace.name, patterns);
  }

  /** Every part of the spec that the namespace may not use. `at` is the path of the spec in the input. */
  problemsOf(namespace: RuledNamespace, { repository, publicHost }: SharedUse, at: string): FieldProblem[] {
    const ofRepository = this.repositoryProblem(namespace, repository);
    const ofHost = publicHost ? this.hostProblem(namespace, publicHost) : undefined;
    return [
      ...(ofRepository ? [{ path: `${at}.repository.path`, message: ofRepository }] : []),
      ...(ofHost ? [{ path: `${at}.publicHost`, message: ofHost }] : []),
    ];
  }

  /** Throws INVALID_INPUT with all problems. */
  require(namespace: RuledNamespace, spec: SharedUse, at: string): void {
    const problems = this.problemsOf(namespace, spec, at);
    if (problems.length > 0) throw new InvalidInput(problems);
  }
}

const filledIn = (patterns: readonly string[], namespace: string): string[] =>
  patterns.map((pattern) => pattern.replaceAll("{namespace}", namespace));

function refusal(what: string, namespace: string, allowed: readonly string[]): string {
  const named = allowed.slice(0, maxNamed).join(", ");
  const more = allowed.length > maxNamed ? ` and ${allowed.length - maxNamed} more` : "";
  const may = allowed.length > 0 ? `It may use ${named}${more}.` : "It may use none yet.";
  return `The namespace ${namespace} may not use ${what}. ${may} Give one of these, or have a platform administrator allow it with \`allowNamespace\`.`;
}
