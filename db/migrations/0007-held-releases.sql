-- After a roll-back: the rollout that went back, until a person changes the app, and the newest build that there was then.
alter table app add column held_by_rollout_id text references rollout (id);
alter table app add column held_build_number integer not null default 0;
alter table rollout drop constraint rollout_cause_check;
alter table rollout add constraint rollout_cause_check
  check (cause in ('BUILD', 'APPROVAL', 'PLAN', 'ROLL_BACK', 'AUTOMATIC_ROLL_BACK', 'DRIFT_REPAIR'));
