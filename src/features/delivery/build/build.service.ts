import { z } from "zod";
import type { MemberActor } from "../../../kernel/actor.js";
import { IllegalState, InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import { nextNumber } from "../app/app-numbers.js";
import type { Allowances } from "../namespace/allowances.js";
import { App, AppRevision, scopeOf } from "../app/app.entity.js";
import { expectVersion, type MutationResult, type Mutations } from "../../foundation/mutations.js";
import { checkInput } from "../../foundation/check-input.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { resumeAutoDeploy } from "../app/auto-deploy.js";
import type { RefKind } from "../../../upstreams/source-host.js";
import { Build, type BuildParameter } from "./build.entity.js";
import { imageOf } from "./build.rules.js";

/** Build arguments of BuildKit itself, and those that a layer's cache key leaves out. */
const reservedArguments = /^(?:BUILDKIT_.*|(?:HTTPS?|FTP|NO|ALL)_PROXY|(?:https?|ftp|no|all)_proxy)$/;

const newBuild = z.object({
  ref: z.object({
    kind: z.enum(["TAG", "BRANCH"]),
    // What `git check-ref-format` allows, less the characters that a shell or a URL would have to quote.
    name: z
      .string()
      .regex(
        /^(?!.*(?:\.\.|\/\/|@\{|\.lock$|\/$|\.$))[A-Za-z0-9_][A-Za-z0-9_.\-+/@#]{0,199}$/,
        "Give the name of a tag or branch, without `refs/`.",
      ),
  }),
  parameters: z
    .array(
      z.object({
        name: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, "Letters, digits and _, not starting with a digit.")
          .refine(
            (name) => !reservedArguments.test(name),
            "This one steers the builder that others use too: it is not an app's to set.",
          ),
        value: z
          .string()
          .max(4_000, "At most 4000 characters.")
          .regex(/^[^\0\r\n]*$/, "One line, without zero bytes."),
      }),
    )
    .max(50, "At most 50 parameters.")
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, "Each parameter can be given once.")
    .nullish(),
});

export interface StartBuildInput {
  readonly appId: string;
  readonly ref: { readonly kind: RefKind; readonly name: string };
  readonly parameters?: readonly BuildParameter[] | null;
  readonly idempotencyKey?: string | null;
}

interface BuildServiceDependencies {
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly allowances: Allowances;
  readonly defaultRegistry: string;
  readonly newId: NewId;
}

/** Starting and stopping builds. */
export class BuildService {
  constructor(private readonly deps: BuildServiceDependencies) {}

  async start(actor: MemberActor, input: StartBuildInput): Promise<MutationResult<Build>> {
    return this.deps.mutations.run(actor, { mutation: "startBuild", input }, Build, async (unit) => {
      const app = await unit.em.findOne(App, input.appId);
      if (!app) throw new NotFound("app", input.appId);
      this.deps.policy.require(actor, "build:start", scopeOf(app));
      const { ref, parameters } = checkInput(newBuild, input);
      if (app.phase === "RETIRED" || !app.approvedRevisionId) {
        throw new IllegalState(
          app.phase === "RETIRED"
            ? "The app is retired and cannot be built."
            : "The app was not approved yet. Submit it, and build it once a reviewer has approved it.",
          { phase: app.phase },
        );
      }
      const namespace = await unit.em.findOneOrFail(Namespace, app.namespaceId);
      const { spec } = await unit.em.findOneOrFail(AppRevision, app.approvedRevisionId);
      const problem = this.deps.allowances.repositoryProblem(namespace, spec.repository);
      if (problem !== undefined) throw new InvalidInput([{ path: "input.appId", message: problem }]);
      const number = await nextNumber(unit.em, app.id, "build");
      const build = unit.em.create(Build, {
        id: this.deps.newId("Build"),
        appId: app.id,
        namespaceId: app.namespaceId,
        revisionId: app.approvedRevisionId,
        number,
        refKind: ref.kind,
        refName: ref.name,
        image: imageOf(
          namespace.registryServer ?? this.deps.defaultRegistry,
          namespace.name,
          app.name,
          ref.name,
          number,
        ),
        parameters: parameters ?? [],
        requestedBy: actor.memberId,
      });
      await unit.record({
        event: "build.started",
        subjectId: build.id,
        namespaceId: app.namespaceId,
        appId: app.id,
        data: { app: app.name, number: build.number, ref: ref.name, image: build.image },
      });
      await resumeAutoDeploy(unit, app);
      await unit.enqueue({ kind: "build", key: build.id });
      await unit.notify("app", app.id);
      return build;
    });
  }

  /** Requests that a build be stopped; it ends as ABORTED unless it ends by itself first. */
  async abort(
    actor: MemberActor,
    input: { id: string; expectedVersion?: number | null; idempotencyKey?: string | null },
  ): Promise<MutationResult<Build>> {
    return this.deps.mutations.run(actor, { mutation: "abortBuild", input }, Build, async (unit) => {
      const build = await unit.em.findOne(Build, input.id);
      if (!build) throw new NotFound("build", input.id);
      this.deps.policy.require(actor, "build:abort", { namespaceId: build.namespaceId, kind: "build", id: build.id });
      expectVersion(build, input.expectedVersion);
      if (build.isOver()) throw new IllegalState(`The build is over already: ${build.phase}.`, { phase: build.phase });
      if (build.abortRequestedBy === null) {
        build.abortRequestedBy = actor.memberId;
        await unit.record({
          event: "build.abortRequested",
          subjectId: build.id,
          namespaceId: build.namespaceId,
          appId: build.appId,
          data: { number: build.number },
        });
      }
      await unit.enqueue({ kind: "build", key: build.id });
      await unit.notify("build", build.id);
      return build;
    });
  }
}
