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

alter table publication add column condition jsonb check (condition ?& array['code', 'message', 'since']);
update publication set condition = pg_temp.condition('TOO_MANY_FAILURES', reason, created_at) where phase = 'STOPPED' and reason is not null;
alter table publication drop column reason;

alter table publication_app add column condition jsonb check (condition ?& array['code', 'message', 'since']);
update publication_app a
  set condition = (select pg_temp.condition(
    case
      when pg_temp.code_of(problem) = 'TEMPLATE_INVALID' then 'TEMPLATE_INVALID'
      when problem like 'The app was retired%' then 'APP_RETIRED'
      when problem like 'Its releases are suspended%' then 'RELEASES_SUSPENDED'
      when problem like 'The publication was cancelled%' then 'PUBLICATION_CANCELLED'
      when problem like '%another release live meanwhile%' or problem like 'Another release was put live%' then 'RELEASE_REPLACED'
      else 'ROLLOUT_FAILED'
    end, problem, p.created_at) from publication p where p.id = a.publication_id)
  where problem is not null;
alter table publication_app drop column problem;

-- What a plan would do to an object that the cluster would refuse: since the plan was made.
update plan
  set objects = (
    select jsonb_agg(object - 'refusal' || jsonb_build_object('condition', case when object ->> 'refusal' is not null then
      jsonb_build_object('message', object ->> 'refusal', 'code',
        case when object ->> 'refusal' like '%It holds data, and is never replaced%' then 'OBJECT_IMMUTABLE' else 'UPSTREAM_REJECTED' end)
      end) order by place)
    from jsonb_array_elements(objects) with ordinality as planned (object, place))
  where jsonb_array_length(objects) > 0;
