import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { VariableType, type VariableContent } from "../../../rendering/template-variables.js";
import {
  connectionOf,
  EditInput,
  Json,
  MutationPayload,
  PageArgs,
  publishEnum,
  RepeatableInput,
} from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { VariableLevel, type Variable, type VariableValue } from "./variable.entity.js";
import { Text } from "../../foundation/text-bound.js";

publishEnum(VariableType, "VariableType", "What a variable holds.", {
  TEXT: "A text of at most 32768 characters.",
  NUMBER: "A number.",
  BOOLEAN: "True or false.",
  LIST: "At most 200 texts.",
});
publishEnum(VariableLevel, "VariableLevel", "Whose value a variable has. The narrower level wins.", {
  DEFAULT: "Nobody's: it is what was declared.",
  PLATFORM: "Everyone's.",
  NAMESPACE: "That of one namespace and its apps.",
  APP: "That of one app.",
});

@ObjectType("Variable", {
  implements: NodeType,
  description:
    "A word that administrators add to what templates see, as `{{variables.<name>}}`. What it holds is set for everyone, one namespace or one app.",
})
export class VariableObjectType
  extends NodeType
  implements
    Pick<
      Variable,
      | "id"
      | "name"
      | "type"
      | "description"
      | "isSecret"
      | "isRequired"
      | "allowed"
      | "pattern"
      | "createdAt"
      | "updatedAt"
      | "version"
    >
{
  @Field(() => String, { description: "Its name in templates; it never changes." })
  readonly name!: string;
  @Field(() => VariableType, { description: "What it holds; it never changes." })
  readonly type!: VariableType;
  @Field(() => String, { description: "What it is for." })
  readonly description!: string;
  @Field(() => Boolean, {
    description:
      "Whether its values are encrypted and never shown again. A template may write it only into a Secret's `data` or `stringData`.",
  })
  readonly isSecret!: boolean;
  @Field(() => Boolean, {
    description:
      "Whether it must have a value wherever a template uses it. Otherwise it may be null, and templates guard it with `{{#if variables.<name>}}`.",
  })
  readonly isRequired!: boolean;
  @Field(() => [String], { description: "The only texts that it may hold; none when every text may be given." })
  readonly allowed!: readonly string[];
  @Field(() => String, {
    nullable: true,
    description:
      "A regular expression of RE2, without look-around and back-references, that each text must match as a whole.",
  })
  readonly pattern!: string | null;
  @Field(() => Date, { description: "When it was declared." })
  readonly createdAt!: Date;
  @Field(() => Date, { description: "When its declaration was changed last." })
  readonly updatedAt!: Date;
  @Field(() => Int, { description: "Grows with every change of the declaration; give it as `expectedVersion`." })
  readonly version!: number;
}
export const VariableConnection = connectionOf("Variable", () => VariableObjectType, "variables, by name");

@ObjectType("VariableValue", {
  implements: NodeType,
  description: "What a variable holds for everyone, in one namespace or for one app.",
})
export class VariableValueType extends NodeType implements Pick<VariableValue, "id" | "setAt"> {
  @Field(() => Date, { description: "When it was set." })
  readonly setAt!: Date;
}
export const VariableValueConnection = connectionOf(
  "VariableValue",
  () => VariableValueType,
  "a variable's values, newest first",
);

@ObjectType("HeldVariable", { description: "What a variable holds at one place, and where that comes from." })
export class HeldVariableType {
  @Field(() => VariableObjectType, { description: "The variable." })
  readonly variable!: Variable;
  @Field(() => [VariableValueType], {
    description: "The value that counts first, then those that it overrides; below them all is the default.",
  })
  readonly chain!: readonly VariableValue[];
}

@ArgsType()
export class VariableValuesArgs extends PageArgs {
  @Field(() => ID, { description: "The variable." })
  readonly variable!: string;
}

@InputType("DeclareVariableInput", { description: "A new variable." })
export class DeclareVariableInputType extends RepeatableInput {
  @Field(() => String, {
    description: "At most 63 letters, digits and _; it starts with a lower-case letter and never changes.",
  })
  readonly name!: string;
  @Field(() => VariableType, { description: "What it holds; it never changes." })
  readonly type!: VariableType;
  @Text({ content: "LINES" })
  @Field(() => String, { description: "What it is for; at most 500 characters." })
  readonly description!: string;
  @Field(() => Boolean, { nullable: true, description: "Whether it is secret; only a TEXT can be. It never changes." })
  readonly isSecret?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: "Whether it must have a value wherever a template uses it." })
  readonly isRequired?: boolean | null;
  @Text({ most: 32_768, content: "ANYTHING" })
  @Field(() => Json, { nullable: true, description: "What it holds where nobody set it." })
  readonly defaultValue?: VariableContent | null;
  @Text({ content: "ANYTHING" })
  @Field(() => [String], { nullable: true, description: "The only texts that it may hold." })
  readonly allowed?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description:
      "A regular expression of RE2, without look-around and back-references, that each text must match as a whole.",
  })
  readonly pattern?: string | null;
}

@InputType("UpdateVariableInput", {
  description: "What changes; what is not given stays. What the variable holds already must suit.",
})
export class UpdateVariableInputType extends EditInput {
  @Text({ content: "LINES" })
  @Field(() => String, { nullable: true, description: "What it is for; at most 500 characters." })
  readonly description?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Whether it must have a value wherever a template uses it." })
  readonly isRequired?: boolean | null;
  @Text({ most: 32_768, content: "ANYTHING" })
  @Field(() => Json, { nullable: true, description: "What it holds where nobody set it; null for nothing." })
  readonly defaultValue?: VariableContent | null;
  @Text({ content: "ANYTHING" })
  @Field(() => [String], { nullable: true, description: "The only texts that it may hold; none for every text." })
  readonly allowed?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description:
      "A regular expression of RE2, without look-around and back-references, that each text must match as a whole; null for none.",
  })
  readonly pattern?: string | null;
}

@InputType({ description: "Which variable." })
export class VariableInput extends EditInput {}

@InputType("VariablePlaceInput", { description: "Which variable, and where; without a place, for everyone." })
export class VariablePlaceInputType extends RepeatableInput {
  @Field(() => ID, { description: "The variable." })
  readonly variableId!: string;
  @Field(() => ID, { nullable: true, description: "Only in this namespace, for its apps too." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "Only for this app." })
  readonly appId?: string | null;
}

@InputType({ description: "Which variable, where, and what it holds there." })
export class SetVariableInput extends VariablePlaceInputType {
  @Text({ most: 32_768, content: "ANYTHING" })
  @Field(() => Json, {
    description: "What it holds, of the type that was declared: a text, a number, true or false, or a list of texts.",
  })
  readonly value!: VariableContent;
}

@ObjectType("VariablePayload", { description: "The variable as it is now." })
export class VariablePayload extends MutationPayload {
  @Field(() => VariableObjectType, { description: "The variable." })
  readonly variable!: Variable;
}
