import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor, MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { InvalidInput, NotFound, type FieldProblem } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { Policy } from "../../identity/access/policy.js";
import type { Allowances } from "../namespace/allowances.js";
import type { HostClaims } from "../host/host-claims.js";
import { hostsOf } from "../host/ingress-hosts.js";
import { newApp } from "../app/app-input.js";
import { journalSubject, App, AppRevision } from "../app/app.entity.js";
import type { AppSpec } from "../app/app-spec.js";
import { requirePrivileges } from "../app/privileges.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { conditionAfter, type Condition, type ObservedCondition } from "../../foundation/condition.js";
import { problemsOf } from "../../foundation/check-input.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { objectChanges, type ObjectChange } from "../object-change/object-changes.js";
import { Plan } from "../plan/plan.entity.js";
import type { PlannedObject, ObjectPlanner } from "../plan/object-planner.js";
import { planTimeoutMs } from "../plan/plan-record.js";
import { nextNumber } from "../app/app-numbers.js";
import { recordRelease } from "../release/record-release.js";
import { Review } from "../review/review.entity.js";
import { startRollout } from "../rollout/start-rollout.js";
import type { ImportAppsInput } from "./import-input.js";
import { adoptionManifests, findRunningApps, labelled, unsafeChanges, type RunningApp } from "./running-apps.js";

/** A Deployment that can be imported, and the changes of the import. They are tried in the cluster when it is imported. */
export interface ImportableApp extends RunningApp {
  readonly condition: Condition | null;
  readonly changes: readonly ObjectChange[];
}

/** A running app that is to be imported. */
interface FoundApp {
  readonly running: RunningApp;
  readonly spec: AppSpec;
  readonly displayName: string;
  readonly appId: string;
  readonly releaseId: string;
  readonly manifests: Plan["manifests"];
  readonly objects: readonly PlannedObject[];
}

/** Apps per import: each is tried in the cluster before the first is imported. */
const maxApps = 50;

/** Placeholder ids in the preview of an import. */
const placeholderIds = { appId: "app_of-the-import", releaseId: "rel_of-the-import" };

interface ImportServiceDependencies {
  readonly fork: () => SqlEntityManager;
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly clusters: Clusters;
  readonly planner: ObjectPlanner;
  readonly allowances: Allowances;
  readonly claims: HostClaims;
  readonly newId: NewId;
  readonly clock: Clock;
}

/** Imports running Deployments as apps, without a change to their pods. */
export class ImportService {
  constructor(private readonly deps: ImportServiceDependencies) {}

  /** The Deployments of a namespace that can be imported. Changes nothing. */
  async importable(actor: Actor, namespaceId: string): Promise<ImportableApp[]> {
    const namespace = await this.permitted(actor, namespaceId);
    const found = await findRunningApps(
      this.deps.clusters.of(namespace.name).dryRuns,
      namespace.name,
      AbortSignal.timeout(planTimeoutMs),
    );
    const now = this.deps.clock.now();
    return found.map((running) => ({
      ...running,
      condition: conditionAfter(null, running.condition ?? this.hostCondition(namespace, running.objects), now),
      changes: objectChanges(running.objects, labelled(running.objects, placeholderIds)),
    }));
  }

  /** Imports apps, approved by the actor. Their pods are not restarted. */
  async import(actor: MemberActor, input: ImportAppsInput): Promise<MutationResult<readonly App[]>> {
    const namespace = await this.permitted(actor, input.namespaceId);
    if (input.apps.length === 0 || input.apps.length > maxApps)
      throw new InvalidInput([{ path: "input.apps", message: `Give 1 to ${maxApps} apps.` }]);
    const known = await this.existingApps(input);
    const { found, problems } = await this.find(namespace, input, known);
    for (const { spec } of found) requirePrivileges(this.deps.policy, actor, spec);
    const { cursor } = await this.deps.mutations.run(
      actor,
      { mutation: "importApps", input },
      Namespace,
      async (unit) => {
        if (problems.length > 0) throw new InvalidInput(problems);
        for (const each of found) await this.importApp(unit, actor, namespace, each, pathOf(input, each));
        return unit.em.findOneOrFail(Namespace, namespace.id);
      },
      { app_name_unique: { path: "input.apps", message: "Somebody else makes an app of this name just now." } },
    );
    return { entity: await this.existingApps(input), cursor };
  }

  /** The apps of these names, by name. */
  private existingApps({ namespaceId, apps }: ImportAppsInput): Promise<App[]> {
    const names = apps.map(({ name }) => name);
    const where = { namespaceId, name: { $in: names }, phase: { $ne: "RETIRED" } } as const;
    return this.deps.fork().find(App, where, { orderBy: { name: "asc" } });
  }

  private async permitted(actor: Actor, id: string): Promise<Namespace> {
    const namespace = await this.deps.fork().findOne(Namespace, id);
    if (!namespace) throw new NotFound("namespace", id);
    const scope = { namespaceId: id, kind: "namespace", id };
    this.deps.policy.require(actor, "app:create", scope);
    this.deps.policy.require(actor, "app:review", scope);
    return namespace;
  }

