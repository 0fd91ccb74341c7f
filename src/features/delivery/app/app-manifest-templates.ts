import { templateKinds, type TemplateName } from "../../../rendering/template-kinds.js";
import { applyOrderOf, objectKindOf } from "../../../upstreams/object-kinds.js";

const orderOf = (name: TemplateName): number => applyOrderOf(templateKinds[name].promise!);

/** The templates whose objects an app consists of, in the order in which those are applied. */
export const appManifestTemplates: readonly TemplateName[] = (Object.keys(templateKinds) as TemplateName[])
  .filter((name) => templateKinds[name].use === "APP" && templateKinds[name].promise)
  .sort((a, b) => orderOf(a) - orderOf(b));

/** Whether what a template makes has to wait for the app's first image. */
export const needsImage = (name: TemplateName): boolean => {
  const { promise } = templateKinds[name];
  return (promise && objectKindOf(promise)?.needsImage) ?? false;
};
