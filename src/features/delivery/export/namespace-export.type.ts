import { Field, Int, ObjectType } from "type-graphql";

@ObjectType("NamespaceExport", {
  description:
    "A namespace as files for Git: specs, what is live as manifests, and build jobs. The same state gives the same bytes. Secrets are there without their values.",
})
export class NamespaceExportType {
  @Field(() => String, {
    description: "Where the archive (`.tar.gz`) is downloaded, at this server and with the same access token.",
  })
  readonly path!: string;
  @Field(() => String, { description: "SHA-256 of all files: the same while nothing has changed." })
  readonly hash!: string;
  @Field(() => Int, { description: "How many files there are." })
  readonly fileCount!: number;
  @Field(() => [String], { description: "The paths of the files, by the names of the apps." })
  readonly files!: readonly string[];
}
