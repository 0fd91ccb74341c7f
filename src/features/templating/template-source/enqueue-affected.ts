import { isOfApps, templateKinds, type TemplateName } from "../../../rendering/template-kinds.js";
import { provisionedSql } from "../../delivery/app/app.entity.js";
import type { Change } from "../../foundation/change.js";
import type { Template } from "./template.entity.js";

/** Jobs and what stands without an image are made anew; what a release holds stays as it is until the next one. */
export async function enqueueAffected(
  change: Change,
  { kind, namespaceId, appId }: { readonly kind: TemplateName } & Pick<Template, "namespaceId" | "appId">,
): Promise<void> {
  if (isOfApps(kind)) {
    const apps = `select id from app where ${provisionedSql}`;
    if (appId) return change.requestAll("app", `${apps} and id = ?`, [appId]);
    if (namespaceId) return change.requestAll("app", `${apps} and namespace_id = ?`, [namespaceId]);
    return change.requestAll("app", apps, []);
  }
  if (templateKinds[kind].use !== "NAMESPACE") return;
  if (namespaceId) return change.request({ kind: "namespace", key: namespaceId });
  return change.requestAll("namespace", "select id from namespace", []);
}
