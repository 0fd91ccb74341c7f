import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor, MemberActor } from "../../../kernel/actor.js";
import { IllegalState, InvalidInput, NotFound, type FieldProblem } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import { Build } from "../build/build.entity.js";
import { expectVersion, type Changed, type Changes } from "../../foundation/change.js";
import { checkInput, problemsOf } from "../../foundation/check-input.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { endRollout } from "../rollout/end-rollout.js";
import { Rollout } from "../rollout/rollout.entity.js";
import { Review } from "../review/review.entity.js";
import type { Rows, Slice } from "../../foundation/rows.js";
import { Where } from "../../foundation/where.js";
import { appEdit, newApp, type AppFilter, type CreateAppInput, type UpdateAppInput } from "./app-input.js";
import { about, App, AppRevision, scopeOf } from "./app.entity.js";
import { requireEditable, type Revisions } from "./revisions.js";

/** What teams do with their apps before and after a review. */
export class AppService {
  constructor(
    private readonly rows: Rows,
    private readonly changes: Changes,
    private readonly policy: Policy,
    private readonly revisions: Revisions,
    private readonly newId: NewId,
  ) {}

  async create(actor: MemberActor, input: CreateAppInput): Promise<Changed<App>> {
    const scope = { namespaceId: input.namespaceId, kind: "namespace", id: input.namespaceId };
    this.policy.require(actor, "app:create", scope);
    const given = checkInput(newApp, { ...input, description: input.description ?? "" });
    return this.changes.make(
      actor,
      { mutation: "createApp", input },
      App,
      async (change) => {
        if (!(await change.em.findOne(Namespace, given.namespaceId)))
          throw new NotFound("namespace", given.namespaceId);
        const app = change.em.create(App, {
          id: this.newId("App"),
          namespaceId: given.namespaceId,
          name: given.name,
          displayName: given.displayName ?? given.name,
          description: given.description,
          revisionId: this.newId("AppRevision"),
          revisionNumber: 1,
          createdBy: actor.memberId,
        });
        await this.revisions.begin(change, actor, { app, spec: given.spec, at: "input.spec" });
        await change.record({ event: "app.created", ...about(app), data: { name: app.name, spec: given.spec } });
        return app;
      },
      { app_name_unique: { path: "input.name", message: `The namespace has an app ${input.name} already.` } },
    );
  }

  /** Saves a draft or an edit. An app under review must be decided first. */
  async update(actor: MemberActor, input: UpdateAppInput): Promise<Changed<App>> {
    const problems: FieldProblem[] = problemsOf(appEdit, input);
    if (problems.length > 0) throw new InvalidInput(problems);
    const edit = appEdit.parse(input);
    return this.changes.make(actor, { mutation: "updateApp", input }, App, async (change) => {
      const app = await this.permitted(change.em, actor, "app:update", input.id);
      expectVersion(app, input.expectedVersion);
      requireEditable(app);
      const before = await change.em.findOneOrFail(AppRevision, app.revisionId);
      app.displayName = edit.displayName ?? app.displayName;
      app.description = edit.description ?? app.description;
      if (edit.spec) await this.revisions.save(change, actor, { app, spec: edit.spec, at: "input.spec" });
      await change.record({
        event: "app.updated",
        ...about(app),
        data: { before: before.spec, after: edit.spec ?? before.spec },
      });
      await change.wake("app", app.id);
      return app;
    });
  }

  /** Hands the current revision to the reviewers. */
  async submit(
    actor: MemberActor,
    input: { id: string; expectedVersion?: number | null; idempotencyKey?: string | null },
  ): Promise<Changed<App>> {
    return this.changes.make(actor, { mutation: "submitApp", input }, App, async (change) => {
      const app = await this.permitted(change.em, actor, "app:submit", input.id);
      expectVersion(app, input.expectedVersion);
      if (app.approvedRevisionId === app.revisionId) {
        throw new IllegalState("This revision is approved already; edit the app first.", { phase: app.phase });
      }
      const { spec } = await change.em.findOneOrFail(AppRevision, app.revisionId);
      await this.revisions.require(change, actor, { app, spec, at: "spec" });
      app.become("IN_REVIEW");
      app.rejectionReason = null;
      change.em.create(Review, {
        id: this.newId("Review"),
        appId: app.id,
        revisionId: app.revisionId,
        submittedBy: actor.memberId,
      });
      await change.record({
        event: "app.submitted",
        ...about(app),
        data: { name: app.name, revision: app.revisionNumber },
      });
      await change.wake("app", app.id);
      return app;
    });
  }

