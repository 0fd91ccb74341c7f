import { Field, Int, ObjectType } from "type-graphql";

@ObjectType("NamespaceExport", {
  description:
    "A namespace as files for Git: specs, live manifests and build jobs. The same state gives the same bytes. Secrets are included without their values.",
})
export class NamespaceExportType {
  @Field(() => String, {
    description: "The path on this server from which to download the archive (`.tar.gz`), with the same access token.",
  })
  readonly path!: string;
  @Field(() => String, { description: "A SHA-256 of all files, which stays the same while nothing changes." })
  readonly hash!: string;
  @Field(() => Int, { description: "The number of files in the archive." })
  readonly fileCount!: number;
  @Field(() => [String], { description: "The paths of the files, sorted by the names of the apps." })
  readonly files!: readonly string[];
}
