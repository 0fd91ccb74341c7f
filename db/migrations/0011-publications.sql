-- A version of a template for everyone that is put in force by and by: some namespaces first, then everyone.
create table publication (
  id text primary key,
  template_id text not null references template (id),
  template_version_id text not null references template_version (id),
  -- What was in force before, if not the one that came with the platform.
  former_version_id text references template_version (id),
  -- The ids of the namespaces of each stage; behind them comes everyone.
  stages jsonb not null,
  -- The stage that is on: 1 for the first, 0 before it.
  stage int not null default 0,
  phase text not null default 'RUNNING' check (phase in ('RUNNING', 'STOPPED', 'SUCCEEDED', 'CANCELLING', 'CANCELLED')),
  reason text,
  counts jsonb not null,
  tolerated_failures int not null,
  at_once int not null,
  created_by text not null references member (id),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  version int not null default 1
);
create unique index publication_open on publication (template_id) where phase in ('RUNNING', 'STOPPED', 'CANCELLING');

-- The live apps of the stages that have begun, and how far each is.
create table publication_app (
  publication_id text not null references publication (id),
  app_id text not null references app (id),
  namespace_id text not null references namespace (id),
  stage int not null,
  phase text not null default 'WAITING' check (phase in
    ('WAITING', 'RELEASING', 'SUCCEEDED', 'UNCHANGED', 'FAILED', 'SKIPPED', 'ROLLING_BACK', 'ROLLED_BACK')),
  -- Whether a release is still to be made; whoever makes it says so in the same transaction, so it is made once.
  wants_release boolean not null default false,
  -- What was live before, what was made last for the publication, and the rollout that goes back.
  former_release_id text references release (id),
  release_id text references release (id),
  back_rollout_id text references rollout (id),
  problem text,
  primary key (publication_id, app_id)
);
create index publication_app_wanted on publication_app (app_id) where wants_release;

-- The namespaces in which another version of a template for everyone is in force than elsewhere, while it is published.
create table template_stage (
  template_id text not null references template (id),
  namespace_id text not null references namespace (id),
  kind text not null,
  template_version_id text not null references template_version (id),
  primary key (template_id, namespace_id)
);
create index template_stage_namespace on template_stage (namespace_id);
