import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { MemberType } from "../../identity/member/member.type.js";
import { Member } from "../../identity/member/member.entity.js";
import { type App, AppRevision } from "../app/app.entity.js";
import { AppInput, AppPayload, AppRevisionType, AppType } from "../app/app.type.js";
import type { Context } from "../../foundation/context.js";
import { PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import { connectOfApp } from "../../foundation/app-list.js";
import type { Review } from "./review.entity.js";
import type { ReviewReader } from "./review.reader.js";
import type { ReviewService } from "./review.service.js";
import { RejectAppInput, ReviewConnection, ReviewType } from "./review.type.js";

@Resolver(() => ReviewType)
export class ReviewResolver {
  constructor(private readonly service: ReviewService) {}

  @Mutation(() => AppPayload, { description: "Submits the app's newest revision for review. Needs `app:submit`." })
  async submitApp(
    @Ctx() { actor }: Context,
    @Arg("input", () => AppInput, { description: "The app to change, and its expected version." }) input: AppInput,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.submit(actor, input);
    return { app, cursor };
  }

  @Mutation(() => AppPayload, {
    description:
      "Approves an app under review; its upstream objects are created in the background. Refused when the templates cannot render it, for instance because a variable has no value. Needs `app:review`, and `app:privilege` for a `security` that asks for more than what is approved, whoever saved it.",
  })
  async approveApp(
    @Ctx() { actor }: Context,
    @Arg("input", () => AppInput, { description: "The app to change, and its expected version." }) input: AppInput,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.approve(actor, input);
    return { app, cursor };
  }

  @Mutation(() => AppPayload, {
    description: "Rejects an app under review with a reason. The spec is kept. Needs `app:review`.",
  })
  async rejectApp(
    @Ctx() { actor }: Context,
    @Arg("input", () => RejectAppInput, { description: "The app to reject, and the reason." }) input: RejectAppInput,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.reject(actor, input);
    return { app, cursor };
  }

  @FieldResolver(() => MemberType, { description: "The member who submitted the revision." })
  submittedBy(@Root() { submittedBy }: Review, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(submittedBy);
  }

  @FieldResolver(() => MemberType, { nullable: true, description: "The member who approved or rejected the revision." })
  decidedBy(@Root() { decidedBy }: Review, @Ctx() { loaders }: Context): Promise<Member | null> | null {
    return decidedBy ? loaders.byId(Member).load(decidedBy) : null;
  }

  @FieldResolver(() => AppRevisionType, { description: "The revision that was reviewed." })
  revision(@Root() { revisionId }: Review, @Ctx() { loaders }: Context): Promise<AppRevision | null> {
    return loaders.byId(AppRevision).load(revisionId);
  }
}

@Resolver(() => AppType)
export class AppReviewsResolver {
  constructor(private readonly reader: ReviewReader) {}

  @FieldResolver(() => ReviewConnection, { description: "The reviews of the app, newest first." })
  reviews(
    @Root() { id: appId }: App,
    @Ctx() { actor, loaders }: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<ConnectionSource<Review>> {
    return connectOfApp(loaders, { name: "reviews", appId, page }, () => this.reader.reviewsOf(actor));
  }
}
