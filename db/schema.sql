create table app (
  id text not null,
  namespace_id text not null,
  name text not null,
  display_name text not null,
  description text not null default ''::text,
  phase text not null default 'DRAFT'::text,
  revision_id text not null,
  revision_number integer not null default 1,
  approved_revision_id text,
  rejection_reason text,
  created_by text not null,
  provided_at timestamp with time zone,
  removed_at timestamp with time zone,
  last_build_number integer not null default 0,
  last_release_number integer not null default 0,
  last_rollout_number integer not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  version integer not null default 1,
  held_by_rollout_id text,
  held_build_number integer not null default 0,
  selector jsonb,
  condition jsonb,
  constraint app_pkey PRIMARY KEY (id),
  constraint app_created_by_fkey FOREIGN KEY (created_by) REFERENCES member(id),
  constraint app_held_by_rollout_id_fkey FOREIGN KEY (held_by_rollout_id) REFERENCES rollout(id),
  constraint app_namespace_id_fkey FOREIGN KEY (namespace_id) REFERENCES namespace(id),
  constraint app_condition_check CHECK ((condition ?& ARRAY['code'::text, 'message'::text, 'since'::text])),
  constraint app_phase_check CHECK ((phase = ANY (ARRAY['DRAFT'::text, 'IN_REVIEW'::text, 'REJECTED'::text, 'APPROVED'::text, 'RETIRED'::text])))
);
CREATE UNIQUE INDEX app_name_unique ON public.app USING btree (namespace_id, name) WHERE (phase <> 'RETIRED'::text);

create table app_revision (
  id text not null,
  app_id text not null,
  number integer not null,
  spec jsonb not null,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  constraint app_revision_app_id_number_key UNIQUE (app_id, number),
  constraint app_revision_pkey PRIMARY KEY (id),
  constraint app_revision_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id),
  constraint app_revision_created_by_fkey FOREIGN KEY (created_by) REFERENCES member(id)
);

create table build (
  id text not null,
  app_id text not null,
  namespace_id text not null,
  revision_id text not null,
  number integer not null,
  ref_kind text not null,
  ref_name text not null,
  commit text,
  image text not null,
  parameters jsonb not null,
  phase text not null default 'QUEUED'::text,
  requested_by text not null,
  abort_requested_by text,
  run_queue_id bigint,
  run_number integer,
  run_url text,
  queued_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  log_bytes bigint not null default 0,
  log_complete boolean not null default false,
  log_raw_place bigint not null default 0,
  log_raw_place_bytes bigint not null default 0,
  version integer not null default 1,
  log_trimmed_at timestamp with time zone,
  condition jsonb,
  constraint build_app_id_number_key UNIQUE (app_id, number),
  constraint build_pkey PRIMARY KEY (id),
  constraint build_abort_requested_by_fkey FOREIGN KEY (abort_requested_by) REFERENCES member(id),
  constraint build_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id),
  constraint build_namespace_id_fkey FOREIGN KEY (namespace_id) REFERENCES namespace(id),
  constraint build_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES member(id),
  constraint build_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES app_revision(id),
  constraint build_condition_check CHECK ((condition ?& ARRAY['code'::text, 'message'::text, 'since'::text])),
  constraint build_phase_check CHECK ((phase = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'ABORTED'::text]))),
  constraint build_ref_kind_check CHECK ((ref_kind = ANY (ARRAY['TAG'::text, 'BRANCH'::text])))
);
CREATE INDEX build_app ON public.build USING btree (app_id, id);
CREATE INDEX build_log_kept ON public.build USING btree (finished_at) WHERE (log_trimmed_at IS NULL);
CREATE INDEX build_namespace ON public.build USING btree (namespace_id, id);

create table build_log_chunk (
  build_id text not null,
  byte_offset bigint not null,
  bytes bytea not null,
  constraint build_log_chunk_pkey PRIMARY KEY (build_id, byte_offset),
  constraint build_log_chunk_build_id_fkey FOREIGN KEY (build_id) REFERENCES build(id)
);

