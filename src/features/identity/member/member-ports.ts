import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";

/** Ends the sessions of members. */
export interface MemberSessions {
  /** Within the transaction of the change. */
  endAllOf(unit: UnitOfWork, memberId: string): Promise<void>;
}

/** Whether a namespace with this id exists, within the transaction. */
export interface NamespaceLookup {
  exists(em: SqlEntityManager, namespaceId: string): Promise<boolean>;
}
