import { z } from "zod";

const any = "*";

/** A pattern of repositories: an owner, one repository, a prefix (`owner/name-*`), or `*` for every readable repository. */
export const repositoryPatternSchema = z
  .string()
  .max(200, "At most 200 characters.")
  .regex(
    /^(?:\*|[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\/(?:\*|(?!\.{1,2}\*?$)[A-Za-z0-9._-]{1,100}\*?))?)$/,
    "Give an owner (`acme`), a repository (`acme/shop`), or the beginning of a name (`acme/shop-*`).",
  );

/** Whether a pattern covers a repository, `owner/name`. Case is ignored, as source hosts do. */
export function coversRepository(pattern: string, path: string): boolean {
  const [owner, name = any] = pattern.toLowerCase().split("/");
  const [ownerOf, nameOf = ""] = path.toLowerCase().split("/");
  if (owner === any) return true;
  if (owner !== ownerOf) return false;
  return name.endsWith(any) ? nameOf.startsWith(name.slice(0, -any.length)) : name === nameOf;
}