create table host_claim (
  host text not null,
  app_id text not null,
  claimed_at timestamp with time zone not null default now(),
  constraint host_claim_pkey PRIMARY KEY (host),
  constraint host_claim_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id)
);
CREATE INDEX host_claim_app ON public.host_claim USING btree (app_id);

create table idempotency_key (
  member_id text not null,
  key text not null,
  mutation text not null,
  input_hash text not null,
  result_id text,
  created_at timestamp with time zone not null default now(),
  journal_position bigint not null default 0,
  grants jsonb not null default '[]'::jsonb,
  constraint idempotency_key_pkey PRIMARY KEY (member_id, key),
  constraint idempotency_key_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id)
);
CREATE INDEX idempotency_key_age ON public.idempotency_key USING btree (created_at);

create table journal_entry (
  id text not null,
  position bigint,
  recorded_at timestamp with time zone not null default now(),
  event text not null,
  actor_kind text not null,
  actor_id text,
  actor_name text not null,
  namespace_id text,
  app_id text,
  subject_id text not null,
  data jsonb not null,
  hash text,
  constraint journal_entry_position_key UNIQUE ("position"),
  constraint journal_entry_pkey PRIMARY KEY (id),
  constraint journal_entry_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['MEMBER'::text, 'PLATFORM'::text])))
);
CREATE INDEX journal_entry_app ON public.journal_entry USING btree (app_id, "position");
CREATE INDEX journal_entry_unsequenced ON public.journal_entry USING btree (id) WHERE ("position" IS NULL);

create table journal_head (
  singleton boolean not null default true,
  position bigint not null default 0,
  hash text not null default ''::text,
  constraint journal_head_pkey PRIMARY KEY (singleton),
  constraint journal_head_singleton_check CHECK (singleton)
);

create table journal_reader (
  name text not null,
  position bigint not null default 0,
  constraint journal_reader_pkey PRIMARY KEY (name)
);

create table login_attempts (
  account text not null,
  network text not null,
  attempts double precision not null,
  counted_at timestamp with time zone not null,
  allowed_at timestamp with time zone not null,
  forgotten_at timestamp with time zone not null,
  constraint login_attempts_pkey PRIMARY KEY (account, network)
);
CREATE INDEX login_attempts_forgotten ON public.login_attempts USING btree (forgotten_at);

create table member (
  id text not null,
  email text not null,
  name text not null,
  password_hash text not null,
  state text not null default 'ACTIVE'::text,
  failed_logins integer not null default 0,
  locked_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  version integer not null default 1,
  constraint member_pkey PRIMARY KEY (id),
  constraint member_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'CLOSED'::text])))
);
CREATE UNIQUE INDEX member_email_unique ON public.member USING btree (lower(email)) WHERE (state = 'ACTIVE'::text);

create table namespace (
  id text not null,
  name text not null,
  display_name text not null,
  phase text not null default 'PENDING'::text,
  auto_roll_back boolean not null default false,
  registry_server text,
  registry_username text,
  registry_password_sealed text,
  created_at timestamp with time zone not null default now(),
  version integer not null default 1,
  domains jsonb,
  repositories jsonb,
  pod_security text,
  is_isolated boolean not null default false,
  condition jsonb,
  constraint namespace_name_key UNIQUE (name),
  constraint namespace_pkey PRIMARY KEY (id),
  constraint namespace_condition_check CHECK ((condition ?& ARRAY['code'::text, 'message'::text, 'since'::text])),
  constraint namespace_phase_check CHECK ((phase = ANY (ARRAY['PENDING'::text, 'READY'::text, 'FAILED'::text]))),
  constraint namespace_pod_security_check CHECK ((pod_security = ANY (ARRAY['PRIVILEGED'::text, 'BASELINE'::text, 'RESTRICTED'::text])))
);

