import { expect, test } from "@jest/globals";
import { appManifestTemplates, needsImage } from "../src/features/delivery/app/app-manifest-templates.js";
import { refusedOf } from "../src/rendering/allowed-objects.js";
import { templateKinds } from "../src/rendering/template-kinds.js";
import { objectKindOf, objectKinds } from "../src/upstreams/object-kinds.js";

const nameOf = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string =>
  `${apiVersion} ${kind}`;
const madeFor = (...uses: readonly string[]) =>
  Object.values(templateKinds).flatMap(({ use, promise }) => (promise && uses.includes(use) ? [promise] : []));

test("every kind that templates make for apps is in the registry, and the platform has the rights to make it", () => {
  expect(madeFor("APP").filter((made) => !objectKindOf(made)?.isApplied)).toEqual([]);
});

test("the platform asks for no right to make what no template in use makes", () => {
  const made = madeFor("APP", "NAMESPACE").map(nameOf);
  expect(objectKinds.filter((row) => row.isApplied && !made.includes(nameOf(row)))).toEqual([]);
});

test("templates may make every kind of the registry", () => {
  const refused = objectKinds.filter((row) => refusedOf({ ...row, metadata: { name: "web" } }, "web")?.path === "kind");
  expect(refused).toEqual([]);
});

test("a claim on storage is watched and checked for drift, and never pruned", () => {
  const claim = objectKindOf({ apiVersion: "v1", kind: "PersistentVolumeClaim" });
  expect(claim).toMatchObject({ watch: "EVERYWHERE", isDriftChecked: true, isPruned: false });
  expect(objectKinds.filter(({ isPruned }) => !isPruned).map(({ kind }) => kind)).toEqual(["PersistentVolumeClaim"]);
});

test("what an app consists of is applied in the order of the registry: what others use comes first", () => {
  expect(appManifestTemplates).toEqual([
    "kubernetes/configmap",
    "kubernetes/log-collector-config",
    "kubernetes/secret",
    "kubernetes/service-account",
    "kubernetes/network-policy",
    "kubernetes/service",
    "kubernetes/deployment",
    "kubernetes/horizontal-pod-autoscaler",
    "kubernetes/ingress",
  ]);
});

test("what runs an image, and what scales it, waits for the first image", () => {
  expect(appManifestTemplates.filter(needsImage)).toEqual([
    "kubernetes/deployment",
    "kubernetes/horizontal-pod-autoscaler",
  ]);
});
