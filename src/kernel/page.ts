import { InvalidInput } from "./errors.js";
import { isStorable } from "./storable.js";

/** The page that a client requests: `first` nodes after the cursor. */
export interface PageRequest {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** One page of a connection. `cursors[i]` belongs to `nodes[i]`. */
export interface Page<T> {
  readonly nodes: readonly T[];
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
}

export const maxPageSize = 100;
/** The error message for a page size out of range. */
export const wrongPageSize = `Ask for 1 to ${maxPageSize}.`;
export const defaultPageSize = 20;

export function pageSize({ first }: PageRequest): number {
  const size = first ?? defaultPageSize;
  if (size < 1 || size > maxPageSize) throw new InvalidInput([{ path: "first", message: wrongPageSize }]);
  return size;
}

/** A cursor is opaque to clients. It encodes a keyset position: the values of the sort key. */
export const encodeCursor = (position: readonly string[]): string =>
  Buffer.from(JSON.stringify(position)).toString("base64url");

export function decodeCursor(cursor: string | null | undefined, length: number): readonly string[] | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (
      Array.isArray(position) &&
      position.length === length &&
      position.every((part) => typeof part === "string" && isStorable(part))
    ) {
      return position;
    }
  } catch {
    // Not a valid cursor.
  }
  throw new InvalidInput([{ path: "after", message: "Use a cursor that this connection gave you." }]);
}

/** Cuts `size + 1` fetched rows to a page of `size`. */
export function toPage<T>(rows: readonly T[], size: number, position: (row: T) => readonly string[]): Page<T> {
  const nodes = rows.slice(0, size);
  return { nodes, cursors: nodes.map((node) => encodeCursor(position(node))), hasNextPage: rows.length > size };
}
