import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import type { AreaOperations, FindNode } from "../../features/foundation/area.js";
import type { Context } from "../../features/foundation/context.js";
import { NodeType } from "../../features/foundation/node.type.js";
import { idPrefixes, kindOfId, type NodeKind } from "../../kernel/ids.js";

@Resolver()
export class NodeResolver {
  private readonly byKind = new Map<NodeKind, FindNode>();

  /** Throws when a kind of id is found by no area, or by two. */
  constructor(areas: readonly Pick<AreaOperations, "nodes">[]) {
    for (const { nodes = {} } of areas) {
      for (const [kind, find] of Object.entries(nodes) as [NodeKind, FindNode][]) {
        if (this.byKind.has(kind)) throw new Error(`Two areas find the node ${kind}.`);
        this.byKind.set(kind, find);
      }
    }
    for (const kind of Object.keys(idPrefixes) as NodeKind[])
      if (!this.byKind.has(kind)) throw new Error(`No area finds the node ${kind}.`);
  }

  @Query(() => NodeType, {
    nullable: true,
    description: "The object with this global id; null when it does not exist or you may not read it.",
  })
  async node(
    @Ctx() context: Context,
    @Arg("id", () => ID, { description: "The global id of the object." }) id: string,
  ): Promise<NodeType | null> {
    const { actor: _mustBeSomebody } = context;
    const kind = kindOfId(id);
    const find = kind && this.byKind.get(kind);
    return find ? find(context, id) : null;
  }
}
