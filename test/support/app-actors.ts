import { expect } from "@jest/globals";
import type { OrreryClient, Untyped } from "../../src/demo/orrery-client.js";
import { refusal } from "./refusal.js";
import { createNamespace, type TestServer } from "./test-server.js";

/** The clients that an app concerns, and those that it does not, with checks of what each of them gets. */
export async function openActors(server: TestServer) {
  const admin = await server.login();
  const [shop, elsewhere] = await Promise.all([createNamespace(admin, "shop"), createNamespace(admin, "elsewhere")]);
  const nobody = server.anonymous();
  const ann = await server.member(admin, "DEVELOPER", shop.id);
  const roleless = await server.member(admin);
  const viewer = await server.member(admin, "VIEWER", shop.id);
  const otherTenant = await server.member(admin, "DEVELOPER", elsewhere.id);

  return {
    namespaceId: shop.id,
    admin,
    /** The app's developer. */
    ann,
    viewer,
    nobody,
    roleless,
    otherTenant,

    /** The mutation is refused to everybody whom it does not concern, each with their own answer. */
    refusedToOthers: async (mutation: string, input: object, permission: string, isReview = false): Promise<void> => {
      const as = (client: OrreryClient) => refusal(client.askUntyped(mutation, { input }));
      expect(await as(nobody)).toMatchObject({ code: "UNAUTHENTICATED" });
      expect(await as(roleless)).toMatchObject({ code: "NOT_FOUND" });
      expect(await as(otherTenant)).toMatchObject({ code: "NOT_FOUND" });
      for (const insider of isReview ? [viewer, ann] : [viewer]) {
        expect(await as(insider)).toMatchObject({ code: "FORBIDDEN", requiredPermission: permission });
      }
    },

    /** The query is answered to those who may see the app, and to nobody else. */
    shownToInsiders: async (query: string, variables: object): Promise<Untyped> => {
      const field = async (client: OrreryClient) => Object.values(await client.askUntyped(query, variables))[0];
      expect(await refusal(field(nobody))).toMatchObject({ code: "UNAUTHENTICATED" });
      for (const outsider of [roleless, otherTenant]) expect(await field(outsider)).toBeNull();
      const seen = await field(ann);
      expect(await field(viewer)).toEqual(seen);
      return seen;
    },

    streamedToInsiders: async (subscription: string, variables: object): Promise<void> => {
      await expect(nobody.followUntyped(subscription, variables).next()).rejects.toMatchObject({ code: 4401 });
      for (const outsider of [roleless, otherTenant]) {
        expect(await refusal(outsider.followUntyped(subscription, variables))).toMatchObject({ code: "NOT_FOUND" });
      }
    },
  };
}
