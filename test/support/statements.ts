import { jest } from "@jest/globals";
import pg from "pg";

/** Counts the SQL statements of this process that match, until it is asked. */
export function countStatements(matching: RegExp): () => number {
  const spy = jest.spyOn(pg.Client.prototype, "query");
  return () => {
    const asked = spy.mock.calls.map(([first]) =>
      typeof first === "string" ? first : (first as { text: string }).text,
    );
    spy.mockRestore();
    return asked.filter((text) => matching.test(text)).length;
  };
}
