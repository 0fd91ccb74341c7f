-- When the console of a build was removed to save space; its length is still known.
alter table build add column log_trimmed_at timestamptz;
create index build_log_kept on build (finished_at) where log_trimmed_at is null;
