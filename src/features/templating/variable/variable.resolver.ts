import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import type { VariableContent } from "../../../rendering/template-variables.js";
import { decodeCursor } from "../../../kernel/page.js";
import { Member } from "../../identity/member/member.entity.js";
import { MemberType } from "../../identity/member/member.type.js";
import type { Context } from "../../foundation/context.js";
import { connect, Json, PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import type { Variable, VariableValue } from "./variable.entity.js";
import type { VariableReader } from "./variable.reader.js";
import type { VariableService } from "./variable.service.js";
import type { VariableValueService } from "./variable-value.service.js";
import {
  DeclareVariableInputType,
  SetVariableInput,
  UpdateVariableInputType,
  VariableConnection,
  VariableInput,
  VariableObjectType,
  VariablePayload,
  VariablePlaceInputType,
  VariableValueConnection,
  VariableValuesArgs,
} from "./variable.type.js";

@Resolver(() => VariableObjectType)
export class VariableResolver {
  constructor(
    private readonly service: VariableService,
    private readonly values: VariableValueService,
    private readonly reader: VariableReader,
  ) {}

  @Query(() => VariableObjectType, {
    nullable: true,
    description: "The variable with this id; null when it does not exist or you may not read it.",
  })
  variable(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "The id of the variable." }) id: string,
  ): Promise<Variable | null> {
    return this.reader.variable(actor, id);
  }

  @Query(() => VariableConnection, { description: "The variables that administrators declared for templates." })
  variables(@Ctx() { actor }: Context, @Args(() => PageArgs) page: PageArgs): Promise<ConnectionSource<Variable>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ name }) => [name],
      read: (limit) => this.reader.variables(actor, { after, limit }),
      count: () => this.reader.countVariables(actor),
    });
  }

  @Query(() => VariableValueConnection, {
    description: "The values of a variable that you may read, newest first.",
  })
  variableValues(
    @Ctx() { actor }: Context,
    @Args(() => VariableValuesArgs) { variable, ...page }: VariableValuesArgs,
  ): Promise<ConnectionSource<VariableValue>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.reader.values(actor, variable, { after, limit }),
      count: () => this.reader.countValues(actor, variable),
    });
  }

  @Mutation(() => VariablePayload, {
    description: "Declares a variable that templates can use. Needs `template:manage`.",
  })
  async declareVariable(
    @Ctx() { actor }: Context,
    @Arg("input", () => DeclareVariableInputType, { description: "The variable to declare." })
    input: DeclareVariableInputType,
  ): Promise<VariablePayload> {
    const { entity: variable, cursor } = await this.service.declare(actor, input);
    return { variable, cursor };
  }

  @Mutation(() => VariablePayload, {
    description:
      "Changes the declaration of a variable. Refused when a published template would become invalid or an existing value would not match. Needs `template:manage`.",
  })
  async updateVariable(
    @Ctx() { actor }: Context,
    @Arg("input", () => UpdateVariableInputType, { description: "The changes to the declaration." })
    input: UpdateVariableInputType,
  ): Promise<VariablePayload> {
    const { entity: variable, cursor } = await this.service.update(actor, input);
    return { variable, cursor };
  }

  @Mutation(() => VariablePayload, {
    description:
      "Deletes a variable with all its values. Refused while a published template uses it. Needs `template:manage`.",
  })
  async deleteVariable(
    @Ctx() { actor }: Context,
    @Arg("input", () => VariableInput, { description: "The variable to delete, and its expected version." })
    input: VariableInput,
  ): Promise<VariablePayload> {
    const { entity: variable, cursor } = await this.service.delete(actor, input);
    return { variable, cursor };
  }

  @Mutation(() => VariablePayload, {
    description:
      "Sets the value of a variable. Build jobs and namespaces follow at once, live apps with their next release. Needs `app:update` for an app, `namespace:update` for a namespace, `template:manage` for everyone.",
  })
  async setVariable(
    @Ctx() { actor }: Context,
    @Arg("input", () => SetVariableInput, { description: "The variable, its new value, and the namespace or app." })
    input: SetVariableInput,
  ): Promise<VariablePayload> {
    const { entity: variable, cursor } = await this.values.set(actor, input);
    return { variable, cursor };
  }

  @Mutation(() => VariablePayload, {
    description:
      "Removes a value, so that the wider level's value counts. Refused where a template needs it. Needs `app:update` for an app, `namespace:update` for a namespace, `template:manage` for everyone.",
  })
  async unsetVariable(
    @Ctx() { actor }: Context,
    @Arg("input", () => VariablePlaceInputType, {
      description: "The variable, and the namespace or app whose value is removed.",
    })
    input: VariablePlaceInputType,
  ): Promise<VariablePayload> {
    const { entity: variable, cursor } = await this.values.unset(actor, input);
    return { variable, cursor };
  }

  @FieldResolver(() => Json, { nullable: true, description: "The value where none is set." })
  defaultValue(@Root() { defaultContent }: Variable): VariableContent | null {
    return defaultContent?.is ?? null;
  }

  @FieldResolver(() => MemberType, { description: "The member who declared the variable." })
  createdBy(@Root() { createdBy }: Variable, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }
}
