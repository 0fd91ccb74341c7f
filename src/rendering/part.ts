import { z } from "zod";
import { renderDocument } from "./manifest.js";
import type { PlainObject } from "./plain-value.js";
import { RenderingError } from "./rendering-error.js";
import type { CompiledTemplate } from "./template.js";

/** A part of an object or a message that a template must render. */
export interface PartPromise<Part = unknown> {
  /** Its name for people. */
  readonly name: string;
  /** The template may render nothing. */
  readonly optional: boolean;
  readonly schema: z.ZodType<Part>;
}

/** A container of a pod: the fields that we need; Kubernetes checks the others. */
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

/** The content of an e-mail. */
export const emailPart: PartPromise<{ readonly subject: string; readonly text: string }> = {
  name: "EMail",
  optional: false,
  schema: z.strictObject({
    subject: z.string("An e-mail needs a subject.").regex(/^[^\p{Cc}]+$/u, "A subject is one line."),
    text: z.string("An e-mail needs a text."),
  }),
};

/** A JSON body that is posted. */
export const payloadPart: PartPromise<Readonly<Record<string, unknown>>> = {
  name: "Payload",
  optional: false,
  schema: z.record(z.string(), z.unknown()),
};

/** Renders a YAML template to the part that it must make, or to undefined when it may render nothing and did. */
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
