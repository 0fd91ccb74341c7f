import type { EntityMetadata } from "@mikro-orm/postgresql";

/** One row with values as PostgreSQL prints them. */
export type Row = readonly (string | null)[];

/** How a kind of entity is read from rows: its table, its properties and their columns in one order, and the entity of a row. */
export interface RowMapper<T> {
  readonly table: string;
  readonly properties: readonly string[];
  readonly columns: readonly string[];
  readonly toEntity: (row: Row) => T;
}

/** By the type of the column. Other types are not supported, rather than read incorrectly. */
const values: Readonly<Record<string, (text: string) => unknown>> = {
  text: (text) => text,
  int: Number,
  bigint: Number,
  boolean: (text) => text === "t",
  jsonb: (text) => JSON.parse(text) as unknown,
  // `2026-01-31 12:00:00.123456+00`, which V8 parses.
  timestamptz: (text) => new Date(text),
};

/**
 * Made from what MikroORM knows of the entity, so that a column is named in one place. An entity that is read so has the
 * same properties and methods, but cannot be changed. A property is parsed when it is first read.
 */
export function rowMapperOf<T>({ class: entity, tableName, props, properties }: EntityMetadata<T>): RowMapper<T> {
  class Entity {
    parsed?: unknown[];
    constructor(readonly row: Row) {}
  }
  const columns = props.map(({ fieldNames }) => fieldNames[0]!);
  props.forEach(({ name, columnTypes }, index) => {
    const read = values[columnTypes[0]!];
    if (!read) throw new Error(`${tableName}.${columns[index]!} is ${columnTypes[0]!}, which rows are not read of.`);
    // What is an object is the same one each time.
    const isParsedOnce = read === values["jsonb"] || read === values["timestamptz"];
    Object.defineProperty(Entity.prototype, name, {
      get(this: Entity) {
        const text = this.row[index]!;
        if (text === null) return null;
        if (!isParsedOnce) return read(text);
        this.parsed ??= [];
        return (this.parsed[index] ??= read(text));
      },
    });
  });
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(entity.prototype as object))) {
    // MikroORM's own properties.
    if (typeof value === "function" && !(name in properties) && !mikroOrms.has(name))
      Object.defineProperty(Entity.prototype, name, { value: value as unknown });
  }
  return {
    table: tableName,
    properties: props.map(({ name }) => name),
    columns,
    toEntity: (row) => new Entity(row) as T,
  };
}

const mikroOrms: ReadonlySet<string> = new Set(["constructor", "toJSON"]);
