import type { AppLanguage } from "./app-view.js";
import type { TemplateName } from "./template-kinds.js";

/** A language of the library: its template, the versions that are shown, and a description. */
interface LibraryDockerfile {
  readonly template: TemplateName;
  readonly name: string;
  readonly versions: readonly string[];
  readonly description: string;
}

/** The library of Dockerfiles. Versions are as in the tags of the official images. */
export const libraryDockerfiles: Readonly<Record<AppLanguage, LibraryDockerfile>> = {
  GO: {
    template: "docker/go",
    name: "Go",
    versions: ["1.24", "1.25"],
    description: "Builds one static binary into an image that holds nothing else.",
  },
  JAVA: {
    template: "docker/java",
    name: "Java",
    versions: ["17", "21", "25"],
    description: "Builds one jar with Maven and runs it on a Java runtime.",
  },
  NODE: {
    template: "docker/node",
    name: "Node.js",
    versions: ["22", "24"],
    description: "Installs from package-lock.json; the image omits packages that only the build needs.",
  },
  PYTHON: {
    template: "docker/python",
    name: "Python",
    versions: ["3.12", "3.13", "3.14"],
    description: "Installs requirements.txt into a virtual environment; the image omits compilers.",
  },
  STATIC: {
    template: "docker/static",
    name: "nginx",
    versions: ["1.28", "1.29"],
    description: "Serves the files that `npm run build` writes to dist/ with nginx on port 8080.",
  },
};
