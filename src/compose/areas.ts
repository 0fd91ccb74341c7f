import "reflect-metadata";
import type { Area } from "../features/foundation/area.js";
import { alerting } from "../features/alerting/compose.js";
import { delivery } from "../features/delivery/compose.js";
import { identity } from "../features/identity/compose.js";
import { observability } from "../features/observability/compose.js";
import { templating } from "../features/templating/compose.js";
import type { ServerDependencies } from "./server-dependencies.js";

/** Every area, in the order in which they may import each other. */
export const areas: readonly Area<ServerDependencies>[] = [identity, delivery, templating, observability, alerting];
