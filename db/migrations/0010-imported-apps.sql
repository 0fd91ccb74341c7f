-- Apps that ran before the platform knew them: their Deployments keep the selector that they have, which can never change.
alter table app add column selector jsonb;
-- What was imported was built by somebody else.
alter table release alter column build_id drop not null;
alter table rollout drop constraint rollout_cause_check;
alter table rollout add constraint rollout_cause_check
  check (cause in ('BUILD', 'APPROVAL', 'PLAN', 'IMPORT', 'PUBLICATION', 'ROLL_BACK', 'AUTOMATIC_ROLL_BACK', 'DRIFT_REPAIR'));
