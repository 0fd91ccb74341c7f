import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import { kindOfId, type NodeKind } from "../../kernel/ids.js";
import type { MemberReader } from "../../features/identity/member/member.reader.js";
import type { AppReader } from "../../features/delivery/app/app.reader.js";
import type { AuditReader } from "../../features/observability/audit/audit.reader.js";
import type { BuildReader } from "../../features/delivery/build/build.reader.js";
import type { Context } from "../../features/foundation/context.js";
import type { NamespaceReader } from "../../features/delivery/namespace/namespace.reader.js";
import { NodeType } from "../../features/foundation/node.type.js";
import type { NotificationReader } from "../../features/alerting/notification/notification.reader.js";
import type { PlanReader } from "../../features/delivery/plan/plan.reader.js";
import type { ReleaseReader } from "../../features/delivery/release/release.reader.js";
import type { ReviewReader } from "../../features/delivery/review/review.reader.js";
import type { RolloutReader } from "../../features/delivery/rollout/rollout.reader.js";
import type { DockerfileLibrary } from "../../features/templating/dockerfile/dockerfile-library.js";
import type { TemplateRolloutReader } from "../../features/templating/template-rollout/template-rollout.reader.js";
import type { TemplatePinReader } from "../../features/templating/template-pin/template-pin.reader.js";
import type { TemplateReader } from "../../features/templating/template/template.reader.js";
import type { VariableReader } from "../../features/templating/variable/variable.reader.js";
import type { SessionReader } from "../../features/identity/session/session.reader.js";

/** The readers that find what an id names. */
export interface Finders {
  readonly members: MemberReader;
  readonly sessions: SessionReader;
  readonly namespaces: NamespaceReader;
  readonly apps: AppReader;
  readonly reviews: ReviewReader;
  readonly builds: BuildReader;
  readonly releases: ReleaseReader;
  readonly rollouts: RolloutReader;
  readonly notifications: NotificationReader;
  readonly audit: AuditReader;
  readonly templates: TemplateReader;
  readonly pins: TemplatePinReader;
  readonly dockerfiles: DockerfileLibrary;
  readonly publications: TemplateRolloutReader;
  readonly variables: VariableReader;
  readonly plans: PlanReader;
}

type Find = (context: Context, id: string) => Promise<NodeType | null>;

@Resolver()
export class NodeResolver {
  private readonly finders: Readonly<Record<NodeKind, Find>>;

  constructor({
    members,
    sessions,
    namespaces,
    apps,
    reviews,
    builds,
    releases,
    rollouts,
    notifications,
    audit,
    templates,
    pins,
    dockerfiles,
    publications,
    variables,
    plans,
  }: Finders) {
    this.finders = {
      Member: ({ actor }, id) => members.member(actor, id),
      Session: ({ actor }, id) => sessions.session(actor, id),
      RoleGrant: ({ actor }, id) => members.grant(actor, id),
      Namespace: ({ actor }, id) => namespaces.namespace(actor, id),
      App: ({ actor }, id) => apps.app(actor, id),
      AppRevision: ({ actor }, id) => apps.revision(actor, id),
      Review: ({ actor }, id) => reviews.review(actor, id),
      Build: ({ actor }, id) => builds.build(actor, id),
      Release: ({ actor }, id) => releases.release(actor, id),
      Rollout: ({ actor }, id) => rollouts.rollout(actor, id),
      Notification: ({ actor }, id) => notifications.notification(actor, id),
      JournalEntry: ({ actor }, id) => audit.entry(actor, id),
      Template: ({ actor }, id) => templates.template(actor, id),
      TemplateVersion: ({ actor }, id) => templates.version(actor, id),
      Dockerfile: (_context, id) => dockerfiles.dockerfile(id),
      TemplatePin: ({ actor }, id) => pins.pin(actor, id),
      Publication: ({ actor }, id) => publications.publication(actor, id),
      Variable: ({ actor }, id) => variables.variable(actor, id),
      VariableValue: ({ actor }, id) => variables.value(actor, id),
      Plan: ({ actor }, id) => plans.plan(actor, id),
    };
  }

  @Query(() => NodeType, {
    nullable: true,
    description: "The object with this global id; null when it does not exist or you may not read it.",
  })
  node(
    @Ctx() context: Context,
    @Arg("id", () => ID, { description: "The global id of the object." }) id: string,
  ): Promise<NodeType | null> {
    const { actor: _mustBeSomebody } = context;
    const kind = kindOfId(id);
    return kind ? this.finders[kind](context, id) : Promise.resolve(null);
  }
}
