-- The words that administrators add to what templates see, and what they hold: for everyone, one namespace or one app.
create table variable (
  id text primary key,
  name text not null,
  type text not null check (type in ('TEXT', 'NUMBER', 'BOOLEAN', 'LIST')),
  description text not null,
  is_secret boolean not null default false,
  is_required boolean not null default false,
  -- `{"is": …}`, like a content below.
  default_value jsonb,
  allowed jsonb not null default '[]',
  pattern text,
  created_by text not null references member (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  version int not null default 1,
  -- No secret is written in a declaration.
  check (not is_secret or type = 'TEXT' and default_value is null)
);
-- A deleted variable frees its name.
create unique index variable_name on variable (name) where deleted_at is null;

create table variable_value (
  id text primary key,
  variable_id text not null references variable (id),
  namespace_id text references namespace (id),
  -- The app's namespace stands beside it.
  app_id text references app (id),
  -- `{"is": …}`; a secret has none, but is sealed: AES-256-GCM, never returned.
  content jsonb,
  sealed text,
  set_by text not null references member (id),
  set_at timestamptz not null default now(),
  check (app_id is null or namespace_id is not null),
  check ((content is null) <> (sealed is null))
);
create unique index variable_value_place on variable_value (variable_id, coalesce(namespace_id, ''), coalesce(app_id, ''));
create index variable_value_namespace on variable_value (namespace_id);
