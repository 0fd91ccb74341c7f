import { Field, InputType } from "type-graphql";
import { EditInput } from "../../foundation/graphql.js";

@InputType({ description: "Which app, and the proof that you mean it." })
export class RetireAppInput extends EditInput {
  @Field(() => String, { description: "The app's name, typed again." })
  readonly confirmName!: string;
}
