-- Who works where: the tree of units, officers, and in which unit each of them was on which day. Nobody and nothing is ever deleted.

-- Trusted since PostgreSQL 13: the owner of the database may create it. In public, so that no schema takes it along when it is dropped.
create extension if not exists btree_gist with schema public;

create table unit (
  unit_id               uuid primary key,
  code                  text not null,
  name                  text not null,
  kind                  text not null,
  parent_id             uuid references unit,
  officers_per_recorder integer,
  closed_on             date,
  version               integer not null default 1,
  changed_at            timestamptz not null,
  constraint unit_kind check (kind in ('bureau', 'brigade', 'squad', 'post', 'office')),
  constraint unit_standard check (officers_per_recorder between 1 and 100),
  constraint unit_text check (char_length(code) between 1 and 32 and char_length(name) between 1 and 60)
);
create unique index unit_code_key on unit (lower(code));
create index unit_parent_idx on unit (parent_id);

-- A unit and all below it: the scope 'own and below'. For a unit that isn't there: nothing.
create function unit_and_below(root uuid) returns setof uuid language sql stable set search_path = $schema$ as $$
  with recursive below as (
    select unit_id from unit where unit_id = root
    union
    select unit.unit_id from unit join below on unit.parent_id = below.unit_id)
  select unit_id from below
$$;

-- Two moves at once wait for each other here: alone, neither would see the ring that both close.
create function unit_stays_a_tree() returns trigger language plpgsql set search_path = $schema$ as $$
begin
  perform pg_advisory_xact_lock(hashtext('$schema$.unit'));
  if exists (
    with recursive above as (
      select unit_id, parent_id from unit where unit_id = new.parent_id
      union
      select unit.unit_id, unit.parent_id from unit join above on unit.unit_id = above.parent_id)
    select from above where unit_id = new.unit_id) or new.parent_id = new.unit_id then
    raise exception 'unit % would be below itself', new.code using errcode = 'check_violation', constraint = 'unit_no_cycle';
  end if;
  return new;
end
$$;
create trigger unit_no_cycle before insert or update of parent_id on unit
  for each row when (new.parent_id is not null) execute function unit_stays_a_tree();

create table officer (
  officer_id  uuid primary key,
  number      text not null,
  name        text not null,
  certificate text,
  position    text,
  region      text,
  since       date,
  left_on     date,
  account_id  uuid references account,
  version     integer not null default 1,
  changed_at  timestamptz not null,
  constraint officer_account_key unique (account_id),
  constraint officer_left_after check (left_on >= since),
  constraint officer_text check (char_length(number) between 1 and 32 and char_length(name) between 1 and 40)
);
create unique index officer_number_key on officer (lower(number));
create unique index officer_certificate_key on officer (lower(certificate)) where certificate is not null;

-- The unit of each day. A clip keeps the unit of the day it was recorded, wherever the officer goes later.
create table officer_unit (
  officer_id uuid not null references officer,
  unit_id    uuid not null references unit,
  during     daterange not null,
  constraint officer_unit_once exclude using gist (officer_id with =, during with &&),
  constraint officer_unit_begins check (not isempty(during) and not lower_inf(during))
);
create index officer_unit_unit_idx on officer_unit (unit_id);

-- A sheet between its trial and its use. What it held is taken out once it was used or given up.
create table sheet_import (
  import_id   uuid primary key,
  account_id  uuid not null references account,
  sheet       text not null,
  file_name   text not null,
  content     bytea,
  tried_at    timestamptz not null,
  applied_at  timestamptz,
  constraint sheet_import_size check (octet_length(content) <= 1048576),
  constraint sheet_import_applied check (applied_at is null or content is null)
);
create index sheet_import_waiting_idx on sheet_import (tried_at) where content is not null;

grant select, insert, update on unit, officer, officer_unit, sheet_import to $app_role$;
