import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Manifest } from "../../../upstreams/cluster-object.js";

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

/** An immutable release: an image, a revision of the spec, and the objects that the templates rendered from them. */
export class Release extends ReleaseSchema.class {}
ReleaseSchema.setClass(Release);
