import { Field, InputType } from "type-graphql";
import { EditInput } from "../../foundation/graphql.js";

@InputType({ description: "The app to retire, and its name as confirmation." })
export class RetireAppInput extends EditInput {
  @Field(() => String, { description: "The app's name, to confirm the retirement." })
  readonly confirmName!: string;
}
