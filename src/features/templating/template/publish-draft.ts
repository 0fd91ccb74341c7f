import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { IllegalState } from "../../../kernel/errors.js";
import { refuseWhileOpen } from "../template-rollout/refuse-while-open.js";
import { requireValues, variablesIn } from "../variable/variable-uses.js";
import { heldVariables } from "../variable/variables-in-force.js";
import { TemplateVersion, type Template } from "./template.entity.js";
import type { TemplatesInForce } from "./templates.js";

export function refuseArchived({ archivedAt }: Template): void {
  if (archivedAt) throw new IllegalState("The template is archived. Create another one.", { phase: "ARCHIVED" });
}

/** The draft that is to be published, at once or by and by. */
export async function draftToPublish(em: SqlEntityManager, template: Template): Promise<TemplateVersion> {
  await refuseWhileOpen(em, template.id);
  if (template.draftVersionId) return em.findOneOrFail(TemplateVersion, template.draftVersionId);
  throw new IllegalState("There is no draft to publish. Save one first.", { phase: "PUBLISHED" });
}

/** Makes the draft a version that never changes again, if it is right still: what was so when it was saved may not be any more. */
export async function freezeDraft(
  em: SqlEntityManager,
  inForce: TemplatesInForce,
  { template, draft, now }: { readonly template: Template; readonly draft: TemplateVersion; readonly now: Date },
): Promise<void> {
  inForce.accept(template.kind, draft.source, await heldVariables(em));
  await requireValues(em, variablesIn(template.kind, draft.source), template);
  draft.publishedAt = now;
  template.draftVersionId = null;
}
