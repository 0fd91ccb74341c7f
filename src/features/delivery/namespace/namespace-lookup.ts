import type { NamespaceLookup } from "../../identity/member/member-ports.js";
import { Namespace } from "./namespace.entity.js";

/** Tells the areas before this one which namespaces there are. */
export const namespaceLookup: NamespaceLookup = {
  exists: async (em, namespaceId) => (await em.findOne(Namespace, namespaceId)) !== null,
};
