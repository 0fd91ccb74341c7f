-- What administrators put in the place of the templates that come with the platform: for everyone, one namespace or one app.
create table template (
  id text primary key,
  kind text not null,
  namespace_id text references namespace (id),
  -- The app's namespace stands beside it.
  app_id text references app (id),
  -- What is in force, and what is being written.
  published_version_id text,
  draft_version_id text,
  last_version_number int not null default 0,
  created_by text not null references member (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  archived_at timestamptz,
  version int not null default 1,
  check (app_id is null or namespace_id is not null)
);
create unique index template_place on template (kind, coalesce(namespace_id, ''), coalesce(app_id, ''))
  where archived_at is null;
create index template_namespace on template (namespace_id, id);

-- A published version never changes.
create table template_version (
  id text primary key,
  template_id text not null references template (id),
  number int not null,
  source text not null,
  note text not null default '',
  created_by text not null references member (id),
  created_at timestamptz not null default now(),
  published_at timestamptz,
  unique (template_id, number)
);
