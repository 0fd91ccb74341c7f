import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { templateKinds } from "../../rendering/seed-templates.js";
import type { Template, TemplateVersion } from "./template.entity.js";

/** A source that is in force somewhere, and where. */
export interface InForce extends Pick<Template, "kind" | "namespaceId" | "appId">, Pick<TemplateVersion, "source"> {
  readonly templateId: string;
}

/** Everything that is in force anywhere, but for what came with the platform. */
export async function sourcesInForce(em: SqlEntityManager): Promise<InForce[]> {
  const found = await em.execute<InForce[]>(
    `select t.id as "templateId", t.kind, t.namespace_id as "namespaceId", t.app_id as "appId", v.source
     from template t join template_version v on v.id = t.published_version_id
     where t.archived_at is null order by t.id`,
  );
  // What an older or newer version of the platform knew is nothing to this one.
  return found.filter(({ kind }) => Object.hasOwn(templateKinds, kind));
}
