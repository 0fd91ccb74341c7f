import { Field, ID, InterfaceType } from "type-graphql";
import { kindOfId } from "../../kernel/ids.js";

/** What every entity of the graph is: something with a global id. */
@InterfaceType("Node", {
  description: "An object with a global id, which `node(id)` finds.",
  resolveType: (value: { readonly id: string }) => kindOfId(value.id) ?? "",
})
export abstract class NodeType {
  @Field(() => ID, {
    description: "The global id: a prefix for the type, and 32 hex digits that sort by age.",
  })
  readonly id!: string;
}
