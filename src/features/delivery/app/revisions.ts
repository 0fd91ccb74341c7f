import type { MemberActor } from "../../../kernel/actor.js";
import { IllegalState } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import type { Allowances } from "../namespace/allowances.js";
import type { HostClaims } from "../host/host-claims.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { AppRevision, type App } from "./app.entity.js";
import type { AppSpec } from "./app-spec.js";
import { approvedSpec, requirePrivileges } from "./privileges.js";

/** Throws ILLEGAL_STATE for an app that is under review or retired. */
export function requireEditable({ phase }: App): void {
  if (phase === "IN_REVIEW") {
    throw new IllegalState(
      "The app is under review. Wait for the decision, or ask a reviewer to reject it, and edit then.",
      { phase },
    );
  }
  if (phase === "RETIRED") throw new IllegalState("The app is retired and cannot be edited.", { phase });
}

/** A spec for an app, and its path in the input, such as `input.spec`. */
interface GivenSpec {
  readonly app: App;
  readonly spec: AppSpec;
  readonly at: string;
}

/**
 * Saves revisions. A spec may use only what its namespace is allowed, and holds its host from when it is saved. Throws
 * FORBIDDEN for privileges that the actor may not grant.
 */
export class Revisions {
  constructor(
    private readonly policy: Policy,
    private readonly allowances: Allowances,
    private readonly claims: HostClaims,
    private readonly newId: NewId,
  ) {}

  /** Saves the first revision of a new app. */
  async create(unit: UnitOfWork, actor: MemberActor, given: GivenSpec): Promise<void> {
    requirePrivileges(this.policy, actor, given.spec);
    await unit.em.flush();
    await this.insert(unit, actor, given);
    await this.requireAllowed(unit, actor, given);
  }

  /** Saves a further revision; it takes effect when it is submitted and approved. */
  async save(unit: UnitOfWork, actor: MemberActor, given: GivenSpec): Promise<void> {
    const { app, spec } = given;
    requirePrivileges(this.policy, actor, spec, await approvedSpec(unit.em, app));
    const before = await unit.em.findOneOrFail(AppRevision, app.revisionId);
    app.revisionId = this.newId("AppRevision");
    app.revisionNumber += 1;
    await this.insert(unit, actor, given);
    await this.requireAllowed(unit, actor, given);
    const former = before.spec.publicHost;
    if (former && former !== spec.publicHost) await this.claims.free(unit.em, app.id, [former]);
  }

  /** Checks a saved spec again: the namespace's allowances may have changed. */
  async requireAllowed({ em }: UnitOfWork, actor: MemberActor, { app, spec, at }: GivenSpec): Promise<void> {
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    this.allowances.require(namespace, spec, at);
    const { publicHost } = spec;
    if (publicHost) await this.claims.require(em, actor, { app, namespace }, [publicHost], `${at}.publicHost`);
  }

  private async insert(unit: UnitOfWork, actor: MemberActor, { app, spec }: GivenSpec): Promise<void> {
    const { id: appId, revisionId: id, revisionNumber: number } = app;
    unit.em.create(AppRevision, { id, appId, number, spec, createdBy: actor.memberId });
    await unit.em.flush();
  }
}
