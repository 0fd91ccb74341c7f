import type { StructuredPatchHunk } from "diff";
import { Field, Int, ObjectType } from "type-graphql";

@ObjectType("TextHunk", { description: "A part of a text that was changed, with three lines around it." })
export class TextHunkType implements StructuredPatchHunk {
  @Field(() => Int, { description: "The first line of the part in the old text, from 1." })
  readonly oldStart!: number;
  @Field(() => Int, { description: "How many lines of the old text it shows." })
  readonly oldLines!: number;
  @Field(() => Int, { description: "The first line of the part in the new text, from 1." })
  readonly newStart!: number;
  @Field(() => Int, { description: "How many lines of the new text it shows." })
  readonly newLines!: number;
  @Field(() => [String], {
    description: "Its lines, each behind a space, a minus (only in the old text) or a plus (only in the new one).",
  })
  readonly lines!: string[];
}
