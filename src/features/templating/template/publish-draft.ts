import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { IllegalState } from "../../../kernel/errors.js";
import { assertNoOpenRollout } from "../template-source/assert-no-open-rollout.js";
import { assertRequiredValues, variablesIn } from "../variable/variable-uses.js";
import { lockDeclaredVariables } from "../variable/effective-variables.js";
import { TemplateVersion, type Template } from "../template-source/template.entity.js";
import type { EffectiveTemplates } from "./effective-templates.js";

export function assertNotArchived({ archivedAt }: Template): void {
  if (archivedAt) throw new IllegalState("The template is archived. Create another one.", { phase: "ARCHIVED" });
}

/** The draft to publish, at once or in stages. */
export async function publishableDraft(em: SqlEntityManager, template: Template): Promise<TemplateVersion> {
  await assertNoOpenRollout(em, template.id);
  if (template.draftVersionId) return em.findOneOrFail(TemplateVersion, template.draftVersionId);
  throw new IllegalState("There is no draft to publish. Save one first.", { phase: "PUBLISHED" });
}

/**
 * Makes the draft an immutable version, if it is still valid: a source that was valid when it was saved may no longer
 * be.
 */
export async function freezeDraft(
  em: SqlEntityManager,
  effective: EffectiveTemplates,
  { template, draft, now }: { readonly template: Template; readonly draft: TemplateVersion; readonly now: Date },
): Promise<void> {
  effective.accept(template.kind, draft.source, await lockDeclaredVariables(em));
  await assertRequiredValues(em, variablesIn(template.kind, draft.source), template);
  draft.publishedAt = now;
  template.draftVersionId = null;
}
