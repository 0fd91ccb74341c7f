import type { StructuredPatchHunk } from "diff";
import { Field, Int, ObjectType } from "type-graphql";

@ObjectType("TextHunk", { description: "A hunk of a unified diff, with three lines of context." })
export class TextHunkType implements StructuredPatchHunk {
  @Field(() => Int, { description: "The hunk's first line in the old text, counted from 1." })
  readonly oldStart!: number;
  @Field(() => Int, { description: "The number of lines of the old text in the hunk." })
  readonly oldLines!: number;
  @Field(() => Int, { description: "The hunk's first line in the new text, counted from 1." })
  readonly newStart!: number;
  @Field(() => Int, { description: "The number of lines of the new text in the hunk." })
  readonly newLines!: number;
  @Field(() => [String], {
    description:
      "The lines of the hunk, each prefixed by a space, a minus (only in the old text) or a plus (only in the new text).",
  })
  readonly lines!: string[];
}
