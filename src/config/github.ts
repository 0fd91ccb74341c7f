import { z } from "zod";
import { required, url } from "./variable-types.js";

export const github = z
  .object({
    GITHUB_API_URL: url.default("https://api.github.com"),
    GITHUB_WEB_URL: url.default("https://github.com"),
    GITHUB_TOKEN: required("Give a GitHub token that may read the repositories."),
  })
  .transform((given) => ({
    github: { apiUrl: given.GITHUB_API_URL, webUrl: given.GITHUB_WEB_URL, token: given.GITHUB_TOKEN },
  }));
