import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Manifest } from "../../../upstreams/cluster.js";

const ReleaseSchema = defineEntity({
  name: "Release",
  tableName: "release",
  properties: {
    id: p.text().primary(),
    appId: p.text(),
    number: p.integer(),
    buildId: p.text().nullable(),
    revisionId: p.text(),
    image: p.text(),
    templateVersions: p.json<Record<string, string>>(),
    manifests: p.json<Manifest[]>(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});

/** Immutable content that can be put live: an image, a revision of the spec, and the objects that the templates made of them. */
export class Release extends ReleaseSchema.class {}
ReleaseSchema.setClass(Release);
