import { isOfApps, templateKinds, type TemplateName } from "../../../rendering/template-kinds.js";
import { provisionedSql } from "../../delivery/app/app.entity.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import type { Template } from "./template.entity.js";

/**
 * Enqueues the apps and namespaces whose job or image-independent objects are rendered again. The objects of a release
 * stay until the next one.
 */
export async function enqueueAffected(
  unit: UnitOfWork,
  { kind, namespaceId, appId }: { readonly kind: TemplateName } & Pick<Template, "namespaceId" | "appId">,
): Promise<void> {
  if (isOfApps(kind)) {
    const apps = `select id from app where ${provisionedSql}`;
    if (appId) return unit.enqueueAll("app", `${apps} and id = ?`, [appId]);
    if (namespaceId) return unit.enqueueAll("app", `${apps} and namespace_id = ?`, [namespaceId]);
    return unit.enqueueAll("app", apps, []);
  }
  if (templateKinds[kind].use !== "NAMESPACE") return;
  if (namespaceId) return unit.enqueue({ kind: "namespace", key: namespaceId });
  return unit.enqueueAll("namespace", "select id from namespace", []);
}
