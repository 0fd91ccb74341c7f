import { Arg, Args, ArgsType, Ctx, Field, ID, ObjectType, Query, Resolver } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import { Language } from "../../delivery/app/app-spec.js";
import type { Context } from "../../foundation/context.js";
import { connect, connectionOf, PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { placeOf, type Dockerfile, type DockerfileLibrary } from "./dockerfile-library.js";

@ObjectType("Dockerfile", {
  implements: NodeType,
  description: "A Dockerfile to begin with: copy its source into your repository, and change what you like.",
})
class DockerfileType extends NodeType implements Dockerfile {
  @Field(() => String, { description: "What people call it: `Go 1.25`." })
  readonly name!: string;
  @Field(() => Language, { description: "What it builds." })
  readonly language!: Language;
  @Field(() => String, { description: "The version of the language, as tags of images say it." })
  readonly version!: string;
  @Field(() => String, { description: "What it is good for, and what it expects." })
  readonly description!: string;
  @Field(() => String, { description: "The Dockerfile, ready to be used." })
  readonly source!: string;
}
const DockerfileConnection = connectionOf("Dockerfile", () => DockerfileType, "the library of Dockerfiles");

@ArgsType()
class DockerfilesArgs extends PageArgs {
  @Field(() => Language, { nullable: true, description: "Only those for this language." })
  readonly language?: Language | null;
}

@Resolver(() => DockerfileType)
export class DockerfileResolver {
  constructor(private readonly library: DockerfileLibrary) {}

  @Query(() => DockerfileConnection, {
    description:
      "Dockerfiles to begin with, by language and version. Administrators put their own in the place of a language's by a template of its kind for everyone.",
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
    description: "One Dockerfile of the library; null when there is none.",
  })
  dockerfile(
    @Ctx() { actor: _mustBeSomebody }: Context,
    @Arg("id", () => ID, { description: "Its id." }) id: string,
  ): Promise<Dockerfile | null> {
    return this.library.dockerfile(id);
  }
}
