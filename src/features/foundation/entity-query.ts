import {
  DummyDriver,
  Kysely,
  OperationNodeTransformer,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type ColumnNode,
  type SelectQueryBuilder,
} from "kysely";
import type { RowMapper } from "./row-mapper.js";

/** A statement that reads entities. Conditions name the entity's properties; inside `sql` templates they name columns. */
export type EntityQuery<T> = SelectQueryBuilder<{ entity: T }, "entity", T>;

/** Compiles statements; the `ReadModel` sends them. */
export const compiler = new Kysely<Record<"entity", object>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** A statement that reads all of a table, with every property selected or none. */
export function queriesOf<T>({ table, properties, columns }: RowMapper<T>): Record<"all" | "none", EntityQuery<T>> {
  const names = new ColumnNames(new Map(properties.map((name, index) => [name, columns[index]!])));
  const none = compiler
    .withPlugin({
      transformQuery: ({ node, queryId }) => names.transformNode(node, queryId),
      transformResult: ({ result }) => Promise.resolve(result),
    })
    .selectFrom(`${table} as entity` as "entity");
  return { all: none.select(properties as never) as never, none: none as never };
}

/** Writes properties as the columns of their table. */
class ColumnNames extends OperationNodeTransformer {
  constructor(private readonly columns: ReadonlyMap<string, string>) {
    super();
  }

  protected override transformColumn(node: ColumnNode): ColumnNode {
    const name = this.columns.get(node.column.name);
    return name === undefined ? node : { ...node, column: { ...node.column, name } };
  }
}
