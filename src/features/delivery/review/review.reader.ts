import type { Actor } from "../../../kernel/actor.js";
import { inAppsOf, type Filter } from "../../foundation/filter.js";
import type { ListOfApps, ReadModel } from "../../foundation/read-model.js";
import type { Policy } from "../../identity/access/policy.js";
import { Review } from "./review.entity.js";

/** Reads reviews for those who may see the app. */
export class ReviewReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
  ) {}

  async review(actor: Actor, id: string): Promise<Review | null> {
    return this.readModel.one(Review, (reviews) => reviews.where("id", "=", id).$call(this.visible(actor)));
  }

  /** The reviews of each app. */
  reviewsOf(actor: Actor): ListOfApps<Review> {
    return this.readModel.ofApps(Review, this.visible(actor));
  }

  private visible(actor: Actor): Filter<Review> {
    return inAppsOf(this.policy.visibleNamespaces(actor));
  }
}
