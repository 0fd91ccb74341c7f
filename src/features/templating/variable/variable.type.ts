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

publishEnum(VariableType, "VariableType", "The type of a variable's values.", {
  TEXT: "A text of at most 32768 characters.",
  NUMBER: "A number, with or without decimals.",
  BOOLEAN: "A boolean: true or false.",
  LIST: "A list of at most 200 texts.",
});
publishEnum(VariableLevel, "VariableLevel", "The level of a variable's value. The narrowest level wins.", {
  DEFAULT: "The default value of the declaration.",
  PLATFORM: "The value is for everyone.",
  NAMESPACE: "The value is for one namespace and its apps.",
  APP: "The value is for one app.",
});

@ObjectType("Variable", {
  implements: NodeType,
  description:
    "A variable that administrators declare and that templates read as `variables.<name>`. Its value is set for everyone, one namespace or one app.",
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
  @Field(() => String, { description: "The variable's name in templates; it never changes." })
  readonly name!: string;
  @Field(() => VariableType, { description: "The type of its values; it never changes." })
  readonly type!: VariableType;
  @Field(() => String, { description: "What the variable is for." })
  readonly description!: string;
  @Field(() => Boolean, {
    description:
      "Whether its values are encrypted and never shown again. A template may write it only into a Secret's `data` or `stringData`.",
  })
  readonly isSecret!: boolean;
  @Field(() => Boolean, {
    description:
      "Whether it must have a value wherever a template uses it. Otherwise it may be null, and templates must test it with an `#if` block.",
  })
  readonly isRequired!: boolean;
  @Field(() => [String], { description: "The only texts that are allowed as values; empty when every text is." })
  readonly allowed!: readonly string[];
  @Field(() => String, {
    nullable: true,
    description: "An RE2 regular expression (no look-around or back-references) that each text must match as a whole.",
  })
  readonly pattern!: string | null;
  @Field(() => Date, { description: "When the variable was declared." })
  readonly createdAt!: Date;
  @Field(() => Date, { description: "When the declaration was last changed." })
  readonly updatedAt!: Date;
  @Field(() => Int, {
    description: "A number that grows with every change of the declaration. Pass it as `expectedVersion`.",
  })
  readonly version!: number;
}
export const VariableConnection = connectionOf("Variable", () => VariableObjectType, "variables, by name");

@ObjectType("VariableValue", {
  implements: NodeType,
  description: "A value of a variable, for everyone, one namespace or one app.",
})
export class VariableValueType extends NodeType implements Pick<VariableValue, "id" | "setAt"> {
  @Field(() => Date, { description: "When the value was set." })
  readonly setAt!: Date;
}
export const VariableValueConnection = connectionOf(
  "VariableValue",
  () => VariableValueType,
  "a variable's values, newest first",
);

@ObjectType("HeldVariable", {
  description: "The value of a variable for one app or namespace, and the level that it comes from.",
})
export class HeldVariableType {
  @Field(() => VariableObjectType, { description: "The variable that the value is of." })
  readonly variable!: Variable;
  @Field(() => [VariableValueType], {
    description: "The effective value first, then those that it overrides; the default comes last.",
  })
  readonly chain!: readonly VariableValue[];
}

@ArgsType()
export class VariableValuesArgs extends PageArgs {
  @Field(() => ID, { description: "The id of the variable." })
  readonly variable!: string;
}

@InputType("DeclareVariableInput", { description: "The variable to declare." })
export class DeclareVariableInputType extends RepeatableInput {
  @Field(() => String, {
    description:
      "The variable's name: at most 63 letters, digits and _, with a lower-case letter first; it never changes.",
  })
  readonly name!: string;
  @Field(() => VariableType, { description: "The type of its values; it never changes." })
  readonly type!: VariableType;
  @Text({ content: "LINES" })
  @Field(() => String, { description: "What the variable is for; at most 500 characters." })
  readonly description!: string;
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the values are secret; only a TEXT can be. It never changes.",
  })
  readonly isSecret?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: "Whether it must have a value wherever a template uses it." })
  readonly isRequired?: boolean | null;
  @Text({ most: 32_768, content: "ANYTHING" })
  @Field(() => Json, { nullable: true, description: "The value where none is set." })
  readonly defaultValue?: VariableContent | null;
  @Text({ content: "ANYTHING" })
  @Field(() => [String], { nullable: true, description: "The only texts that are allowed as values." })
  readonly allowed?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description: "An RE2 regular expression (no look-around or back-references) that each text must match as a whole.",
  })
  readonly pattern?: string | null;
}

@InputType("UpdateVariableInput", {
  description:
    "The changes to a declaration. Omitted fields stay as they are; existing values must match the new declaration.",
})
export class UpdateVariableInputType extends EditInput {
  @Text({ content: "LINES" })
  @Field(() => String, { nullable: true, description: "What the variable is for; at most 500 characters." })
  readonly description?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Whether it must have a value wherever a template uses it." })
  readonly isRequired?: boolean | null;
  @Text({ most: 32_768, content: "ANYTHING" })
  @Field(() => Json, { nullable: true, description: "The value where none is set; null for no value." })
  readonly defaultValue?: VariableContent | null;
  @Text({ content: "ANYTHING" })
  @Field(() => [String], {
    nullable: true,
    description: "The only texts that are allowed as values; empty to allow every text.",
  })
  readonly allowed?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description:
      "An RE2 regular expression (no look-around or back-references) that each text must match as a whole; null for none.",
  })
  readonly pattern?: string | null;
}

@InputType({ description: "The variable to delete, and its expected version." })
export class VariableInput extends EditInput {}

@InputType("VariablePlaceInput", {
  description: "The variable, and the namespace or app; without either, for everyone.",
})
export class VariablePlaceInputType extends RepeatableInput {
  @Field(() => ID, { description: "The id of the variable." })
  readonly variableId!: string;
  @Field(() => ID, { nullable: true, description: "The id of the namespace that the value is for, with its apps." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "The id of the app that the value is for." })
  readonly appId?: string | null;
}

@InputType({ description: "The variable, its new value, and the namespace or app." })
export class SetVariableInput extends VariablePlaceInputType {
  @Text({ most: 32_768, content: "ANYTHING" })
  @Field(() => Json, {
    description: "The value, of the declared type: a text, a number, true or false, or a list of texts.",
  })
  readonly value!: VariableContent;
}

@ObjectType("VariablePayload", { description: "The variable after the change." })
export class VariablePayload extends MutationPayload {
  @Field(() => VariableObjectType, { description: "The variable after the change." })
  readonly variable!: Variable;
}
