import { InvalidInput } from "../../../kernel/errors.js";
import { formatPosition, parsePosition, type LogPosition } from "./log-position.js";

/** The position of a reader in one container's log. */
export interface LogPlace {
  readonly pod: string;
  readonly container: string;
  readonly position: LogPosition;
}

export const keyOfPlace = ({ pod, container }: Pick<LogPlace, "pod" | "container">): string => `${pod}/${container}`;

/**
 * The cursor of a merged log: the positions in the logs of all existing containers, as one canonical text. One time for
 * all would not do, because log lines arrive late.
 */
export const encodePlaces = (places: readonly LogPlace[]): string => {
  const inOrder = places.toSorted((a, b) => (keyOfPlace(a) < keyOfPlace(b) ? -1 : 1));
  const texts = inOrder.map(({ pod, container, position }) => [pod, container, formatPosition(position)]);
  return Buffer.from(JSON.stringify(texts)).toString("base64url");
};

export function decodePlaces(cursor: string | null | undefined): readonly LogPlace[] {
  if (cursor === null || cursor === undefined) return [];
  try {
    const places: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(places)) return places.map(toPlace);
  } catch {
    // Not a valid cursor.
  }
  throw new InvalidInput([{ path: "after", message: "Use a cursor that this stream gave you." }]);
}

function toPlace(place: unknown): LogPlace {
  const [pod, container, text] = place as readonly unknown[];
  const position = typeof text === "string" ? parsePosition(text) : undefined;
  if (typeof pod !== "string" || typeof container !== "string" || !position) throw new TypeError("not a place");
  return { pod, container, position };
}
