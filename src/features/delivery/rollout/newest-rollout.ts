import { newestOfApp } from "../../foundation/loaders.js";
import { whereNotRejected, Rollout } from "./rollout.entity.js";

/** The newest rollout of an app, by the id of the app. */
export const newestRollout = newestOfApp(Rollout);

/** The current rollout of an app (see `findCurrentRollout`), by the id of the app. */
export const currentRollout = newestOfApp(Rollout, whereNotRejected);
