import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor, MemberActor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import { expectVersion, type MutationResult, type Mutations } from "../../foundation/mutations.js";
import { checkInput } from "../../foundation/check-input.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { appEdit, newApp, type CreateAppInput, type UpdateAppInput } from "./app-input.js";
import { journalSubject, App, AppRevision, scopeOf } from "./app.entity.js";
import { requireEditable, type Revisions } from "./revisions.js";

/** Saving apps. */
export class AppService {
  constructor(
    private readonly mutations: Mutations,
    private readonly policy: Policy,
    private readonly revisions: Revisions,
    private readonly newId: NewId,
  ) {}

  async create(actor: MemberActor, input: CreateAppInput): Promise<MutationResult<App>> {
    const scope = { namespaceId: input.namespaceId, kind: "namespace", id: input.namespaceId };
    this.policy.require(actor, "app:create", scope);
    const given = checkInput(newApp, { ...input, description: input.description ?? "" });
    return this.mutations.run(
      actor,
      { mutation: "createApp", input },
      App,
      async (unit) => {
        if (!(await unit.em.findOne(Namespace, given.namespaceId))) throw new NotFound("namespace", given.namespaceId);
        const app = unit.em.create(App, {
          id: this.newId("App"),
          namespaceId: given.namespaceId,
          name: given.name,
          displayName: given.displayName ?? given.name,
          description: given.description,
          revisionId: this.newId("AppRevision"),
          revisionNumber: 1,
          createdBy: actor.memberId,
        });
        await this.revisions.create(unit, actor, { app, spec: given.spec, at: "input.spec" });
        await unit.record({
          event: "app.created",
          ...journalSubject(app),
          data: { name: app.name, spec: given.spec },
        });
        return app;
      },
      { app_name_unique: { path: "input.name", message: `The namespace has an app ${input.name} already.` } },
    );
  }

  /** Saves a draft or an edit. An app under review must be decided first. */
  async update(actor: MemberActor, input: UpdateAppInput): Promise<MutationResult<App>> {
    const edit = checkInput(appEdit, input);
    return this.mutations.run(actor, { mutation: "updateApp", input }, App, async (unit) => {
      const app = await this.permitted(unit.em, actor, input.id);
      expectVersion(app, input.expectedVersion);
      requireEditable(app);
      const before = await unit.em.findOneOrFail(AppRevision, app.revisionId);
      app.displayName = edit.displayName ?? app.displayName;
      app.description = edit.description ?? app.description;
      if (edit.spec) await this.revisions.save(unit, actor, { app, spec: edit.spec, at: "input.spec" });
      await unit.record({
        event: "app.updated",
        ...journalSubject(app),
        data: { before: before.spec, after: edit.spec ?? before.spec },
      });
      await unit.notify("app", app.id);
      return app;
    });
  }

  private async permitted(em: SqlEntityManager, actor: Actor, id: string): Promise<App> {
    const app = await em.findOne(App, id);
    if (!app) throw new NotFound("app", id);
    this.policy.require(actor, "app:update", scopeOf(app));
    return app;
  }
}
