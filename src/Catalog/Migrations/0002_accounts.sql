-- People: their accounts and roles, their sign-ins, the one-time links that make accounts, and the access log.

create table account (
  account_id           uuid primary key,
  user_name            text not null,
  normalized_user_name text not null,
  display_name         text not null,
  scope                text not null default 'all',
  password_hash        text,
  security_stamp       text not null,
  concurrency_stamp    text not null,
  access_failed_count  integer not null default 0,
  last_failed_at       timestamptz,
  lockout_end          timestamptz,
  disabled_at          timestamptz,
  created_at           timestamptz not null,
  constraint account_name_key unique (normalized_user_name),
  constraint account_scope check (scope in ('all', 'sample'))
);

create table account_role (
  account_id uuid not null references account,
  role       text not null,
  constraint account_role_pkey primary key (account_id, role),
  constraint account_role_known check (role in ('officer', 'reviewer', 'auditor', 'device_administrator', 'system_administrator', 'security_administrator', 'leader'))
);
create index account_role_role_idx on account_role (role);
-- Separation of duties: one person never holds two of these three, whatever a program tries.
create unique index account_role_one_of_three on account_role (account_id) where role in ('system_administrator', 'security_administrator', 'auditor');

-- One row per sign-in. A cookie is good only while its row is open, so that signing out counts on the server too.
create table login (
  login_id   text primary key,
  account_id uuid not null references account,
  address    text,
  opened_at  timestamptz not null,
  ended_at   timestamptz
);
create index login_account_idx on login (account_id, opened_at desc);

-- A link that makes one account; only the digest of its token is kept, so that reading this table opens nothing.
create table setup_link (
  token_sha256 bytea primary key,
  role         text not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  used_at      timestamptz,
  account_id   uuid references account,
  constraint setup_link_token_length check (octet_length(token_sha256) = 32),
  constraint setup_link_role check (role in ('system_administrator', 'security_administrator', 'auditor', 'reviewer', 'officer', 'sample')),
  constraint setup_link_used check ((used_at is null) = (account_id is null))
);
create unique index setup_link_open_key on setup_link (role) where used_at is null;

-- Sign-ins, and requests refused; like the custody log it is only ever added to.
create table access_log (
  access_id  uuid primary key,
  at         timestamptz not null,
  kind       text not null,
  account_id uuid,
  name       text,
  address    text,
  detail     text,
  reference  text,
  constraint access_log_kind check (kind in ('signed-in', 'sign-in-failed', 'locked-out', 'signed-out', 'set-up', 'set-up-refused', 'refused'))
);
create index access_log_at_idx on access_log (at desc);
create index access_log_account_idx on access_log (account_id, at desc) where account_id is not null;

grant select, insert, update on account, login to $app_role$;
grant select, insert, delete on account_role to $app_role$;
grant select, insert, update, delete on setup_link to $app_role$;
grant select, insert on access_log to $app_role$;
