import { newestOfApp } from "../../foundation/loaders.js";
import { Build } from "./build.entity.js";

/** The newest build of an app, by the id of the app. */
export const newestBuild = newestOfApp(Build);
