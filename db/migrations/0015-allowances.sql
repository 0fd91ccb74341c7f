-- What a namespace may use of what all share: domains of hosts, and repositories. Null: what the platform lets every namespace use.
alter table namespace add column domains jsonb, add column repositories jsonb;

-- A rollout that the cluster never followed: what was live before it is what the cluster should hold.
alter table rollout add column turned_down boolean not null default false;
update rollout set turned_down = true where cause in ('PLAN', 'IMPORT') and phase = 'FAILED' and applied_at is null;

-- Which app has a host, in all namespaces.
create table host_claim (
  host text primary key,
  app_id text not null references app (id),
  claimed_at timestamptz not null default now()
);
create index host_claim_app on host_claim (app_id);

-- What is served already goes on: first what is in the cluster, then what was approved, then what was described; of two apps the older one.
insert into host_claim (host, app_id)
select distinct on (host) host, app_id
  from (
    select lower(named.host #>> '{}') as host, a.id as app_id, 1 as rank
      from app a
      join lateral (select release_id from rollout where app_id = a.id and not turned_down order by id desc limit 1) live on true
      join release r on r.id = live.release_id
      cross join lateral (
        select jsonb_path_query(r.manifests, '$[*] ? (@.kind == "Ingress").spec.rules[*].host') as host
        union select jsonb_path_query(r.manifests, '$[*] ? (@.kind == "Ingress").spec.tls[*].hosts[*]')
      ) named
      where a.removed_at is null
    union all
    select r.spec ->> 'publicHost', a.id, case when r.id = a.approved_revision_id then 2 else 3 end
      from app a join app_revision r on r.id in (a.revision_id, a.approved_revision_id)
      where a.phase <> 'RETIRED'
  ) said
  where host is not null
  order by host, rank, app_id;

-- And may go on: what its apps have is what a namespace may use, until the platform says otherwise.
update namespace n set domains = used.domains
  from (
    select a.namespace_id, jsonb_agg(c.host order by c.host) as domains
      from host_claim c join app a on a.id = c.app_id group by a.namespace_id
  ) used
  where used.namespace_id = n.id;
update namespace n set repositories = used.repositories
  from (
    select namespace_id, jsonb_agg(path order by path) as repositories
      from (
        select distinct a.namespace_id, r.spec #>> '{repository,path}' as path
          from app a join app_revision r on r.id in (a.revision_id, a.approved_revision_id)
          where a.phase <> 'RETIRED'
      ) named
      where path is not null
      group by namespace_id
  ) used
  where used.namespace_id = n.id;

-- Whose Ingress has a host is not for everybody to read.
update plan set warnings = (
    select jsonb_agg(
      case when warning ->> 'code' = 'HOST_TAKEN'
        then jsonb_set(warning, '{message}', to_jsonb(regexp_replace(warning ->> 'message', ' is claimed by .*$', ' is claimed by another Ingress already.')))
        else warning end
      order by place)
    from jsonb_array_elements(warnings) with ordinality as each (warning, place)
  )
  where warnings @> '[{"code": "HOST_TAKEN"}]';
