-- Where the journal was when a mutation was asked for the first time, so that a repeat can give the same cursor.
-- Of the mutations before this column only the beginning is known to be early enough.
alter table idempotency_key add column journal_position bigint not null default 0;
