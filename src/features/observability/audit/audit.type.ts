import { ArgsType, Field, ID, InputType, ObjectType } from "type-graphql";
import { connectionOf, Cursor, JsonObject, PageArgs, publishEnum, SafeInt } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import type { JournalEntry } from "../../../journal/journal-tail.js";

const ActorKind = { MEMBER: "MEMBER", PLATFORM: "PLATFORM" } as const;
publishEnum(ActorKind, "ActorKind", "Who did something.", { MEMBER: "A person.", PLATFORM: "The platform itself." });

@ObjectType("JournalEntry", { implements: NodeType, description: "One thing that happened." })
export class JournalEntryType
  extends NodeType
  implements
    Pick<JournalEntry, "id" | "position" | "recordedAt" | "event" | "actorKind" | "actorName" | "subjectId" | "data">
{
  @Field(() => SafeInt, { description: "Its place in the journal: 1, 2, 3, without gaps." })
  readonly position!: number;
  @Field(() => Date, { description: "When it happened." })
  readonly recordedAt!: Date;
  @Field(() => String, { description: "What happened, as `noun.pastTense`: `app.approved`, `build.succeeded`." })
  readonly event!: string;
  @Field(() => ActorKind, { description: "Whether a person did it or the platform." })
  readonly actorKind!: JournalEntry["actorKind"];
  @Field(() => String, { description: "Their name at that time." })
  readonly actorName!: string;
  @Field(() => ID, { description: "What it happened to: an id that `node` finds, if you may see it." })
  readonly subjectId!: string;
  @Field(() => JsonObject, { description: "What a reader needs to understand it; its shape depends on the event." })
  readonly data!: JournalEntry["data"];
}
export const JournalEntryConnection = connectionOf(
  "JournalEntry",
  () => JournalEntryType,
  "the journal's entries, newest first",
);

@InputType({ description: "Which entries." })
export class JournalFilterInput {
  @Field(() => ID, { nullable: true, description: "Only about this namespace and what is in it." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "Only about this app, its builds, releases and rollouts." })
  readonly appId?: string | null;
  @Field(() => [String], { nullable: true, description: "Only these events." })
  readonly events?: string[] | null;
}

@ArgsType()
export class JournalArgs extends PageArgs {
  @Field(() => JournalFilterInput, { nullable: true, description: "Which ones." })
  readonly filter?: JournalFilterInput | null;
}

@ArgsType()
export class JournalEventsArgs {
  @Field(() => JournalFilterInput, { nullable: true, description: "Which ones." })
  readonly filter?: JournalFilterInput | null;
  @Field(() => Cursor, {
    nullable: true,
    description:
      "Only what comes after this cursor; from now on when it is not given. A stream that is cut before its first event has no cursor yet: to miss nothing, begin with the one of the newest edge of `journal`, or of a mutation's payload.",
  })
  readonly after?: string | null;
}

@ObjectType("JournalEvent", { description: "An entry of the journal as it arrives." })
export class JournalEventType {
  @Field(() => JournalEntryType, { description: "The entry." })
  readonly entry!: JournalEntry;
  @Field(() => Cursor, { description: "Give it as `after` to go on behind this entry." })
  readonly cursor!: string;
}
