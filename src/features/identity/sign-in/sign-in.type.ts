import { Field, ID, InputType } from "type-graphql";
import { RepeatableInput } from "../../foundation/graphql.js";
import { Text } from "../../foundation/text-bound.js";

@InputType({ description: "Who logs in." })
export class LoginInput {
  @Field(() => String, { description: "The e-mail address." })
  readonly email!: string;
  @Text({ most: 200, content: "ANYTHING" })
  @Field(() => String, { description: "The password." })
  readonly password!: string;
}

@InputType({ description: "Whose logins are not delayed any more." })
export class LiftLoginDelayInput extends RepeatableInput {
  @Field(() => ID, { description: "The member." })
  readonly memberId!: string;
}
