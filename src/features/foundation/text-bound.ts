import { Extensions } from "type-graphql";
import type { TextContent } from "../../kernel/visible-text.js";

/** What a text may be that a client sends: how many characters, and of what content. */
export interface TextBound {
  readonly most: number;
  readonly content: TextContent;
}

const textBound = "textBound";

/** The bound of every argument and input field that declares none. */
export const usualText: TextBound = { most: 1_000, content: "LINE" };

/** Of a scalar's definition: the bound of its texts. */
export const boundedText = (bound: Partial<TextBound>): Readonly<Record<string, TextBound>> => ({
  [textBound]: { ...usualText, ...bound },
});

/** Declares that a field of an input may hold a longer text than others, or one of another content. */
export const Text = (bound: Partial<TextBound>): ReturnType<typeof Extensions> => Extensions(boundedText(bound));

/** The bound that an argument, a field of an input or a scalar declares, if it does. */
export const declaredBound = ({
  extensions,
}: {
  readonly extensions: Readonly<Record<string, unknown>>;
}): TextBound | undefined => extensions[textBound] as TextBound | undefined;
