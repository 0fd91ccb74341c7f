import { z } from "zod";
import { renderDocument } from "./manifest.js";
import type { PlainObject } from "./plain-value.js";
import { RenderingError } from "./rendering-error.js";
import type { CompiledTemplate } from "./template.js";

/** What a template promises to render that is no object by itself, but a part of something. */
export interface PartPromise<Part = unknown> {
  /** What it is called where people read of it. */
  readonly name: string;
  /** The template may decide that there is nothing to render. */
  readonly optional: boolean;
  readonly schema: z.ZodType<Part>;
}

/** A container of a pod: what we need to know of it, and what is Kubernetes' alone to judge. */
export interface RenderedContainer {
  readonly name: string;
  readonly image: string;
  readonly [field: string]: unknown;
}

export const containerPart: PartPromise<RenderedContainer> = {
  name: "Container",
  optional: true,
  schema: z.looseObject({
    name: z
      .string("A container needs a name.")
      .regex(
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
        "A container's name is of lower-case letters, digits and dashes.",
      ),
    image: z.string("A container needs an image.").min(1, "A container needs an image."),
  }),
};

/** What an e-mail says. */
export const emailPart: PartPromise<{ readonly subject: string; readonly text: string }> = {
  name: "EMail",
  optional: false,
  schema: z.strictObject({
    subject: z.string("An e-mail needs a subject.").regex(/^[^\p{Cc}]+$/u, "A subject is one line."),
    text: z.string("An e-mail needs a text."),
  }),
};

/** A body of JSON that is posted somewhere. */
export const payloadPart: PartPromise<Readonly<Record<string, unknown>>> = {
  name: "Payload",
  optional: false,
  schema: z.record(z.string(), z.unknown()),
};

/** Renders a YAML template to the part that it promises, or to undefined when it may and did render nothing. */
export function renderPart<Part>(
  template: CompiledTemplate,
  view: PlainObject | object,
  { name, optional, schema }: PartPromise<Part>,
): Part | undefined {
  const part = renderDocument(template, view, { what: name, optional });
  if (part === undefined) return undefined;
  const result = schema.safeParse(part);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const where = path.length > 0 ? `${path.join(".")}: ` : "";
  throw new RenderingError(
    { template: template.name, line: 1, column: 1 },
    `Must render one ${name}. ${where}${message}`,
  );
}
