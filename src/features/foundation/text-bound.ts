import { Extensions } from "type-graphql";
import type { TextContent } from "../../kernel/visible-text.js";

/** The bound of a client's text: its length in characters, and its allowed content. */
export interface TextBound {
  readonly most: number;
  readonly content: TextContent;
}

const textBound = "textBound";

/** The bound of all arguments and input fields that declare none. */
export const usualText: TextBound = { most: 1_000, content: "LINE" };

/** In a scalar's definition: the bound of its texts. */
export const boundedText = (bound: Partial<TextBound>): Readonly<Record<string, TextBound>> => ({
  [textBound]: { ...usualText, ...bound },
});

/** Declares another bound for the text of an input field. */
export const Text = (bound: Partial<TextBound>): ReturnType<typeof Extensions> => Extensions(boundedText(bound));

/** The bound that an argument, an input field or a scalar declares, if any. */
export const declaredBound = ({
  extensions,
}: {
  readonly extensions: Readonly<Record<string, unknown>>;
}): TextBound | undefined => extensions[textBound] as TextBound | undefined;
