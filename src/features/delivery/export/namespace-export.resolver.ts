import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import type { Context } from "../../foundation/context.js";
import type { NamespaceExports } from "./namespace-export.js";
import { NamespaceExportType } from "./namespace-export.type.js";

@Resolver()
export class NamespaceExportResolver {
  constructor(private readonly exports: NamespaceExports) {}

  @Query(() => NamespaceExportType, {
    description: "The content of a namespace's archive, and where to download it. Needs `namespace:read`.",
  })
  async exportNamespace(
    @Ctx() { actor }: Context,
    @Arg("namespace", () => ID, { description: "The id of the namespace." }) namespace: string,
  ): Promise<NamespaceExportType> {
    const { hash, paths } = await this.exports.summary(actor, namespace);
    return { path: `/exports/namespaces/${namespace}.tar.gz`, hash, fileCount: paths.length, files: paths };
  }
}
