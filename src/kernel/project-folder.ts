import { fileURLToPath } from "node:url";

/** The folder that holds `templates/`, `db/` and `schema/`: one above `src/`, and one above `dist/`. */
export const projectFolder = fileURLToPath(new URL("../..", import.meta.url));
