import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { entities, prepareStatements, readDatabaseUrl } from "../../src/compose/database.js";
import { App } from "../../src/features/delivery/app/app.entity.js";
import { Build } from "../../src/features/delivery/build/build.entity.js";
import { Member } from "../../src/features/identity/member/member.entity.js";
import { Session } from "../../src/features/identity/session/session.entity.js";
import { ReadModel } from "../../src/features/foundation/read-model.js";
import { oneOf } from "../../src/features/foundation/filter.js";
import { OpenDatabase } from "../support/open-database.js";
import { storeApps } from "../support/stored-apps.js";

const rowsOf = async ({ orm }: OpenDatabase): Promise<ReadModel> =>
  new ReadModel((await prepareStatements(orm, 4)).query, orm.getMetadata());

describe("entities that are read from rows", () => {
  let database: OpenDatabase;
  let readModel: ReadModel;

  beforeAll(async () => {
    database = await OpenDatabase.open();
    await database.rows(
      `insert into member (id, email, name, password_hash) values ('mem_1', 'a@example.com', 'Ann ''ä'' \\ {}', '-')`,
    );
    await storeApps(database.url);
    readModel = await rowsOf(database);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  test.each(entities.map((entity) => [entity.name, entity] as const))(
    "%s says what MikroORM says",
    async (_name, entity) => {
      const { props, primaryKeys } = database.orm.getMetadata().get<object>(entity);
      const said = (each: object): unknown => props.map(({ name }) => [name, Reflect.get(each, name)]);
      const expected = await database.fork().find<object>(
        entity,
        {},
        {
          orderBy: primaryKeys.map((key) => ({ [key]: "asc" })) as never,
        },
      );
      const found = await readModel.list<object>(entity, (query) =>
        primaryKeys.reduce((ordered, key) => ordered.orderBy(key), query),
      );
      expect(expected.length).toBeGreaterThan(1);
      expect(found.map(said)).toEqual(expected.map(said));
    },
  );

  test.each(["UTC", "Asia/Kolkata", "America/St_Johns", "America/New_York"])(
    "a moment is the same moment when PostgreSQL writes it for %s",
    async (zone) => {
      const moment = "2026-07-01T12:34:56.789Z";
      await database.rows(`update session set expires_at = '${moment}'`);
      await database.rows(`alter database "${readDatabaseUrl(database.url).database}" set timezone to '${zone}'`);
      // Sessions that are open keep the zone that they began with.
      await using other = await database.openAgain();
      const [session] = await (await rowsOf(other)).list(Session, (sessions) => sessions.orderBy("id").limit(1));
      expect(session!.expiresAt.toISOString()).toBe(moment);
    },
  );

  test("they have the methods of the entity, and cannot be changed", async () => {
    const build = (await readModel.one(Build, (builds) => builds))!;
    expect(build.isOver()).toBe(true);
    expect(build.parameters).toBe(build.parameters);
    expect(build.queuedAt).toBe(build.queuedAt);
    expect(() => {
      build.phase = "RUNNING";
    }).toThrow(TypeError);
  });

  test("each value stands for itself, whatever it contains", async () => {
    const hostile = `x' or true --`;
    const apps = await readModel.list(App, (all) =>
      all
        .where("name", "=", hostile)
        .$call(oneOf("phase", ["DRAFT", "{,}"]))
        .where((app) => app("id", "=", "$1").or("id", "=", "?"))
        .orderBy("id"),
    );
    expect(apps).toEqual([]);
    expect(await readModel.count(Member, (members) => members.where("name", "=", "Ann 'ä' \\ {}"))).toBe(1);
  });

  test("the newest of each app come in their order, and each app has an answer", async () => {
    const apps = await readModel.list(App, (all) => all.orderBy("id"));
    const ids = [...apps.map(({ id }) => id), "app_none"];
    const [newest, numbers] = await Promise.all([
      readModel.newestOfApps(Build, ids, (builds) => builds, { limit: 3 }),
      readModel.countOfApps(Build, ids, (builds) => builds.where("number", ">", 2)),
    ]);
    for (const { id } of apps) expect(newest.get(id)!.map(({ number }) => number)).toEqual([6, 5, 4]);
    const after = newest.get(apps[0]!.id)![2]!.id;
    const next = await readModel.newestOfApps(Build, [apps[0]!.id], (builds) => builds, { after, limit: 2 });
    expect(next.get(apps[0]!.id)!.map(({ number }) => number)).toEqual([3, 2]);
    expect([newest.get("app_none"), numbers.get("app_none"), numbers.get(apps[0]!.id)]).toEqual([[], 0, 4]);
  });
});
