import { expect, test } from "@jest/globals";
import { ConfigError, readConfig } from "./config.js";

test("everything that is wrong is reported at once, whatever it is about", () => {
  const env = {
    DATABASE_URL: "mysql://localhost",
    SECRET_KEY: Buffer.alloc(32, 1).toString("base64"),
    JENKINS_URL: "http://jenkins.example.com",
    JENKINS_USER: "orrery",
    JENKINS_TOKEN: "",
    GITHUB_TOKEN: "token",
    REGISTRY: "registry.example.com",
    REGISTRY_PULL_USERNAME: "puller",
    TRUSTED_DOCUMENTS_ONLY: "true",
    INGRESS_NAMESPACES: "Ingress",
  };
  const read = () => readConfig(env);
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(
    [
      "The configuration is wrong:",
      "  DATABASE_URL: Give a postgres:// address.",
      "  JENKINS_TOKEN: Give the API token of the Jenkins user.",
      "  REGISTRY_PULL_PASSWORD: Give REGISTRY_PULL_USERNAME and REGISTRY_PULL_PASSWORD, or neither.",
      "  INGRESS_NAMESPACES.0: Give names of namespaces.",
      "  TRUSTED_DOCUMENTS_ONLY: Give TRUSTED_DOCUMENTS too: without it nothing could be asked.",
      "See install/example.env for every variable.",
    ].join("\n"),
  );
});
