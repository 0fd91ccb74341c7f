import { join } from "node:path";
import type { MikroORM, SqlEntityManager } from "@mikro-orm/postgresql";
import { openDatabase, readDatabaseUrl } from "../../src/compose/database.js";
import { PostgresPubSub } from "../../src/streams/postgres-pub-sub.js";
import { freshDatabase, type TestDatabase } from "./database.js";

/** A migrated database of a test's own, connected, with its notifications. */
export class OpenDatabase {
  private constructor(
    private readonly database: TestDatabase,
    readonly orm: MikroORM,
    readonly pubSub: PostgresPubSub,
  ) {}

  static async open(): Promise<OpenDatabase> {
    return OpenDatabase.connect(await freshDatabase());
  }

  /** The same database, on connections of their own. */
  openAgain(): Promise<OpenDatabase> {
    return OpenDatabase.connect({ url: this.url, drop: () => Promise.resolve() });
  }

  get url(): string {
    return this.database.url;
  }

  private static async connect(database: TestDatabase): Promise<OpenDatabase> {
    const migrationsFolder = join(import.meta.dirname, "../../db/migrations");
    const orm = await openDatabase({ url: database.url, poolSize: 24, migrationsFolder });
    const pubSub = new PostgresPubSub(readDatabaseUrl(database.url));
    await pubSub.start();
    return new OpenDatabase(database, orm, pubSub);
  }

  readonly fork = (): SqlEntityManager => this.orm.em.fork();

  rows<T extends object = Record<string, unknown>>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return this.fork().execute<T[]>(sql, [...values]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pubSub.stop();
    await this.orm.close(true);
    await this.database.drop();
  }
}
