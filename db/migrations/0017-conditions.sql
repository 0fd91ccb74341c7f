-- Why something is not as desired is one condition everywhere: a code, a message, since when, and what shows it. Texts of
-- before get the code that they can tell; what is still so is found again with the next reconcile.
create function pg_temp.condition(code text, message text, since timestamptz, evidence jsonb default null) returns jsonb
language sql as $$
  select jsonb_strip_nulls(jsonb_build_object('code', code, 'message', message, 'evidence', evidence,
    'since', to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
$$;
create function pg_temp.code_of(message text) returns text
language sql as $$
  select case
    when message ~ '^[A-Z_]+:\d+:\d+: ' then 'TEMPLATE_INVALID'
    when message ~ 'has no rights in the namespace|namespaces "[^"]*" not found' then 'WAITING_FOR_NAMESPACE'
    when message ~ '^(Jenkins|Kubernetes|GitHub) |^Something that is not ' then 'UPSTREAM_UNAVAILABLE'
    when message ~ 'is the host of another app|may not use the host|is served already by an Ingress' then 'HOST_REFUSED'
    else 'UPSTREAM_REJECTED'
  end;
$$;

alter table app add column condition jsonb check (condition ?& array['code', 'message', 'since']);
update app set condition = pg_temp.condition(pg_temp.code_of(trouble), trouble, updated_at) where trouble is not null;
alter table app drop column trouble;

alter table namespace add column condition jsonb check (condition ?& array['code', 'message', 'since']);
update namespace set condition = pg_temp.condition(pg_temp.code_of(failure), failure, created_at) where failure is not null;
alter table namespace drop column failure;

alter table rollout add column condition jsonb check (condition ?& array['code', 'message', 'since']);
update rollout
  set progress = progress - 'trouble',
    condition = case when phase in ('PENDING', 'PROGRESSING', 'FAILED') and progress -> 'trouble' ? 'code' then
      pg_temp.condition(
        case progress #>> '{trouble,code}' when 'REFUSED' then 'UPSTREAM_REJECTED' else progress #>> '{trouble,code}' end,
        progress #>> '{trouble,message}',
        coalesce((progress #>> '{trouble,since}')::timestamptz, started_at),
        case when progress -> 'trouble' ? 'pod' then
          jsonb_build_object('pod', progress #> '{trouble,pod}', 'event', progress #> '{trouble,lastEvent}') end) end
  where progress ? 'trouble';

alter table build add column condition jsonb check (condition ?& array['code', 'message', 'since']);
update build
  set condition = case
    when phase = 'FAILED' then pg_temp.condition(
      case failure_code when 'REFUSED' then 'UPSTREAM_REJECTED' when 'LOST' then 'RUN_LOST' else coalesce(failure_code, 'BUILD_FAILED') end,
      coalesce(failure_message, 'The build failed; its log says why.'), coalesce(finished_at, queued_at))
    when waiting_for like 'The job is being created%' then pg_temp.condition('WAITING_FOR_JOB', waiting_for, queued_at)
    when pg_temp.code_of(waiting_for) = 'UPSTREAM_UNAVAILABLE' then pg_temp.condition('UPSTREAM_UNAVAILABLE', waiting_for, queued_at)
    when phase in ('QUEUED', 'RUNNING') then pg_temp.condition('BUILD_QUEUED', waiting_for, queued_at) end
  where phase = 'FAILED' or waiting_for is not null;
alter table build drop column failure_code, drop column failure_message, drop column waiting_for;
