import { InvalidInput } from "../../../kernel/errors.js";
import { formatPosition, parsePosition, type LogPosition } from "./log-position.js";

/** The position of a reader in one container's log. */
export interface ContainerPosition {
  readonly pod: string;
  readonly container: string;
  readonly position: LogPosition;
}

export const keyOfContainer = ({ pod, container }: Pick<ContainerPosition, "pod" | "container">): string =>
  `${pod}/${container}`;

/**
 * The cursor of a merged log: the positions in the logs of all existing containers, as one canonical text. One time for
 * all would not do, because log lines arrive late.
 */
export const encodePositions = (places: readonly ContainerPosition[]): string => {
  const inOrder = places.toSorted((a, b) => (keyOfContainer(a) < keyOfContainer(b) ? -1 : 1));
  const texts = inOrder.map(({ pod, container, position }) => [pod, container, formatPosition(position)]);
  return Buffer.from(JSON.stringify(texts)).toString("base64url");
};

export function decodePositions(cursor: string | null | undefined): readonly ContainerPosition[] {
  if (cursor === null || cursor === undefined) return [];
  try {
    const places: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(places)) return places.map(toPosition);
  } catch {
    // Not a valid cursor.
  }
  throw new InvalidInput([{ path: "after", message: "Use a cursor that this stream gave you." }]);
}

function toPosition(place: unknown): ContainerPosition {
  const [pod, container, text] = place as readonly unknown[];
  const position = typeof text === "string" ? parsePosition(text) : undefined;
  if (typeof pod !== "string" || typeof container !== "string" || !position) throw new TypeError("not a place");
  return { pod, container, position };
}
