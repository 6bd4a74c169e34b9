-- Whose footage it is. Each sighting takes the officer from the allocation at its time; what isn't certain is on a list until a person resolves it.
alter table provenance
  add column officer_id    uuid references officer,
  add column unit_id       uuid references unit,
  add column attributed_by text,
  add column unattributed  text,
  add column attributed_at timestamptz,
  add constraint provenance_attributed_by check (attributed_by in ('allocation', 'uploader', 'entry')),
  add constraint provenance_unattributed check (unattributed in (
    'recorder-unknown', 'recorder-unregistered', 'not-issued', 'name-contradicts', 'time-unsure', 'uploader-unknown')),
  add constraint provenance_attributed check (attributed_by is null or unattributed is null);
create index provenance_unattributed_idx on provenance (spooled_at desc, intake_id desc) where unattributed is not null;
create index provenance_officer_idx on provenance (officer_id, spooled_at desc) where officer_id is not null;

-- Of all sightings together: who may know of the clip.
alter table clip add column officers uuid[] not null default '{}', add column units uuid[] not null default '{}';
create index clip_officers_idx on clip using gin (officers);
create index clip_units_idx on clip using gin (units);

-- What a person entered. A change of what stood for a day waits for a second person; it is only ever added to, and ended once.
create table attribution (
  attribution_id uuid primary key,
  intake_id      uuid not null references provenance,
  officer_id     uuid references officer,
  reason         text not null,
  account_id     uuid not null,
  account        text not null,
  at             timestamptz not null,
  state          text not null,
  second_id      uuid,
  second         text,
  ended_at       timestamptz,
  constraint attribution_state check (state in ('waiting', 'applied', 'refused')),
  constraint attribution_ended check ((state = 'waiting') = (ended_at is null)),
  constraint attribution_two_persons check (second_id is distinct from account_id),
  constraint attribution_reason check (char_length(reason) between 2 and 500)
);
create unique index attribution_waiting_key on attribution (intake_id) where state = 'waiting';
create index attribution_intake_idx on attribution (intake_id, at desc);
grant select, insert, update on attribution to $app_role$;

-- Which clips an account may know of: all, those of its unit, those of its unit and below, its own, or the samples.
alter table account drop constraint account_scope;
alter table account add column unit_id uuid references unit;
alter table account add constraint account_scope check (scope in ('all', 'below', 'unit', 'own', 'sample'));
alter table account add constraint account_scope_unit check (scope not in ('below', 'unit') or unit_id is not null);
