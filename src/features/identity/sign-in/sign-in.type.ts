import { Field, ID, InputType } from "type-graphql";
import { RepeatableInput } from "../../foundation/graphql.js";
import { Text } from "../../foundation/text-bound.js";

@InputType({ description: "The e-mail address and the password." })
export class LoginInput {
  @Field(() => String, { description: "The e-mail address of the member." })
  readonly email!: string;
  @Text({ most: 200, content: "ANYTHING" })
  @Field(() => String, { description: "The password of the member." })
  readonly password!: string;
}

@InputType({ description: "The member whose login delay ends." })
export class LiftLoginDelayInput extends RepeatableInput {
  @Field(() => ID, { description: "The id of the member." })
  readonly memberId!: string;
}
