-- Accounts as they are administered: links that two offices make together, who granted a role, second factors, former passwords, sign-ins as
-- their person sees them, and tokens of programs.

-- Who granted it: never the one who has it. Null: a set-up link of the first start, or the configuration.
alter table account_role add column granted_by uuid references account, add column granted_at timestamptz,
  add constraint account_role_not_by_himself check (granted_by is distinct from account_id);

-- The last system administrator, security administrator or auditor who can sign in stays. Two removals at once wait for each other here: alone,
-- neither would see that both together leave nobody.
create function account_keeps_its_offices(taken text[]) returns void language plpgsql set search_path = $schema$ as $$
declare gone text;
begin
  perform pg_advisory_xact_lock(hashtext('$schema$.account_role'));
  select office into gone
  from unnest(taken) office
  where office in ('system_administrator', 'security_administrator', 'auditor') and not exists (
    select from account_role join account on account.account_id = account_role.account_id
    where account_role.role = office and account.disabled_at is null);
  if gone is not null then
    raise exception 'nobody would be % any more', gone using errcode = 'check_violation', constraint = 'account_office_kept';
  end if;
end
$$;
create function account_role_taken() returns trigger language plpgsql set search_path = $schema$ as $$
begin
  perform account_keeps_its_offices(array[old.role]);
  return null;
end
$$;
create function account_disabled() returns trigger language plpgsql set search_path = $schema$ as $$
begin
  perform account_keeps_its_offices(array(select role from account_role where account_id = new.account_id));
  return null;
end
$$;
create trigger account_role_kept after delete or update of role, account_id on account_role for each row execute function account_role_taken();
create trigger account_kept after update of disabled_at on account
  for each row when (new.disabled_at is not null and old.disabled_at is null) execute function account_disabled();

-- A link that a system administrator makes asks for a role; a security administrator grants it, before or after the link is used.
alter table setup_link
  add column scope text not null default 'all',
  add column unit_id uuid references unit,
  add column officer_id uuid references officer,
  add column user_name text,
  add column made_by uuid references account,
  add column granted_by uuid references account,
  add column granted_at timestamptz,
  add column refused_at timestamptz,
  drop constraint setup_link_role,
  add constraint setup_link_role check (role in ('officer', 'reviewer', 'auditor', 'device_administrator', 'system_administrator', 'security_administrator', 'leader', 'sample')),
  add constraint setup_link_scope check (scope in ('all', 'below', 'unit', 'own')),
  add constraint setup_link_scope_unit check (scope not in ('below', 'unit') or unit_id is not null),
  add constraint setup_link_two_persons check (granted_by is null or granted_by is distinct from made_by),
  add constraint setup_link_ended check (granted_at is null or refused_at is null);
drop index setup_link_open_key;
create unique index setup_link_open_key on setup_link (role) where used_at is null and made_by is null;
create index setup_link_waiting_idx on setup_link (created_at) where made_by is not null and granted_at is null and refused_at is null;

-- The secret is encrypted with Api's keys. A code counts once: its step has to be later than the last one.
alter table account
  add column password_changed_at timestamptz,
  add column totp_secret text,
  add column totp_since timestamptz,
  add column totp_step bigint,
  add constraint account_totp check ((totp_secret is null) = (totp_since is null));
update account set password_changed_at = created_at where password_hash is not null;

create table recovery_code (
  account_id  uuid not null references account,
  code_sha256 bytea not null,
  used_at     timestamptz,
  constraint recovery_code_pkey primary key (account_id, code_sha256)
);

create table former_password (
  account_id    uuid not null references account,
  replaced_at   timestamptz not null,
  password_hash text not null,
  constraint former_password_pkey primary key (account_id, replaced_at)
);

-- When its person last did something, last proved who he is, and gave the second factor.
alter table login
  add column seen_at timestamptz,
  add column proved_at timestamptz,
  add column second_at timestamptz,
  add column agent text;
create index login_open_idx on login (account_id, opened_at desc) where ended_at is null;

-- Only the digest is kept. What a token may is what it was given and its person still has.
create table api_token (
  token_id     uuid primary key,
  account_id   uuid not null references account,
  name         text not null,
  token_sha256 bytea not null,
  rights       text[] not null,
  made_at      timestamptz not null,
  expires_at   timestamptz not null,
  last_used_at timestamptz,
  last_address text,
  revoked_at   timestamptz,
  constraint api_token_key unique (token_sha256),
  constraint api_token_length check (octet_length(token_sha256) = 32),
  constraint api_token_expires check (expires_at > made_at and expires_at <= made_at + interval '366 days'),
  constraint api_token_rights check (cardinality(rights) > 0),
  constraint api_token_name check (char_length(name) between 1 and 60)
);
create index api_token_account_idx on api_token (account_id, made_at desc);

alter table access_log drop constraint access_log_kind;
alter table access_log add constraint access_log_kind check (kind in (
  'signed-in', 'sign-in-failed', 'locked-out', 'signed-out', 'set-up', 'set-up-refused', 'refused', 'second-failed', 'proved'));

grant select, insert, update, delete on recovery_code, former_password to $app_role$;
grant select, insert, update on api_token to $app_role$;
