import { structuredPatch, type StructuredPatchHunk } from "diff";
import { RenderingError } from "../../../rendering/rendering-error.js";
import { isOfApps, makesObject, type TemplateName } from "../../../rendering/template-kinds.js";
import type { Actor } from "../../../kernel/actor.js";
import { IllegalState, InvalidInput, NotFound } from "../../../kernel/errors.js";
import { decodeCursor, encodeCursor } from "../../../kernel/page.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import type { StreamEvent } from "../../../streams/stream-event.js";
import { ResumableReader } from "../../../streams/resumable-reader.js";
import type { Policy } from "../../identity/access/policy.js";
import type { AppManifests, AppRenderer } from "../../delivery/app/app-manifests.js";
import { App, AppRevision, whereProvisioned } from "../../delivery/app/app.entity.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { objectChanges, type ObjectChange } from "../../delivery/object-change/object-changes.js";
import { conditionAfter, conditionOf, type Condition } from "../../foundation/condition.js";
import type { ReadModel } from "../../foundation/read-model.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import { behind, ifGiven, type Filter } from "../../foundation/filter.js";
import { Template, TemplateVersion } from "../template-source/template.entity.js";
import type { EffectiveTemplates } from "./effective-templates.js";
import { versionOf } from "./template-set.js";

/** The number of apps that are checked between two progress events: some tens of milliseconds of blocked event loop. */
const pageSize = 20;

/** The changes that publishing a draft would make in one app; without an app, the progress of the check. */
export interface TemplateImpact extends StreamEvent {
  readonly app: App | null;
  readonly changes: readonly ObjectChange[];
  readonly hunks: readonly StructuredPatchHunk[];
  /** Why the draft cannot be rendered for this app. */
  readonly condition: Condition | null;
  readonly checked: number;
  readonly total: number;
}

/** The apps to check: those that have rendered objects, in the order of their ids. */
interface DraftCheck {
  readonly template: Template;
  readonly draft: TemplateVersion;
  readonly total: number;
}

/** Computes the effect of publishing a draft. */
export class TemplateImpacts {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
    private readonly templates: EffectiveTemplates,
    private readonly manifests: AppManifests,
  ) {}

  /** Every app that the draft changes, and the end when all apps are checked. */
  async of(actor: Actor, templateId: string, after?: string | null): Promise<Stream<TemplateImpact>> {
    this.policy.require(actor, "template:manage");
    const template = await this.readModel.byId(Template, templateId);
    if (!template) throw new NotFound("template", templateId);
    if (!isOfApps(template.kind))
      throw new InvalidInput([{ path: "template", message: "Nothing of an app is made by this kind of template." }]);
    const draft = template.draftVersionId ? await this.readModel.byId(TemplateVersion, template.draftVersionId) : null;
    if (!draft || template.archivedAt)
      throw new IllegalState("There is no draft to look at. Save one first.", { phase: "PUBLISHED" });
    const check = { template, draft, total: await this.readModel.count(App, affected(template)) };
    const [lastId, checked = "0", hash] = decodeCursor(after, 3) ?? [];
    if (hash !== undefined && (hash !== versionOf(draft.source) || !/^\d{1,9}$/.test(checked)))
      throw new InvalidInput([{ path: "after", message: "The draft has changed since. Begin anew." }]);
    let progress = { lastId, checked: Number(checked) };
    return new ResumableReader(
      async () => {
        const { events, next } = await this.page(check, progress);
        progress = next;
        return events.length > 0 ? events : undefined;
      },
      () => () => undefined,
    );
  }

  private async page(
    check: DraftCheck,
    { lastId, checked }: Progress,
  ): Promise<{ events: TemplateImpact[]; next: Progress }> {
    const { template, draft, total } = check;
    const { kind, namespaceId, appId } = template;
    const apps = await this.readModel.list(App, (all) =>
      all.$call(affected(template)).$call(behind("id", lastId)).orderBy("id").limit(pageSize),
    );
    if (apps.length === 0) return { events: [], next: { lastId, checked } };
    const [namespaces, revisions, templates] = await Promise.all([
      this.readModel.byIds(Namespace, [...new Set(apps.map(({ namespaceId }) => namespaceId))]),
      this.readModel.byIds(
        AppRevision,
        apps.map(({ approvedRevisionId }) => approvedRevisionId!),
      ),
      this.templates.diff(apps, { kind, namespaceId, appId, source: draft.source }),
    ]);
    const events: TemplateImpact[] = [];
    let at = checked;
    const event = (app: App, more: Partial<TemplateImpact> = {}): TemplateImpact => {
      const cursor = encodeCursor([app.id, String(at), versionOf(draft.source)]);
      return { app, changes: [], hunks: [], condition: null, checked: at, total: Math.max(total, at), cursor, ...more };
    };
    for (const [index, app] of apps.entries()) {
      at++;
      const namespace = namespaces.find(({ id }) => id === app.namespaceId)!;
      const { spec } = revisions.find(({ id }) => id === app.approvedRevisionId)!;
      const render = (renderer: AppRenderer) => rendered(kind, renderer, app, namespace, spec);
      try {
        const { without, including } = templates[index]!;
        const [before, after] = [render(this.manifests.by(without)), render(this.manifests.by(including))];
        const changes = objectChanges(before.objects, after.objects);
        const { hunks } = structuredPatch("", "", before.text, after.text);
        if (changes.length > 0 || hunks.length > 0) events.push(event(app, { changes, hunks }));
      } catch (error) {
        if (!(error instanceof RenderingError)) throw error;
        // The draft cannot be rendered since it was saved.
        events.push(event(app, { condition: conditionAfter(null, conditionOf(error), draft.createdAt) }));
      }
    }
    const last = apps.at(-1)!;
    return { events: [...events, event(last, { app: null })], next: { lastId: last.id, checked: at } };
  }
}

interface Progress {
  readonly lastId: string | undefined;
  readonly checked: number;
}

const affected =
  ({ namespaceId, appId }: Template): Filter<App> =>
  (apps) =>
    apps.$call(whereProvisioned).$call(ifGiven("namespaceId", namespaceId)).$call(ifGiven("id", appId));

/** The output of a template of this kind for an app: an object, or a part of its job. */
function rendered(
  kind: TemplateName,
  renderer: AppRenderer,
  ...input: Parameters<AppRenderer["job"]>
): { readonly objects: Manifest[]; readonly text: string } {
  return makesObject(kind)
    ? { objects: renderer.objects(kind, ...input), text: "" }
    : { objects: [], text: renderer.job(...input) };
}