create table notification (
  id text not null,
  member_id text not null,
  journal_entry_id text not null,
  title text not null,
  body text not null,
  subject_id text,
  created_at timestamp with time zone not null default now(),
  read_at timestamp with time zone,
  journal_position bigint not null,
  constraint notification_member_id_journal_entry_id_key UNIQUE (member_id, journal_entry_id),
  constraint notification_pkey PRIMARY KEY (id),
  constraint notification_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id)
);
CREATE INDEX notification_member ON public.notification USING btree (member_id, id);
CREATE UNIQUE INDEX notification_order ON public.notification USING btree (member_id, journal_position);

create table plan (
  id text not null,
  app_id text not null,
  namespace_id text not null,
  base_revision_id text,
  revision_id text,
  spec jsonb not null,
  build_id text,
  image text,
  release_id text,
  release_number integer not null,
  template_versions jsonb not null,
  manifests jsonb not null,
  job text not null,
  job_hunks jsonb not null,
  objects jsonb not null,
  warnings jsonb not null,
  hash text not null,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  applied_at timestamp with time zone,
  rollout_id text,
  version integer not null default 1,
  constraint plan_pkey PRIMARY KEY (id),
  constraint plan_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id),
  constraint plan_build_id_fkey FOREIGN KEY (build_id) REFERENCES build(id),
  constraint plan_created_by_fkey FOREIGN KEY (created_by) REFERENCES member(id),
  constraint plan_namespace_id_fkey FOREIGN KEY (namespace_id) REFERENCES namespace(id),
  constraint plan_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES app_revision(id),
  constraint plan_rollout_id_fkey FOREIGN KEY (rollout_id) REFERENCES rollout(id)
);
CREATE INDEX plan_app ON public.plan USING btree (app_id, id);
CREATE UNIQUE INDEX plan_rollout ON public.plan USING btree (rollout_id);

create table publication (
  id text not null,
  template_id text not null,
  template_version_id text not null,
  former_version_id text,
  stages jsonb not null,
  stage integer not null default 0,
  phase text not null default 'RUNNING'::text,
  counts jsonb not null,
  tolerated_failures integer not null,
  at_once integer not null,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  version integer not null default 1,
  condition jsonb,
  constraint publication_pkey PRIMARY KEY (id),
  constraint publication_created_by_fkey FOREIGN KEY (created_by) REFERENCES member(id),
  constraint publication_former_version_id_fkey FOREIGN KEY (former_version_id) REFERENCES template_version(id),
  constraint publication_template_id_fkey FOREIGN KEY (template_id) REFERENCES template(id),
  constraint publication_template_version_id_fkey FOREIGN KEY (template_version_id) REFERENCES template_version(id),
  constraint publication_condition_check CHECK ((condition ?& ARRAY['code'::text, 'message'::text, 'since'::text])),
  constraint publication_phase_check CHECK ((phase = ANY (ARRAY['RUNNING'::text, 'STOPPED'::text, 'SUCCEEDED'::text, 'CANCELLING'::text, 'CANCELLED'::text])))
);
CREATE UNIQUE INDEX publication_open ON public.publication USING btree (template_id) WHERE (phase = ANY (ARRAY['RUNNING'::text, 'STOPPED'::text, 'CANCELLING'::text]));

