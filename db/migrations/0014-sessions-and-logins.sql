-- A closed member frees their e-mail address.
drop index member_email_unique;
create unique index member_email_unique on member (lower(email)) where state = 'ACTIVE';

-- A refresh token says of which session it is and how often that had been refreshed; its signature says that it is ours.
-- So each one that was ever issued can be told from the present ones.
alter table session
  add column refresh_generation integer not null default 0,
  -- When the token of `previous_refresh_hash` was replaced.
  add column replaced_at timestamptz,
  -- The network of the login.
  add column network text,
  -- Of the last token from before tokens were signed.
  alter column refresh_hash drop not null;
create index session_network on session (member_id, network, created_at);

-- Attempts to log in, counted before the password is checked: of an account and a network, of an account (no network) and
-- of a network (no account). Both are digests, for an address that was typed need not be anybody's.
create table login_attempts (
  account text not null,
  network text not null,
  attempts double precision not null,
  counted_at timestamptz not null,
  allowed_at timestamptz not null,
  forgotten_at timestamptz not null,
  primary key (account, network)
);
create index login_attempts_forgotten on login_attempts (forgotten_at);

-- Servers of the version before count here, for as long as they run beside new ones.
comment on column member.failed_logins is 'Not used any more.';
comment on column member.locked_until is 'Not used any more.';
