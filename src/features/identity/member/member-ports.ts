import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";

/** Ends the sessions of members. */
export interface MemberSessions {
  /** Within the change's transaction. */
  endAllOf(unit: UnitOfWork, memberId: string): Promise<void>;
}

/** Says whether there is a namespace of an id, within the transaction. */
export interface NamespaceLookup {
  exists(em: SqlEntityManager, namespaceId: string): Promise<boolean>;
}