create table publication_app (
  publication_id text not null,
  app_id text not null,
  namespace_id text not null,
  stage integer not null,
  phase text not null default 'WAITING'::text,
  wants_release boolean not null default false,
  former_release_id text,
  release_id text,
  back_rollout_id text,
  condition jsonb,
  constraint publication_app_pkey PRIMARY KEY (publication_id, app_id),
  constraint publication_app_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id),
  constraint publication_app_back_rollout_id_fkey FOREIGN KEY (back_rollout_id) REFERENCES rollout(id),
  constraint publication_app_former_release_id_fkey FOREIGN KEY (former_release_id) REFERENCES release(id),
  constraint publication_app_namespace_id_fkey FOREIGN KEY (namespace_id) REFERENCES namespace(id),
  constraint publication_app_publication_id_fkey FOREIGN KEY (publication_id) REFERENCES publication(id),
  constraint publication_app_release_id_fkey FOREIGN KEY (release_id) REFERENCES release(id),
  constraint publication_app_condition_check CHECK ((condition ?& ARRAY['code'::text, 'message'::text, 'since'::text])),
  constraint publication_app_phase_check CHECK ((phase = ANY (ARRAY['WAITING'::text, 'RELEASING'::text, 'SUCCEEDED'::text, 'UNCHANGED'::text, 'FAILED'::text, 'SKIPPED'::text, 'ROLLING_BACK'::text, 'ROLLED_BACK'::text])))
);
CREATE INDEX publication_app_wanted ON public.publication_app USING btree (app_id) WHERE wants_release;

create table release (
  id text not null,
  app_id text not null,
  number integer not null,
  build_id text,
  revision_id text not null,
  image text not null,
  template_versions jsonb not null,
  manifests jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint release_app_id_number_key UNIQUE (app_id, number),
  constraint release_pkey PRIMARY KEY (id),
  constraint release_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id),
  constraint release_build_id_fkey FOREIGN KEY (build_id) REFERENCES build(id),
  constraint release_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES app_revision(id)
);
CREATE INDEX release_app ON public.release USING btree (app_id, id);
CREATE INDEX release_build ON public.release USING btree (build_id);

create table reserved_operation (
  number bigint not null,
  stream_id text not null,
  operation_id text not null,
  request text not null,
  constraint reserved_operation_pkey PRIMARY KEY (stream_id, operation_id),
  constraint reserved_operation_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES reserved_stream(id) ON DELETE CASCADE
);

create table reserved_stream (
  id text not null,
  session_id text not null,
  opened_at timestamp with time zone,
  seen_at timestamp with time zone not null default now(),
  constraint reserved_stream_pkey PRIMARY KEY (id),
  constraint reserved_stream_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id)
);
CREATE INDEX reserved_stream_seen ON public.reserved_stream USING btree (seen_at);
CREATE INDEX reserved_stream_session ON public.reserved_stream USING btree (session_id);

create table review (
  id text not null,
  app_id text not null,
  revision_id text not null,
  decision text not null default 'PENDING'::text,
  reason text,
  submitted_by text not null,
  submitted_at timestamp with time zone not null default now(),
  decided_by text,
  decided_at timestamp with time zone,
  constraint review_pkey PRIMARY KEY (id),
  constraint review_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id),
  constraint review_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES member(id),
  constraint review_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES app_revision(id),
  constraint review_submitted_by_fkey FOREIGN KEY (submitted_by) REFERENCES member(id),
  constraint review_decision_check CHECK ((decision = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'REJECTED'::text])))
);
CREATE INDEX review_app ON public.review USING btree (app_id, id);
CREATE UNIQUE INDEX review_pending ON public.review USING btree (app_id) WHERE (decision = 'PENDING'::text);

create table role_grant (
  id text not null,
  member_id text not null,
  role text not null,
  namespace_id text,
  created_at timestamp with time zone not null default now(),
  constraint role_grant_pkey PRIMARY KEY (id),
  constraint role_grant_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id),
  constraint role_grant_namespace_id_fkey FOREIGN KEY (namespace_id) REFERENCES namespace(id),
  constraint role_grant_role_check CHECK ((role = ANY (ARRAY['ADMINISTRATOR'::text, 'DEVELOPER'::text, 'VIEWER'::text])))
);
CREATE UNIQUE INDEX role_grant_unique ON public.role_grant USING btree (member_id, role, COALESCE(namespace_id, ''::text));

