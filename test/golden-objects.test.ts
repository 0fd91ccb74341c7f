import { describe, expect, test } from "@jest/globals";
import { goldenContainers, goldenObjects } from "./support/golden-objects.js";
import { containerProblems, shapeProblems } from "./support/kubernetes-shapes.js";

/** By the types of the Kubernetes release that the client library was generated from; Istio's objects are not among them. */
describe("by the types of a current Kubernetes", () => {
  const known = goldenObjects.filter(({ object }) => !object.apiVersion.includes("istio.io"));

  test.each(known)("$pair has no field that Kubernetes has not, and no value of another type", ({ object }) => {
    expect(shapeProblems(object)).toEqual([]);
  });

  test.each(goldenContainers)("$pair is a container", ({ made }) => {
    expect(containerProblems(made)).toEqual([]);
  });

  test("and this test would notice", () => {
    const { object } = known.find(({ pair }) => pair === "kubernetes/deployment")!;
    const wrong = { ...object, spec: { ...(object["spec"] as object), replica: 1, revisionHistoryLimit: "5" } };
    expect(shapeProblems(wrong)).toEqual([
      "Deployment.spec.revisionHistoryLimit is no number",
      "Deployment.spec has no field replica",
    ]);
    expect(shapeProblems({ ...object, kind: "Deploiment" })).toEqual([
      "Deploiment: Kubernetes has no type V1Deploiment",
    ]);
  });
});
