import pg from "pg";

const install = `
  create schema crash;
  create table crash.point (new_kinds boolean not null, passing bigint);
  insert into crash.point values (false, null);
  create table crash.spared (label text primary key);
  create sequence crash.transaction;

  create function crash.label(op text, name text, old jsonb, new jsonb) returns text language sql as $$
    select case
      when name = 'journal_entry' and op = 'UPDATE' then 'sequence journal_entry'
      when name <> 'work_item' then concat_ws(' ', lower(op), name, new->>'event',
        (select string_agg(key, ' ' order by key) from jsonb_each(new)
         where op = 'UPDATE' and value <> old->key and key not in ('version', 'updated_at')))
      else concat_ws(' ', case
        when op = 'DELETE' then 'settle'
        when op = 'INSERT' then 'ask for'
        when new->>'owner' is null and old->>'owner' is not null then 'give back'
        when new->>'fence' <> old->>'fence' then 'claim'
        when new->>'revision' <> old->>'revision' then 'ask again for'
        else 'renew' end, coalesce(new, old)->>'kind')
    end
  $$;

  create function crash.pass() returns trigger language plpgsql as $$
  declare
    label text := crash.label(tg_op, tg_table_name,
      case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
    point crash.point;
    counted bigint;
  begin
    -- Leases are renewed by the clock, and namespaces looked at after each start, not by the flow.
    if label like 'renew %' or label like '% namespace' then return coalesce(new, old); end if;
    select * into point from crash.point;
    -- A transaction is all or nothing, so its first write stands for all of it; but work of several kinds may be claimed at once.
    if current_setting('crash.counted', true) = txid_current()::text then
      if label not like 'claim %' then return coalesce(new, old); end if;
    else
      perform set_config('crash.counted', txid_current()::text, true);
      counted := nextval('crash.transaction');
    end if;
    if point.passing < counted or (point.new_kinds and label not in (select s.label from crash.spared s)) then
      perform set_config('application_name', 'held at ' || label, true);
      perform pg_advisory_xact_lock_shared(4711);
    end if;
    return coalesce(new, old);
  end $$;

  do $$
  declare name text;
  begin
    for name in select tablename from pg_tables where schemaname = 'public'
      and tablename not in ('migration', 'session', 'idempotency_key', 'journal_head', 'journal_reader') loop
      execute format('create trigger crash before insert or update or delete on %I for each row execute function crash.pass()', name);
    end loop;
  end $$;
  select pg_advisory_lock(4711);
`;

/**
 * Holds chosen transactions of the server at their first write, inside the database, so that a test can kill the process
 * exactly there: everything before has been committed, and nothing of the held transaction ever will be.
 */
export class CrashPoint {
  private constructor(private readonly sql: pg.Client) {}

  /** Watches the tables of a test's own database. */
  static async install(databaseUrl: string): Promise<CrashPoint> {
    const { hostname, pathname, username } = new URL(databaseUrl);
    const sql = new pg.Client({ host: decodeURIComponent(hostname), database: pathname.slice(1), user: username });
    await sql.connect();
    await sql.query(install);
    return new CrashPoint(sql);
  }

  /** From now on each kind of transaction, told by its first write, is held the first time; those that were held already pass. */
  async holdEachKind(): Promise<void> {
    await this.sql.query(`update crash.point set new_kinds = true, passing = null`);
  }

  /** So many transactions that write something pass; those after them are held. */
  async holdAfter(transactions: number): Promise<void> {
    await this.sql.query(
      `update crash.point set new_kinds = false, passing = $1 + (select case when is_called then last_value else 0 end from crash.transaction)`,
      [transactions],
    );
  }

  /** The first writes of the transactions that are held now, `insert build QUEUED` for instance. */
  async held(): Promise<string[]> {
    const { rows } = await this.sql.query<{ label: string }>(
      `select distinct replace(application_name, 'held at ', '') as label from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and application_name like 'held at %'`,
    );
    return rows.map(({ label }) => label);
  }

  /** Whether no key is being worked at, nor due. */
  async atRest(): Promise<boolean> {
    const { rows } = await this.sql.query(`select from work_item where owner is not null or run_at <= now() limit 1`);
    return rows.length === 0;
  }

  /** After the process has died: its transactions are undone, and the time of its leases has passed. Resolves with what was held. */
  async release(): Promise<string[]> {
    const held = await this.held();
    await this.sql.query(`insert into crash.spared select unnest($1::text[]) on conflict do nothing`, [held]);
    await this.sql.query(`update crash.point set new_kinds = false, passing = null`);
    await this.sql.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await this.sql.query(`update work_item set lease_until = now() where owner is not null`);
    return held;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sql.end();
  }
}
