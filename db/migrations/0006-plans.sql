-- What a release would do, as it was read by people before; applied as it is, or never.
create table plan (
  id text primary key,
  app_id text not null references app (id),
  namespace_id text not null references namespace (id),
  -- What was approved when it was made, and the saved revision that is planned; none when its spec is saved nowhere yet.
  base_revision_id text,
  revision_id text references app_revision (id),
  spec jsonb not null,
  -- What it makes live; none of these when there is no image yet.
  build_id text references build (id),
  image text,
  release_id text,
  release_number int not null,
  template_versions jsonb not null,
  manifests jsonb not null,
  job text not null,
  job_hunks jsonb not null,
  objects jsonb not null,
  warnings jsonb not null,
  hash text not null,
  created_by text not null references member (id),
  created_at timestamptz not null default now(),
  applied_at timestamptz,
  rollout_id text references rollout (id),
  version int not null default 1
);
create index plan_app on plan (app_id, id);
create unique index plan_rollout on plan (rollout_id);

-- The same image and spec make another release when templates or settings were changed.
alter table release drop constraint if exists release_build_id_revision_id_key;
create index if not exists release_build on release (build_id);
