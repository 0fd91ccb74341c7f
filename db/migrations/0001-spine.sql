-- The spine: who may do what, apps and their review, builds, releases, rollouts, what happened, and what is still to be looked at.
-- Ids are text, `<prefix>_<uuidv7 in hex>`: they name their table and sort by age.

create table member (
  id text primary key,
  email text not null,
  name text not null,
  password_hash text not null,
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'CLOSED')),
  failed_logins integer not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now(),
  version integer not null default 1
);
create unique index member_email_unique on member (lower(email));

create table session (
  id text primary key,
  member_id text not null references member (id),
  refresh_hash text not null,
  -- The refresh token before this one: presenting it again means that it was stolen.
  previous_refresh_hash text,
  user_agent text,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index session_member on session (member_id, id);
create unique index session_refresh on session (refresh_hash);
create index session_previous_refresh on session (previous_refresh_hash);

create table namespace (
  id text primary key,
  name text not null unique,
  display_name text not null,
  phase text not null default 'PENDING' check (phase in ('PENDING', 'READY', 'FAILED')),
  failure text,
  auto_roll_back boolean not null default false,
  registry_server text,
  registry_username text,
  -- AES-256-GCM, never returned
  registry_password_sealed text,
  created_at timestamptz not null default now(),
  version integer not null default 1
);

create table role_grant (
  id text primary key,
  member_id text not null references member (id),
  role text not null check (role in ('ADMINISTRATOR', 'DEVELOPER', 'VIEWER')),
  namespace_id text references namespace (id),
  created_at timestamptz not null default now()
);
create unique index role_grant_unique on role_grant (member_id, role, coalesce(namespace_id, ''));

create table app (
  id text primary key,
  namespace_id text not null references namespace (id),
  name text not null,
  display_name text not null,
  description text not null default '',
  phase text not null default 'DRAFT' check (phase in ('DRAFT', 'IN_REVIEW', 'REJECTED', 'APPROVED', 'RETIRED')),
  revision_id text not null,
  revision_number integer not null default 1,
  -- The revision that a reviewer said yes to; what is delivered.
  approved_revision_id text,
  rejection_reason text,
  created_by text not null references member (id),
  -- Why the platform could not provide for the app at its last try, in people's words.
  trouble text,
  provided_at timestamptz,
  removed_at timestamptz,
  last_build_number integer not null default 0,
  last_release_number integer not null default 0,
  last_rollout_number integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1
);
-- A retired app frees its name.
create unique index app_name_unique on app (namespace_id, name) where phase <> 'RETIRED';

create table app_revision (
  id text primary key,
  app_id text not null references app (id),
  number integer not null,
  spec jsonb not null,
  created_by text not null references member (id),
  created_at timestamptz not null default now(),
  unique (app_id, number)
);

create table review (
  id text primary key,
  app_id text not null references app (id),
  revision_id text not null references app_revision (id),
  decision text not null default 'PENDING' check (decision in ('PENDING', 'APPROVED', 'REJECTED')),
  reason text,
  submitted_by text not null references member (id),
  submitted_at timestamptz not null default now(),
  decided_by text references member (id),
  decided_at timestamptz
);
create index review_app on review (app_id, id);
create unique index review_pending on review (app_id) where decision = 'PENDING';

create table build (
  id text primary key,
  app_id text not null references app (id),
  namespace_id text not null references namespace (id),
  revision_id text not null references app_revision (id),
  number integer not null,
  ref_kind text not null check (ref_kind in ('TAG', 'BRANCH')),
  ref_name text not null,
  commit text,
  image text not null,
  parameters jsonb not null,
  phase text not null default 'QUEUED' check (phase in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED')),
  -- A closed list of reasons for FAILED, with a sentence for people.
  failure_code text,
  failure_message text,
  -- Why it is not further yet, in people's words (the queue's reason, an upstream that is down).
  waiting_for text,
  requested_by text not null references member (id),
  abort_requested_by text references member (id),
  run_queue_id bigint,
  run_number integer,
  run_url text,
  queued_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  log_bytes bigint not null default 0,
  log_complete boolean not null default false,
  -- Where the build server's raw console must be read from, and how many stored bytes lie before that place.
  log_raw_place bigint not null default 0,
  log_raw_place_bytes bigint not null default 0,
  version integer not null default 1,
  unique (app_id, number)
);
create index build_app on build (app_id, id);
create index build_namespace on build (namespace_id, id);

-- The console of a build, in the order it was written: the bytes of [byte_offset, byte_offset + length).
create table build_log_chunk (
  build_id text not null references build (id),
  byte_offset bigint not null,
  bytes bytea not null,
  primary key (build_id, byte_offset)
);
alter table build_log_chunk alter column bytes set storage external;

create table release (
  id text primary key,
  app_id text not null references app (id),
  number integer not null,
  build_id text not null references build (id),
  revision_id text not null references app_revision (id),
  image text not null,
  template_versions jsonb not null,
  manifests jsonb not null,
  created_at timestamptz not null default now(),
  unique (app_id, number),
  unique (build_id, revision_id)
);
create index release_app on release (app_id, id);

create table rollout (
  id text primary key,
  app_id text not null references app (id),
  namespace_id text not null references namespace (id),
  release_id text not null references release (id),
  number integer not null,
  cause text not null check (cause in ('BUILD', 'APPROVAL', 'ROLL_BACK', 'AUTOMATIC_ROLL_BACK')),
  phase text not null default 'PENDING' check (phase in ('PENDING', 'PROGRESSING', 'SUCCEEDED', 'FAILED', 'SUPERSEDED')),
  progress jsonb not null,
  requested_by text references member (id),
  applied_at timestamptz,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  version integer not null default 1,
  unique (app_id, number)
);
create index rollout_app on rollout (app_id, id);
create index rollout_open on rollout (app_id) where phase in ('PENDING', 'PROGRESSING');

create table notification (
  id text primary key,
  member_id text not null references member (id),
  journal_entry_id text not null,
  title text not null,
  body text not null,
  subject_id text,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  unique (member_id, journal_entry_id)
);
create index notification_member on notification (member_id, id);

-- Everything that happened, in one order. `position` is given after the commit, by one sequencer, without gaps;
-- each hash covers the entry and the hash before it.
create table journal_entry (
  id text primary key,
  position bigint unique,
  recorded_at timestamptz not null default now(),
  event text not null,
  actor_kind text not null check (actor_kind in ('MEMBER', 'PLATFORM')),
  actor_id text,
  actor_name text not null,
  namespace_id text,
  app_id text,
  subject_id text not null,
  data jsonb not null,
  hash text
);
create index journal_entry_unsequenced on journal_entry (id) where position is null;
create index journal_entry_app on journal_entry (app_id, position);
create table journal_head (
  singleton boolean primary key default true check (singleton),
  position bigint not null default 0,
  hash text not null default ''
);
insert into journal_head default values;

-- How far each reader that must see every entry exactly once has come.
create table journal_reader (
  name text primary key,
  position bigint not null default 0
);

-- What someone should look at. One row per key, however often it is asked for.
create table work_item (
  kind text not null,
  key text not null,
  revision bigint not null default 1,
  taken_revision bigint not null default 0,
  run_at timestamptz not null default now(),
  owner text,
  -- Grows with every claim: a writer that lost its lease is refused by it.
  fence bigint not null default 0,
  lease_until timestamptz,
  attempt integer not null default 0,
  last_error text,
  primary key (kind, key)
);
create index work_item_due on work_item (run_at);

-- The first answer to each idempotency key, so that a repeated mutation gives it again.
create table idempotency_key (
  member_id text not null references member (id),
  key text not null,
  mutation text not null,
  input_hash text not null,
  result_id text,
  created_at timestamptz not null default now(),
  primary key (member_id, key)
);
create index idempotency_key_age on idempotency_key (created_at);
