import { isDeepStrictEqual } from "node:util";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { IllegalState, InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Cluster } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { Policy } from "../../identity/access/policy.js";
import type { AppManifests } from "../app/app-manifests.js";
import { journalSubject, App, AppRevision, scopeOf } from "../app/app.entity.js";
import { requireEditable, type Revisions } from "../app/revisions.js";
import { expectVersion, type MutationResult, type Mutations } from "../../foundation/mutations.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { Release } from "../release/release.entity.js";
import { findCurrentRollout } from "../rollout/find-current-rollout.js";
import { Rollout } from "../rollout/rollout.entity.js";
import { startRollout } from "../rollout/start-rollout.js";
import { adopt, type DriftedField } from "./adoption.js";
import type { DriftSnapshot, DriftDetector } from "./drift-detector.js";

interface AdoptDriftRequest {
  readonly appId: string;
  readonly paths?: readonly string[] | null;
  readonly expectedVersion?: number | null;
  readonly idempotencyKey?: string | null;
}

interface DriftServiceDependencies {
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly drifts: DriftDetector;
  readonly clusters: Clusters<Pick<Cluster, "objects">>;
  readonly manifests: AppManifests;
  readonly revisions: Revisions;
  readonly newId: NewId;
  readonly clock: Clock;
}

/** Repairing drift, and adopting it into the spec. */
export class DriftService {
  constructor(private readonly deps: DriftServiceDependencies) {}

  /** Starts a rollout of the last release, which also removes the fields that others have added to its objects. */
  async repair(
    actor: MemberActor,
    input: { readonly appId: string; readonly idempotencyKey?: string | null },
  ): Promise<MutationResult<Rollout>> {
    return this.deps.mutations.run(actor, { mutation: "repairDrift", input }, Rollout, async (unit) => {
      const snapshot = await this.snapshot(unit.em, actor, "drift:repair", input.appId);
      const { app, rollout, release } = snapshot;
      if (!rollout || !release || app.phase === "RETIRED")
        throw new IllegalState("Nothing of the app is live that could be put back.", { phase: app.phase });
      if (!rollout.isOver())
        throw new IllegalState(`Rollout ${rollout.number} is on its way. Repair what differs when it is over.`, {
          phase: rollout.phase,
        });
      await unit.record({
        event: "drift.repaired",
        ...journalSubject(app),
        data: { app: app.name, release: release.number, objects: this.deps.drifts.of(snapshot).objects.map(names) },
      });
      const begun = { cause: "DRIFT_REPAIR", requestedBy: actor.memberId } as const;
      return startRollout(unit, { release, ...begun, newId: this.deps.newId, now: this.deps.clock.now() });
    });
  }

  /** Saves a revision with the live values in its spec, to be submitted and approved as any other. All fields that are asked for, or none. */
  async adopt(actor: MemberActor, input: AdoptDriftRequest): Promise<MutationResult<App>> {
    return this.deps.mutations.run(actor, { mutation: "adoptDrift", input }, App, async (unit) => {
      const snapshot = await this.snapshot(unit.em, actor, "app:update", input.appId);
      const { app, namespace, release } = snapshot;
      expectVersion(app, input.expectedVersion);
      requireEditable(app);
      const { state } = this.deps.drifts.of(snapshot);
      if (state !== "DRIFTED" || !release)
        throw new IllegalState(`There is no drift to adopt: its state is ${state}.`, { state });
      const drifted = chosen(this.fieldsOf(snapshot), input.paths);
      const before = await unit.em.findOneOrFail(AppRevision, app.revisionId);
      const renderer = await this.deps.manifests.of(unit.em, app);
      const { spec, refused } = adopt(before.spec, drifted, {
        own: ownContainer(app),
        render: (each) => renderer.all(app, namespace, each, release),
      });
      if (refused.length > 0) {
        const which = refused.map(({ path }) => path).join(", ");
        throw new IllegalState(
          `No spec can say this: ${which}. Leave it out by naming the other \`paths\`, or put it back with \`repairDrift\`.`,
          { fields: refused },
        );
      }
      if (isDeepStrictEqual(spec, before.spec))
        throw new IllegalState(`Revision ${before.number} says so already. Submit it.`, { revision: before.number });
      await this.deps.revisions.save(unit, actor, { app, spec, at: "spec" });
      await unit.record({
        event: "drift.adopted",
        ...journalSubject(app),
        data: { before: before.spec, after: spec, fields: drifted.map(({ field }) => field.path) },
      });
      await unit.notify("app", app.id);
      return app;
    });
  }

  private fieldsOf(snapshot: DriftSnapshot): DriftedField[] {
    const { name: namespace } = snapshot.namespace;
    const live = this.deps.clusters.of(namespace).objects({ appId: snapshot.app.id, namespace });
    return this.deps.drifts.of(snapshot).objects.flatMap(({ kind, name, fields }) => {
      const object = live.find((each) => each.kind === kind && each.name === name);
      return object ? fields.map((field) => ({ object, field })) : [];
    });
  }

  private async snapshot(
    em: SqlEntityManager,
    actor: MemberActor,
    permission: "drift:repair" | "app:update",
    id: string,
  ): Promise<DriftSnapshot & { readonly namespace: Namespace }> {
    const app = await em.findOne(App, id);
    if (!app) throw new NotFound("app", id);
    this.deps.policy.require(actor, permission, scopeOf(app));
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    const rollout = await findCurrentRollout(em, id);
    const release = rollout && (await em.findOneOrFail(Release, rollout.releaseId));
    return { app, namespace, rollout, release };
  }
}

/** Templates give the app's own container the app's name. */
const ownContainer = ({ name }: App): string => name;

const names = ({ kind, name, isMissing, fields }: ReturnType<DriftDetector["of"]>["objects"][number]): object => ({
  kind,
  name,
  ...(isMissing ? { isMissing } : { fields: fields.map(({ path }) => path) }),
});

/** The fields with these paths; all of them, when none are given. */
function chosen(
  drifted: readonly DriftedField[],
  paths: readonly string[] | null | undefined,
): readonly DriftedField[] {
  if (!paths) return drifted;
  const known = new Set(drifted.map(({ field }) => field.path));
  const unknown = paths.flatMap((path, at) =>
    known.has(path) ? [] : [{ path: `input.paths[${at}]`, message: "Nothing differs there: read `app.drift` again." }],
  );
  if (unknown.length > 0 || paths.length === 0)
    throw new InvalidInput(
      unknown.length > 0 ? unknown : [{ path: "input.paths", message: "Give at least one path." }],
    );
  return drifted.filter(({ field }) => paths.includes(field.path));
}