create table rollout (
  id text not null,
  app_id text not null,
  namespace_id text not null,
  release_id text not null,
  number integer not null,
  cause text not null,
  phase text not null default 'PENDING'::text,
  progress jsonb not null,
  requested_by text,
  applied_at timestamp with time zone,
  started_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  version integer not null default 1,
  turned_down boolean not null default false,
  condition jsonb,
  constraint rollout_app_id_number_key UNIQUE (app_id, number),
  constraint rollout_pkey PRIMARY KEY (id),
  constraint rollout_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id),
  constraint rollout_namespace_id_fkey FOREIGN KEY (namespace_id) REFERENCES namespace(id),
  constraint rollout_release_id_fkey FOREIGN KEY (release_id) REFERENCES release(id),
  constraint rollout_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES member(id),
  constraint rollout_cause_check CHECK ((cause = ANY (ARRAY['BUILD'::text, 'APPROVAL'::text, 'PLAN'::text, 'IMPORT'::text, 'PUBLICATION'::text, 'ROLL_BACK'::text, 'AUTOMATIC_ROLL_BACK'::text, 'DRIFT_REPAIR'::text]))),
  constraint rollout_condition_check CHECK ((condition ?& ARRAY['code'::text, 'message'::text, 'since'::text])),
  constraint rollout_phase_check CHECK ((phase = ANY (ARRAY['PENDING'::text, 'PROGRESSING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'SUPERSEDED'::text])))
);
CREATE INDEX rollout_app ON public.rollout USING btree (app_id, id);
CREATE INDEX rollout_open ON public.rollout USING btree (app_id) WHERE (phase = ANY (ARRAY['PENDING'::text, 'PROGRESSING'::text]));

create table session (
  id text not null,
  member_id text not null,
  refresh_hash text,
  previous_refresh_hash text,
  user_agent text,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  refresh_generation integer not null default 0,
  replaced_at timestamp with time zone,
  network text,
  constraint session_pkey PRIMARY KEY (id),
  constraint session_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id)
);
CREATE INDEX session_member ON public.session USING btree (member_id, id);
CREATE INDEX session_network ON public.session USING btree (member_id, network, created_at);
CREATE INDEX session_previous_refresh ON public.session USING btree (previous_refresh_hash);
CREATE UNIQUE INDEX session_refresh ON public.session USING btree (refresh_hash);

create table template (
  id text not null,
  kind text not null,
  namespace_id text,
  app_id text,
  published_version_id text,
  draft_version_id text,
  last_version_number integer not null default 0,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  archived_at timestamp with time zone,
  version integer not null default 1,
  constraint template_pkey PRIMARY KEY (id),
  constraint template_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id),
  constraint template_created_by_fkey FOREIGN KEY (created_by) REFERENCES member(id),
  constraint template_namespace_id_fkey FOREIGN KEY (namespace_id) REFERENCES namespace(id),
  constraint template_check CHECK (((app_id IS NULL) OR (namespace_id IS NOT NULL)))
);
CREATE INDEX template_namespace ON public.template USING btree (namespace_id, id);
CREATE UNIQUE INDEX template_place ON public.template USING btree (kind, COALESCE(namespace_id, ''::text), COALESCE(app_id, ''::text)) WHERE (archived_at IS NULL);

create table template_pin (
  id text not null,
  template_id text not null,
  template_version_id text not null,
  kind text not null,
  namespace_id text not null,
  app_id text,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  constraint template_pin_pkey PRIMARY KEY (id),
  constraint template_pin_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id),
  constraint template_pin_created_by_fkey FOREIGN KEY (created_by) REFERENCES member(id),
  constraint template_pin_namespace_id_fkey FOREIGN KEY (namespace_id) REFERENCES namespace(id),
  constraint template_pin_template_id_fkey FOREIGN KEY (template_id) REFERENCES template(id),
  constraint template_pin_template_version_id_fkey FOREIGN KEY (template_version_id) REFERENCES template_version(id)
);
CREATE INDEX template_pin_namespace ON public.template_pin USING btree (namespace_id, id);
CREATE UNIQUE INDEX template_pin_place ON public.template_pin USING btree (kind, namespace_id, COALESCE(app_id, ''::text)) WHERE (ended_at IS NULL);
CREATE INDEX template_pin_template ON public.template_pin USING btree (template_id, id);

