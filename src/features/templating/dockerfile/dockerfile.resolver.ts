import { Arg, Args, ArgsType, Ctx, Field, ID, ObjectType, Query, Resolver } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import { Language } from "../../delivery/app/app-spec.js";
import type { Context } from "../../foundation/context.js";
import { connect, connectionOf, PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { placeOf, type Dockerfile, type DockerfileLibrary } from "./dockerfile-library.js";

@ObjectType("Dockerfile", {
  implements: NodeType,
  description: "A sample Dockerfile: copy its source into your repository and adapt it.",
})
class DockerfileType extends NodeType implements Dockerfile {
  @Field(() => String, { description: "The Dockerfile's name, like `Go 1.25`." })
  readonly name!: string;
  @Field(() => Language, { description: "The language of the apps that it builds." })
  readonly language!: Language;
  @Field(() => String, { description: "The version of the language, as in image tags." })
  readonly version!: string;
  @Field(() => String, { description: "What the Dockerfile builds, and what it expects of the repository." })
  readonly description!: string;
  @Field(() => String, { description: "The source of the Dockerfile, ready to use." })
  readonly source!: string;
}
const DockerfileConnection = connectionOf("Dockerfile", () => DockerfileType, "Dockerfiles of the library");

@ArgsType()
class DockerfilesArgs extends PageArgs {
  @Field(() => Language, { nullable: true, description: "Returns only Dockerfiles for this language." })
  readonly language?: Language | null;
}

@Resolver(() => DockerfileType)
export class DockerfileResolver {
  constructor(private readonly library: DockerfileLibrary) {}

  @Query(() => DockerfileConnection, {
    description:
      "The library of sample Dockerfiles, sorted by language and version. Administrators replace the one of a language by a platform-wide template of its kind.",
  })
  dockerfiles(
    @Ctx() { actor: _mustBeSomebody }: Context,
    @Args(() => DockerfilesArgs) { language, ...page }: DockerfilesArgs,
  ): Promise<ConnectionSource<Dockerfile>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: (dockerfile) => [placeOf(dockerfile)],
      read: (limit) => this.library.list(language ?? null, { after, limit }),
      count: () => Promise.resolve(this.library.count(language ?? null)),
    });
  }

  @Query(() => DockerfileType, {
    nullable: true,
    description: "The Dockerfile of this language and version; null when the library has none.",
  })
  dockerfile(
    @Ctx() { actor: _mustBeSomebody }: Context,
    @Arg("id", () => ID, { description: "The id of the Dockerfile." }) id: string,
  ): Promise<Dockerfile | null> {
    return this.library.dockerfile(id);
  }
}
