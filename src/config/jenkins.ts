import { z } from "zod";
import { optional, required, url } from "./variable-types.js";

export const jenkins = z
  .object({
    JENKINS_URL: url,
    JENKINS_USER: required("Give the Jenkins user."),
    JENKINS_TOKEN: required("Give the API token of the Jenkins user."),
    JENKINS_GIT_CREDENTIALS_ID: optional(z.string()),
    JENKINS_REGISTRY_CREDENTIALS_ID: optional(z.string()),
  })
  .transform((given) => ({
    jenkins: {
      url: given.JENKINS_URL,
      user: given.JENKINS_USER,
      token: given.JENKINS_TOKEN,
      gitCredentialsId: given.JENKINS_GIT_CREDENTIALS_ID,
      registryCredentialsId: given.JENKINS_REGISTRY_CREDENTIALS_ID,
    },
  }));
