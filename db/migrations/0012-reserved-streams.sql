-- Event streams that carry several operations: reserved, opened once at some replica, and asked for operations at any.
create table reserved_stream (
  -- The SHA-256 of the token that names it, in hex.
  id text primary key,
  session_id text not null references session (id),
  opened_at timestamptz,
  -- When it was reserved, or the replica that holds it last said so.
  seen_at timestamptz not null default now()
);
create index reserved_stream_session on reserved_stream (session_id);
create index reserved_stream_seen on reserved_stream (seen_at);

-- The operations that were asked for and are not over.
create table reserved_operation (
  -- Tells an operation from an earlier one that its client gave the same id.
  number bigint generated always as identity,
  stream_id text not null references reserved_stream (id) on delete cascade,
  operation_id text not null,
  -- Sealed: variables may hold secrets.
  request text not null,
  primary key (stream_id, operation_id)
);
