import { defineEntity, p } from "@mikro-orm/postgresql";

export const ReviewDecision = { PENDING: "PENDING", APPROVED: "APPROVED", REJECTED: "REJECTED" } as const;
export type ReviewDecision = keyof typeof ReviewDecision;

const ReviewSchema = defineEntity({
  name: "Review",
  tableName: "review",
  properties: {
    id: p.text().primary(),
    appId: p.text(),
    revisionId: p.text(),
    decision: p.text().$type<ReviewDecision>().default("PENDING"),
    reason: p.text().nullable(),
    submittedBy: p.text(),
    submittedAt: p.datetime().onCreate(() => new Date()),
    decidedBy: p.text().nullable(),
    decidedAt: p.datetime().nullable(),
  },
});

/** The review of one submitted revision. */
export class Review extends ReviewSchema.class {}
ReviewSchema.setClass(Review);