create table template_stage (
  template_id text not null,
  namespace_id text not null,
  kind text not null,
  template_version_id text not null,
  constraint template_stage_pkey PRIMARY KEY (template_id, namespace_id),
  constraint template_stage_namespace_id_fkey FOREIGN KEY (namespace_id) REFERENCES namespace(id),
  constraint template_stage_template_id_fkey FOREIGN KEY (template_id) REFERENCES template(id),
  constraint template_stage_template_version_id_fkey FOREIGN KEY (template_version_id) REFERENCES template_version(id)
);
CREATE INDEX template_stage_namespace ON public.template_stage USING btree (namespace_id);

create table template_version (
  id text not null,
  template_id text not null,
  number integer not null,
  source text not null,
  note text not null default ''::text,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  published_at timestamp with time zone,
  constraint template_version_template_id_number_key UNIQUE (template_id, number),
  constraint template_version_pkey PRIMARY KEY (id),
  constraint template_version_created_by_fkey FOREIGN KEY (created_by) REFERENCES member(id),
  constraint template_version_template_id_fkey FOREIGN KEY (template_id) REFERENCES template(id)
);

create table variable (
  id text not null,
  name text not null,
  type text not null,
  description text not null,
  is_secret boolean not null default false,
  is_required boolean not null default false,
  default_value jsonb,
  allowed jsonb not null default '[]'::jsonb,
  pattern text,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  version integer not null default 1,
  constraint variable_pkey PRIMARY KEY (id),
  constraint variable_created_by_fkey FOREIGN KEY (created_by) REFERENCES member(id),
  constraint variable_check CHECK (((NOT is_secret) OR ((type = 'TEXT'::text) AND (default_value IS NULL)))),
  constraint variable_type_check CHECK ((type = ANY (ARRAY['TEXT'::text, 'NUMBER'::text, 'BOOLEAN'::text, 'LIST'::text])))
);
CREATE UNIQUE INDEX variable_name ON public.variable USING btree (name) WHERE (deleted_at IS NULL);

create table variable_value (
  id text not null,
  variable_id text not null,
  namespace_id text,
  app_id text,
  content jsonb,
  sealed text,
  set_by text not null,
  set_at timestamp with time zone not null default now(),
  constraint variable_value_pkey PRIMARY KEY (id),
  constraint variable_value_app_id_fkey FOREIGN KEY (app_id) REFERENCES app(id),
  constraint variable_value_namespace_id_fkey FOREIGN KEY (namespace_id) REFERENCES namespace(id),
  constraint variable_value_set_by_fkey FOREIGN KEY (set_by) REFERENCES member(id),
  constraint variable_value_variable_id_fkey FOREIGN KEY (variable_id) REFERENCES variable(id),
  constraint variable_value_check CHECK (((app_id IS NULL) OR (namespace_id IS NOT NULL))),
  constraint variable_value_check1 CHECK (((content IS NULL) <> (sealed IS NULL)))
);
CREATE INDEX variable_value_namespace ON public.variable_value USING btree (namespace_id);
CREATE UNIQUE INDEX variable_value_place ON public.variable_value USING btree (variable_id, COALESCE(namespace_id, ''::text), COALESCE(app_id, ''::text));

create table work_item (
  kind text not null,
  key text not null,
  revision bigint not null default 1,
  taken_revision bigint not null default 0,
  run_at timestamp with time zone not null default now(),
  owner text,
  fence bigint not null default 0,
  lease_until timestamp with time zone,
  attempt integer not null default 0,
  last_error text,
  constraint work_item_pkey PRIMARY KEY (kind, key)
);
CREATE INDEX work_item_due ON public.work_item USING btree (run_at);