  /** Every running app of the input, and all problems of the input at once. */
  private async find(
    namespace: Namespace,
    { apps }: ImportAppsInput,
    known: readonly App[],
  ): Promise<{ readonly found: readonly FoundApp[]; readonly problems: FieldProblem[] }> {
    const signal = AbortSignal.timeout(planTimeoutMs);
    const all = await findRunningApps(this.deps.clusters.of(namespace.name).dryRuns, namespace.name, signal);
    const problems: FieldProblem[] = [];
    const found: FoundApp[] = [];
    for (const [index, { name, displayName, ...source }] of apps.entries()) {
      const path = `input.apps[${index}]`;
      const running = all.find((each) => each.name === name);
      const isTwice = apps.findIndex((each) => each.name === name) !== index;
      if (!running || isTwice || known.some((each) => each.name === name)) {
        const message = isTwice
          ? "Give each app once."
          : "There is no Deployment of this name that is nobody's app yet.";
        problems.push({ path: `${path}.name`, message });
        continue;
      }
      const candidate = { namespaceId: namespace.id, name, displayName, spec: { ...running.spec, ...source } };
      const wrong = problemsOf(newApp, candidate, path);
      if (wrong.length > 0) {
        problems.push(...wrong);
        continue;
      }
      const ids = { appId: this.deps.newId("App"), releaseId: this.deps.newId("Release") };
      const manifests = adoptionManifests(running.objects, ids);
      const owner = { appId: ids.appId, namespace: namespace.name };
      const { objects } = await this.deps.planner.preview(owner, manifests, signal);
      const refused = running.condition ?? this.hostCondition(namespace, manifests);
      const [why] = refused ? [refused.message] : unsafeChanges(objects);
      if (why) problems.push({ path: `${path}.name`, message: `It cannot be taken over as it is: ${why}` });
      const { spec } = newApp.parse(candidate);
      const unread = this.deps.allowances.repositoryProblem(namespace, spec.repository);
      if (unread) problems.push({ path: `${path}.repository.path`, message: unread });
      found.push({ running, spec, displayName: displayName ?? name, ...ids, manifests, objects });
    }
    return { found, problems };
  }

  private hostCondition(namespace: Namespace, objects: RunningApp["objects"]): ObservedCondition | null {
    const message = hostsOf(objects)
      .map((host) => this.deps.allowances.hostProblem(namespace, host))
      .find((problem) => problem !== undefined);
    return message === undefined ? null : { code: "HOST_REFUSED", message };
  }

  private async importApp(
    unit: UnitOfWork,
    actor: MemberActor,
    namespace: Namespace,
    found: FoundApp,
    path: string,
  ): Promise<void> {
    const { running, spec, appId, releaseId, manifests, objects } = found;
    const { em } = unit;
    const revisionId = this.deps.newId("AppRevision");
    const app = em.create(App, {
      id: appId,
      namespaceId: namespace.id,
      name: running.name,
      displayName: found.displayName,
      phase: "APPROVED",
      revisionId,
      approvedRevisionId: revisionId,
      selector: { ...running.selector },
      createdBy: actor.memberId,
    });
    await em.flush();
    em.create(AppRevision, { id: revisionId, appId, number: 1, spec, createdBy: actor.memberId });
    await em.flush();
    await this.deps.claims.require(em, actor, { app, namespace }, hostsOf(manifests), path);
    const decided = { decidedBy: actor.memberId, decidedAt: this.deps.clock.now() };
    const review = { id: this.deps.newId("Review"), appId, revisionId, submittedBy: actor.memberId };
    em.create(Review, { ...review, decision: "APPROVED", ...decided });
    const data = { name: app.name, image: running.image, notes: running.notes };
    await unit.record({ event: "app.imported", ...journalSubject(app), data });
    const number = await nextNumber(em, appId, "release");
    const content = { id: releaseId, number, revisionId, image: running.image, templateVersions: {}, manifests };
    const release = await recordRelease(unit, app, null, content);
    const begun = {
      cause: "IMPORT",
      requestedBy: actor.memberId,
      newId: this.deps.newId,
      now: this.deps.clock.now(),
    } as const;
    const rollout = await startRollout(unit, { release, ...begun });
    await em.flush();
    // Applied as a plan: exactly over the previewed objects, or not at all.
    em.create(Plan, {
      id: this.deps.newId("Plan"),
      appId,
      namespaceId: namespace.id,
      baseRevisionId: revisionId,
      revisionId,
      spec,
      buildId: null,
      image: running.image,
      releaseId,
      releaseNumber: number,
      templateVersions: {},
      manifests,
      job: "",
      jobHunks: [],
      objects: [...objects],
      warnings: [],
      hash: "",
      createdBy: actor.memberId,
      appliedAt: this.deps.clock.now(),
      rolloutId: rollout.id,
    });
  }
}

const pathOf = ({ apps }: ImportAppsInput, { running }: FoundApp): string =>
  `input.apps[${apps.findIndex(({ name }) => name === running.name)}].name`;