  /** The end of an app: everything of it upstream is removed; what happened stays readable. `confirmName` is the app's name, typed. */
  async retire(
    actor: MemberActor,
    input: { id: string; confirmName: string; expectedVersion?: number | null; idempotencyKey?: string | null },
  ): Promise<Changed<App>> {
    return this.changes.make(actor, { mutation: "retireApp", input }, App, async (change) => {
      const app = await this.permitted(change.em, actor, "app:retire", input.id);
      expectVersion(app, input.expectedVersion);
      if (input.confirmName !== app.name) {
        throw new InvalidInput([
          { path: "input.confirmName", message: `Type the app's name, ${app.name}, to confirm.` },
        ]);
      }
      app.become("RETIRED");
      await change.em.nativeUpdate(
        Review,
        { appId: app.id, decision: "PENDING" },
        { decision: "REJECTED", reason: "The app was retired.", decidedBy: actor.memberId, decidedAt: new Date() },
      );
      const open = await change.em.find(Build, { appId: app.id, phase: { $in: ["QUEUED", "RUNNING"] } });
      for (const build of open) {
        build.abortRequestedBy ??= actor.memberId;
        await change.request({ kind: "build", key: build.id });
      }
      const live = await change.em.find(Rollout, { appId: app.id, phase: { $in: ["PENDING", "PROGRESSING"] } });
      for (const rollout of live) await endRollout(change, rollout, "SUPERSEDED", new Date());
      await change.record({ event: "app.retired", ...about(app), data: { name: app.name } });
      await change.request({ kind: "app", key: app.id });
      await change.wake("app", app.id);
      return app;
    });
  }

  /** The app, when the actor may see it. */
  async app(actor: Actor, id: string): Promise<App | null> {
    const app = await this.rows.one(App, new Where().is("id", id));
    return app && this.policy.can(actor, "namespace:read", app.namespaceId) ? app : null;
  }

  async appNamed(actor: Actor, namespaceName: string, name: string): Promise<App | null> {
    const where = new Where()
      .and("namespace_id = (select id from namespace where name = ?)", namespaceName)
      .and("name = ? and phase <> 'RETIRED'", name)
      .in("namespace_id", this.policy.visibleNamespaces(actor));
    return this.rows.one(App, where);
  }

  /** Apps that the actor may see, in the order of their names; `after` is the position of the last one before. */
  async apps(
    actor: Actor,
    filter: AppFilter,
    page: { limit: number; after?: readonly string[] | undefined },
  ): Promise<App[]> {
    const where = this.where(actor, filter);
    if (page.after) where.and("(name, id) > (?, ?)", ...page.after);
    return this.rows.list(App, where, { order: "name, id", limit: page.limit });
  }

  async countApps(actor: Actor, filter: AppFilter): Promise<number> {
    return this.rows.count(App, this.where(actor, filter));
  }

  async revision(actor: Actor, id: string): Promise<AppRevision | null> {
    return this.rows.one(AppRevision, this.ofVisibleApps(actor).is("id", id));
  }

  /** The same slice of each app's revisions, newest first. */
  async revisionsOf(actor: Actor, appIds: readonly string[], slice: Slice): Promise<Map<string, AppRevision[]>> {
    return this.rows.newestOfApps(AppRevision, appIds, this.ofVisibleApps(actor), slice);
  }

  async countRevisionsOf(actor: Actor, appIds: readonly string[]): Promise<Map<string, number>> {
    return this.rows.countOfApps(AppRevision, appIds, this.ofVisibleApps(actor));
  }

  private where(actor: Actor, { namespaceId, phases, search }: AppFilter): Where {
    const where = new Where()
      .in("namespace_id", this.policy.visibleNamespaces(actor))
      .isGiven("namespace_id", namespaceId);
    if (phases && phases.length > 0) where.in("phase", phases);
    else where.and("phase <> 'RETIRED'");
    const like = `%${(search ?? "").replaceAll(/[\\%_]/g, "\\$&")}%`;
    return search ? where.and("(name ilike ? or display_name ilike ?)", like, like) : where;
  }

  private ofVisibleApps(actor: Actor): Where {
    return new Where().inAppsOf(this.policy.visibleNamespaces(actor));
  }

  private async permitted(
    em: SqlEntityManager,
    actor: Actor,
    permission: "app:update" | "app:submit" | "app:retire",
    id: string,
  ): Promise<App> {
    const app = await em.findOne(App, id);
    if (!app) throw new NotFound("app", id);
    this.policy.require(actor, permission, scopeOf(app));
    return app;
  }
}
