-- A namespace or an app that stays with a version of a template, whatever is published later.
create table template_pin (
  id text primary key,
  template_id text not null references template (id),
  template_version_id text not null references template_version (id),
  -- That of the template.
  kind text not null,
  namespace_id text not null references namespace (id),
  app_id text references app (id),
  created_by text not null references member (id),
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create unique index template_pin_place on template_pin (kind, namespace_id, coalesce(app_id, '')) where ended_at is null;
create index template_pin_namespace on template_pin (namespace_id, id);
create index template_pin_template on template_pin (template_id, id);
