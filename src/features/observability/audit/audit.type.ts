import { ArgsType, Field, ID, InputType, ObjectType } from "type-graphql";
import { connectionOf, Cursor, JsonObject, PageArgs, publishEnum, SafeInt } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import type { JournalEntry } from "../../../journal/journal-tail.js";

const ActorKind = { MEMBER: "MEMBER", PLATFORM: "PLATFORM" } as const;
publishEnum(ActorKind, "ActorKind", "Who caused an event: a member or the platform.", {
  MEMBER: "A member of the platform.",
  PLATFORM: "The platform itself, without a member.",
});

@ObjectType("JournalEntry", {
  implements: NodeType,
  description: "An entry of the journal: one event with its actor and its subject.",
})
export class JournalEntryType
  extends NodeType
  implements
    Pick<JournalEntry, "id" | "position" | "recordedAt" | "event" | "actorKind" | "actorName" | "subjectId" | "data">
{
  @Field(() => SafeInt, { description: "The entry's position in the journal: 1, 2, 3, without gaps." })
  readonly position!: number;
  @Field(() => Date, { description: "When the event was recorded." })
  readonly recordedAt!: Date;
  @Field(() => String, {
    description: "The name of the event, as `noun.pastTense`: `app.approved`, `build.succeeded`.",
  })
  readonly event!: string;
  @Field(() => ActorKind, { description: "Whether a member or the platform caused the event." })
  readonly actorKind!: JournalEntry["actorKind"];
  @Field(() => String, { description: "The actor's name at that time." })
  readonly actorName!: string;
  @Field(() => ID, { description: "The id of the object that changed, for `node`, if you may read it." })
  readonly subjectId!: string;
  @Field(() => JsonObject, { description: "Details of the event; their shape depends on the event's name." })
  readonly data!: JournalEntry["data"];
}
export const JournalEntryConnection = connectionOf(
  "JournalEntry",
  () => JournalEntryType,
  "the journal's entries, newest first",
);

@InputType({ description: "Conditions that the returned entries must meet." })
export class JournalFilterInput {
  @Field(() => ID, { nullable: true, description: "Returns only entries about this namespace and its content." })
  readonly namespaceId?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: "Returns only entries about this app, its builds, releases and rollouts.",
  })
  readonly appId?: string | null;
  @Field(() => [String], { nullable: true, description: "Returns only entries with these event names." })
  readonly events?: string[] | null;
}

@ArgsType()
export class JournalArgs extends PageArgs {
  @Field(() => JournalFilterInput, { nullable: true, description: "Conditions that the entries must meet." })
  readonly filter?: JournalFilterInput | null;
}

@ArgsType()
export class JournalEventsArgs {
  @Field(() => JournalFilterInput, { nullable: true, description: "Conditions that the entries must meet." })
  readonly filter?: JournalFilterInput | null;
  @Field(() => Cursor, {
    nullable: true,
    description:
      "Returns only entries after this cursor; only new ones when omitted. To miss nothing even if the connection is lost before the first event, pass the cursor of the newest edge of `journal` or of a mutation's payload.",
  })
  readonly after?: string | null;
}

@ObjectType("JournalEvent", { description: "An event that carries one new journal entry." })
export class JournalEventType {
  @Field(() => JournalEntryType, { description: "The journal entry that was recorded." })
  readonly entry!: JournalEntry;
  @Field(() => Cursor, { description: "The entry's cursor. Pass it as `after` to continue with the next entry." })
  readonly cursor!: string;
}
