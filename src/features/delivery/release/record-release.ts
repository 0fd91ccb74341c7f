import type { App } from "../app/app.entity.js";
import type { Build } from "../build/build.entity.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { Release } from "./release.entity.js";

type Content = Pick<Release, "id" | "number" | "revisionId" | "image" | "templateVersions" | "manifests">;

/** Creates a release, with its journal event. `isHeld`: it is not deployed automatically. */
export async function recordRelease(
  unit: UnitOfWork,
  app: App,
  build: Pick<Build, "id" | "number"> | null,
  content: Content,
  isHeld = false,
): Promise<Release> {
  const release = unit.em.create(Release, { ...content, appId: app.id, buildId: build?.id ?? null });
  await unit.em.flush();
  const { id: subjectId, number, image } = release;
  await unit.record({
    event: "release.created",
    subjectId,
    namespaceId: app.namespaceId,
    appId: app.id,
    data: { app: app.name, number, image, build: build?.number ?? null, ...(isHeld && { isHeld }) },
  });
  return release;
}
