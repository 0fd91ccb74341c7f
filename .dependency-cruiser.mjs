/**
 * Which module may import which. A module is a folder of `src/`, of `src/features/<area>/`, of `src/api/` or of
 * `src/upstreams/`. Imports of types count as all others do. Tests beside the code are not read.
 */

/** The areas in their order: each may import those before it, and all of them what `areaFoundations` names. */
const areas = ["foundation", "identity", "delivery", "templating", "observability", "alerting"];

/** The modules below the areas. Each imports the kernel alone. */
const infrastructure = ["work", "journal", "streams", "rendering", "upstreams"];

/** Every module of `src/` with the modules that it may import; itself it may always import. */
const allowed = {
  kernel: [],
  ...Object.fromEntries(infrastructure.map((module) => [module, ["kernel"]])),
  ...Object.fromEntries(
    areas.map((area, at) => [
      `features/${area}`,
      ["kernel", ...infrastructure, ...areas.slice(0, at).map((earlier) => `features/${earlier}`)],
    ]),
  ),
  api: ["kernel", ...infrastructure, "features/foundation", "features/identity"],
  sandbox: [],
  demo: ["kernel", "sandbox"],
  config: [],
  compose: ["kernel", ...infrastructure, "features", "api", "config"],
};

/** The folders of `src/api/` and the adapters. A folder of another name is refused until it is written down here. */
const apiModules = "authentication|documents|graphiql|http|pricing|schema|sse|subscriptions|websocket";
const adapters = "kubernetes|jenkins|github";

const modules = [
  "^src/main\\.ts$",
  `^src/(?:kernel|work|journal|streams|rendering|compose|config|demo|sandbox)/`,
  `^src/upstreams/(?:(?:${adapters})/)?[^/]+$`,
  `^src/api/(?:serve-api\\.ts|(?:${apiModules})/.+)$`,
  "^src/features/foundation/",
  `^src/features/(?:${areas.slice(1).join("|")})/(?:(?:compose(?:-[a-z]+)?|[a-z]+\\.registry)\\.ts|[^/]+/[^/]+)$`,
];

const under = (module) => `^src/${module}/`;

export default {
  forbidden: [
    {
      name: "file-outside-every-module",
      comment: "A file belongs to a module that .dependency-cruiser.mjs knows.",
      severity: "error",
      module: { path: "^src/", pathNot: modules, numberOfDependentsLessThan: 100 },
      from: {},
    },
    ...Object.entries(allowed).map(([module, may]) => ({
      name: `imports-of-${module.replace("/", "-")}`,
      comment: `${module} may import ${may.join(", ") || "no other module"}.`,
      severity: "error",
      from: { path: under(module) },
      to: { path: "^src/", pathNot: [module, ...may].map(under) },
    })),
    {
      name: "imports-of-main",
      comment: "main.ts starts what compose builds from the configuration.",
      severity: "error",
      from: { path: "^src/main\\.ts$" },
      to: { path: "^src/", pathNot: ["compose", "config"].map(under) },
    },
    {
      name: "no-circle-of-files",
      comment: "No file imports itself through others.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-circle-of-modules",
      comment: "No module imports itself through others: two features never import each other.",
      severity: "error",
      scope: "folder",
      from: {},
      to: { circular: true },
    },
    {
      name: "kernel-does-no-io",
      comment: "The kernel imports no package but those that compute.",
      severity: "error",
      from: { path: under("kernel") },
      to: { pathNot: ["^src/kernel/", "^(?:node:)?(?:crypto|url)$", "^node_modules/uuid/"] },
    },
    {
      name: "only-compose-names-adapters",
      comment: "Everything else asks a port in src/upstreams/.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/upstreams/", "^src/compose/"] },
      to: { path: `^src/upstreams/(?:${adapters})/` },
    },
    {
      name: "an-adapter-knows-one-product",
      comment: "No adapter imports another one.",
      severity: "error",
      from: { path: `^src/upstreams/(${adapters})/` },
      to: { path: `^src/upstreams/(?:${adapters})/`, pathNot: "^src/upstreams/$1/" },
    },
    {
      name: "a-port-knows-no-adapter",
      comment: "What every adapter shares imports none of them.",
      severity: "error",
      from: { path: "^src/upstreams/[^/]+$" },
      to: { path: `^src/upstreams/(?:${adapters})/` },
    },
    {
      name: "a-service-belongs-to-its-feature",
      comment: "Features meet through entities, work keys and ports.",
      severity: "error",
      from: { path: "^src/features/([^/]+)/([^/]+)/" },
      to: { path: "\\.service\\.ts$", pathNot: "^src/features/$1/$2/" },
    },
    {
      name: "a-service-changes-things",
      comment: "What is shown is read by a .reader. A service reads what it changes, in its unit of work.",
      severity: "error",
      from: { path: "\\.service\\.ts$" },
      to: { path: "^src/features/foundation/(?:read-model|entity-query|filter)\\.ts$" },
    },
    {
      name: "an-area-builds-its-services",
      comment: "Beside its own folder, the compose.ts of its area alone imports a service.",
      severity: "error",
      from: { path: "^src/features/([^/]+)/[^/]+$" },
      to: { path: "\\.service\\.ts$", pathNot: "^src/features/$1/" },
    },
    {
      name: "compose-builds-no-service",
      comment: "src/compose calls the areas, each of which builds its own services.",
      severity: "error",
      from: { path: under("compose") },
      to: { path: "\\.(?:service|reader|resolver|reconciler|entity)\\.ts$", pathNot: under("api") },
    },
    {
      name: "api-calls-services-it-is-given",
      comment: "The API imports services as types alone.",
      severity: "error",
      from: { path: under("api") },
      to: { path: "\\.service\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "a-resolver-reads-nothing-itself",
      comment: "A resolver calls a service or a reader; it knows no database, queue, journal or upstream.",
      severity: "error",
      from: { path: "\\.resolver\\.ts$" },
      to: { path: ["^node_modules/@mikro-orm/", "^src/upstreams/"] },
    },
    {
      name: "a-resolver-queues-nothing",
      comment: "Types of the queue and of the journal are published; the queue and the journal are not called.",
      severity: "error",
      from: { path: "\\.resolver\\.ts$" },
      to: { path: ["^src/work/", "^src/journal/"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "only-the-public-face-knows-graphql",
      comment: "A reconciler, a service, an entity and rules know no GraphQL.",
      severity: "error",
      from: { path: "\\.(?:reconciler|service|entity|rules)\\.ts$" },
      to: {
        path: [
          "^node_modules/(?:type-graphql|graphql|@apollo)/",
          "^src/features/foundation/graphql\\.ts$",
          "\\.(?:resolver|type)\\.ts$",
        ],
      },
    },
    {
      name: "every-import-is-found",
      comment: "The checker must see what an import leads to.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no parser that others can call; swc's keeps the imports of types too.
    parser: "swc",
    exclude: { path: "\\.test\\.ts$" },
    doNotFollow: { path: "^node_modules/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  },
};
