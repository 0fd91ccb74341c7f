-- What the member was granted at the first request: an answer is given again to whoever could still ask for it.
alter table idempotency_key add column grants jsonb not null default '[]';
