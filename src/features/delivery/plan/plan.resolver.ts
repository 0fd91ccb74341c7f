import type { StructuredPatchHunk } from "diff";
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { MemberType } from "../../identity/member/member.type.js";
import { Member } from "../../identity/member/member.entity.js";
import { App, AppRevision } from "../app/app.entity.js";
import { AppRevisionType, AppType } from "../app/app.type.js";
import { conditionAfter } from "../../foundation/condition.js";
import type { Context } from "../../foundation/context.js";
import { PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import { connectOfApp } from "../../foundation/app-list.js";
import { Rollout } from "../rollout/rollout.entity.js";
import { RolloutType } from "../rollout/rollout.type.js";
import { TextHunkType } from "../object-change/text-hunk.type.js";
import type { PlannedObject } from "./object-planner.js";
import type { PlanApplication } from "./plan-application.js";
import type { Plan } from "./plan.entity.js";
import type { PlanReader } from "./plan.reader.js";
import type { PlanService } from "./plan.service.js";
import {
  ApplyPlanInput,
  PlanConnection,
  PlannedObjectType,
  PlanPayload,
  PlanReleaseInputType,
  PlanType,
  PlanWarningType,
} from "./plan.type.js";

@Resolver(() => PlanType)
export class PlanResolver {
  constructor(
    private readonly service: PlanService,
    private readonly reader: PlanReader,
    private readonly application: PlanApplication,
  ) {}

  @Query(() => PlanType, {
    nullable: true,
    description: "The plan with this id; null when it does not exist or you may not read it.",
  })
  plan(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "The id of the plan." }) id: string,
  ): Promise<Plan | null> {
    return this.reader.plan(actor, id);
  }

  @FieldResolver(() => AppType, { description: "The app that the plan is for." })
  app(@Root() { appId }: Plan, @Ctx() { loaders }: Context): Promise<App | null> {
    return loaders.byId(App).load(appId);
  }

  @FieldResolver(() => AppRevisionType, {
    nullable: true,
    description: "The saved revision that the plan would deploy; null when its spec is not saved yet.",
  })
  revision(@Root() { revisionId }: Plan, @Ctx() { loaders }: Context): Promise<AppRevision | null> | null {
    return revisionId ? loaders.byId(AppRevision).load(revisionId) : null;
  }

  @FieldResolver(() => [PlannedObjectType], {
    description:
      "The Kubernetes objects that the plan would create, update, replace or delete. All others stay as they are.",
  })
  objects(
    @Root() { objects, createdAt }: Plan,
  ): (Omit<PlannedObject, "condition"> & Pick<PlannedObjectType, "condition">)[] {
    return objects
      .filter(({ action, condition }) => action !== "KEEP" || condition !== null)
      .map(({ condition, ...object }) => ({ ...object, condition: conditionAfter(null, condition, createdAt) }));
  }

  @FieldResolver(() => [PlanWarningType], {
    description: "Problems that the dry run does not reject, but that would keep the release from working.",
  })
  async warnings(@Root() { warnings }: Plan, @Ctx() { actor, loaders }: Context): Promise<PlanWarningType[]> {
    const isVisible = (namespace: string): Promise<boolean> =>
      loaders.batch("namespace of this name is visible", namespace, (names) => this.reader.visibleAmong(actor, names));
    return Promise.all(
      warnings.map(async (each) => {
        const { holder, ...told } = each;
        if (!holder || !(await isVisible(holder.namespace))) return told;
        return { ...told, message: `${told.message} It is ${holder.name} in ${holder.namespace}.` };
      }),
    );
  }

  @FieldResolver(() => [TextHunkType], {
    description: "How the definition of the build job (config.xml) would change.",
  })
  job(@Root() { jobHunks }: Plan): StructuredPatchHunk[] {
    return jobHunks;
  }

  @FieldResolver(() => MemberType, { description: "The member who made the plan." })
  createdBy(@Root() { createdBy }: Plan, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }

  @FieldResolver(() => RolloutType, {
    nullable: true,
    description: "The rollout that applying the plan began; null before that.",
  })
  rollout(@Root() { rolloutId }: Plan, @Ctx() { loaders }: Context): Promise<Rollout | null> | null {
    return rolloutId ? loaders.byId(Rollout).load(rolloutId) : null;
  }

  @Mutation(() => PlanPayload, {
    description:
      "Computes what a release would change, by a dry run of each object in the cluster. Nothing is changed. Needs `release:plan`.",
  })
  async planRelease(
    @Ctx() { actor }: Context,
    @Arg("input", () => PlanReleaseInputType, { description: "The app and the changes to plan." })
    input: PlanReleaseInputType,
  ): Promise<PlanPayload> {
    const { entity: plan, cursor } = await this.service.plan(actor, input);
    return { plan, cursor };
  }

  @Mutation(() => PlanPayload, {
    description:
      "Applies a plan exactly, or fails with `PLAN_STALE` and what has changed since: the spec, a template, or an object in the cluster. Needs `release:apply`; for a spec that is not approved also `app:review`, and `app:privilege` if its `security` asks for more than what is approved.",
  })
  async applyPlan(
    @Ctx() { actor }: Context,
    @Arg("input", () => ApplyPlanInput, { description: "The plan to apply." }) input: ApplyPlanInput,
  ): Promise<PlanPayload> {
    const { entity: plan, cursor } = await this.application.apply(actor, input);
    return { plan, cursor };
  }
}

@Resolver(() => AppType)
export class AppPlansResolver {
  constructor(private readonly reader: PlanReader) {}

  @FieldResolver(() => PlanConnection, { description: "The plans of the app, newest first." })
  plans(
    @Root() { id: appId }: App,
    @Ctx() { actor, loaders }: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<ConnectionSource<Plan>> {
    return connectOfApp(loaders, { name: "plans", appId, page }, () => this.reader.plansOf(actor));
  }
}
