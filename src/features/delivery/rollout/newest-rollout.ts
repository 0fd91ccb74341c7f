import { newestOfApp } from "../../foundation/loaders.js";
import { Where } from "../../foundation/where.js";
import { notRejectedSql, Rollout } from "./rollout.entity.js";

/** The newest rollout of an app, by the id of the app. */
export const newestRollout = newestOfApp(Rollout, () => new Where());

/** The current rollout of an app (see `findCurrentRollout`), by the id of the app. */
export const currentRollout = newestOfApp(Rollout, () => new Where().and(notRejectedSql));
