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
    description: "One variable; null when there is none that you may see.",
  })
  variable(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "Its id." }) id: string,
  ): Promise<Variable | null> {
    return this.reader.variable(actor, id);
  }

  @Query(() => VariableConnection, { description: "The words that administrators added to what templates see." })
  variables(@Ctx() { actor }: Context, @Args(() => PageArgs) page: PageArgs): Promise<ConnectionSource<Variable>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ name }) => [name],
      read: (limit) => this.reader.variables(actor, { after, limit }),
      count: () => this.reader.countVariables(actor),
    });
  }

  @Query(() => VariableValueConnection, {
    description: "Where a variable has a value, as far as you may see it, newest first.",
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
    description: "Adds a word to what templates see. Needs `template:manage`.",
  })
  async declareVariable(
    @Ctx() { actor }: Context,
    @Arg("input", () => DeclareVariableInputType, { description: "The new variable." })
    input: DeclareVariableInputType,
  ): Promise<VariablePayload> {
    const { entity: variable, cursor } = await this.service.declare(actor, input);
    return { variable, cursor };
  }

  @Mutation(() => VariablePayload, {
    description:
      "Changes a declaration. Refused when a published template would not be right any more, or a value does not suit. Needs `template:manage`.",
  })
  async updateVariable(
    @Ctx() { actor }: Context,
    @Arg("input", () => UpdateVariableInputType, { description: "What changes." }) input: UpdateVariableInputType,
  ): Promise<VariablePayload> {
    const { entity: variable, cursor } = await this.service.update(actor, input);
    return { variable, cursor };
  }

  @Mutation(() => VariablePayload, {
    description:
      "Takes a word away from templates, with all its values. Refused while a published template uses it. Needs `template:manage`.",
  })
  async deleteVariable(
    @Ctx() { actor }: Context,
    @Arg("input", () => VariableInput, { description: "Which variable." }) input: VariableInput,
  ): Promise<VariablePayload> {
    const { entity: variable, cursor } = await this.service.delete(actor, input);
    return { variable, cursor };
  }

  @Mutation(() => VariablePayload, {
    description:
      "Gives a variable a value. It counts as a publication does: build jobs and namespaces follow at once, what is live with an app's next release. Needs `app:update` for an app, `namespace:update` for a namespace, `template:manage` for everyone.",
  })
  async setVariable(
    @Ctx() { actor }: Context,
    @Arg("input", () => SetVariableInput, { description: "Which variable, where, and its value." })
    input: SetVariableInput,
  ): Promise<VariablePayload> {
    const { entity: variable, cursor } = await this.values.set(actor, input);
    return { variable, cursor };
  }

  @Mutation(() => VariablePayload, {
    description:
      "Takes a value away, so that the wider one counts. Refused where a template needs it. Needs `app:update` for an app, `namespace:update` for a namespace, `template:manage` for everyone.",
  })
  async unsetVariable(
    @Ctx() { actor }: Context,
    @Arg("input", () => VariablePlaceInputType, { description: "Which variable, and where." })
    input: VariablePlaceInputType,
  ): Promise<VariablePayload> {
    const { entity: variable, cursor } = await this.values.unset(actor, input);
    return { variable, cursor };
  }

  @FieldResolver(() => Json, { nullable: true, description: "What it holds where nobody set it." })
  defaultValue(@Root() { defaultContent }: Variable): VariableContent | null {
    return defaultContent?.is ?? null;
  }

  @FieldResolver(() => MemberType, { description: "Who declared it." })
  createdBy(@Root() { createdBy }: Variable, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }
}
