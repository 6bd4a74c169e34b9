-- Cases, their steps, and the dated activities in them. Nothing here needs a clip, and no clip needs a case.

create function step_place(step text) returns integer language sql immutable as $$
  select array_position(array['filing', 'investigation', 'evidence', 'review', 'decision', 'service', 'execution'], step)
$$;

-- parties: [{"name": …, "kind": "person" | "organisation"}, …]. All of them, and the plates, are looked for as whole words.
-- seen_by: the officers of the case and of its activities, who may know of it.
create table case_file (
  case_id      uuid primary key,
  number       text not null,
  action       text not null,
  title        text,
  unit_id      uuid not null references unit,
  officers     uuid[] not null default '{}',
  seen_by      uuid[] not null default '{}',
  parties      jsonb not null default '[]',
  plates       text[] not null default '{}',
  opened_on    date not null,
  closed_on    date,
  state        text not null default 'open',
  origin       text not null,
  checklist_id uuid not null references checklist,
  version      integer not null default 1,
  changed_at   timestamptz not null,
  constraint case_file_action check (action in ('licence', 'penalty', 'coercion', 'levy', 'fee', 'inspection')),
  constraint case_file_state check (state in ('open', 'submitted', 'returned', 'reviewed', 'closed')),
  constraint case_file_origin check (origin in ('api', 'sheet', 'hand', 'inspection')),
  constraint case_file_closed check (closed_on >= opened_on),
  constraint case_file_text check (char_length(number) between 1 and 64 and char_length(title) between 1 and 120)
);
create unique index case_file_number_key on case_file (lower(number));
create index case_file_opened_idx on case_file (opened_on desc, case_id desc);
create index case_file_unit_idx on case_file (unit_id, opened_on desc, case_id desc);
create index case_file_state_idx on case_file (state, opened_on desc, case_id desc) where state <> 'closed';
create index case_file_seen_by_idx on case_file using gin (seen_by);

-- Numbers of the records that the product numbers itself: inspections, by year.
create table case_counter (
  year integer primary key,
  last integer not null
);

create table case_step (
  case_id    uuid not null references case_file,
  step       text not null,
  reached_on date not null,
  constraint case_step_pkey primary key (case_id, step),
  constraint case_step_step check (step in ('filing', 'investigation', 'evidence', 'review', 'decision', 'service', 'execution'))
);

-- One dated happening. It lasts a day at most, so that those around an instant are a short range of begins. withdrawn_at: it is no longer
-- part of the case, and stays because clips were linked to it. suggested_at: when its clips were last looked for; null: that is due.
create table activity (
  activity_id  uuid primary key,
  case_id      uuid not null references case_file,
  external_id  text not null,
  step         text not null,
  title        text,
  items        text[] not null,
  officers     uuid[] not null,
  place        text,
  latitude     double precision,
  longitude    double precision,
  begins       timestamptz not null,
  ends         timestamptz not null,
  planned      boolean not null,
  withdrawn_at timestamptz,
  suggested_at timestamptz,
  version      integer not null default 1,
  constraint activity_external_key unique (case_id, external_id),
  constraint activity_step check (step in ('filing', 'investigation', 'evidence', 'review', 'decision', 'service', 'execution')),
  constraint activity_lasts check (ends > begins and ends - begins <= interval '24 hours'),
  constraint activity_place check ((latitude is null) = (longitude is null) and latitude between -90 and 90 and longitude between -180 and 180),
  constraint activity_text check (char_length(external_id) between 1 and 64 and char_length(title) between 1 and 120 and char_length(place) between 1 and 120)
);
create index activity_begins_idx on activity (begins);
create index activity_due_idx on activity (activity_id) where suggested_at is null and withdrawn_at is null;

-- What a unit wants of its cases and of suggested links. The nearest unit upwards that has one decides.
create table unit_policy (
  unit_id      uuid primary key references unit,
  mandatory    text[] not null default '{}',
  auto_confirm boolean not null default false,
  version      integer not null default 1,
  changed_at   timestamptz not null
);

create view unit_policy_in_force as
  with recursive deciding as (
    select unit.unit_id, own.mandatory, own.auto_confirm
    from unit left join unit_policy own on own.unit_id = unit.unit_id
    where unit.parent_id is null
    union all
    select unit.unit_id, coalesce(own.mandatory, deciding.mandatory), coalesce(own.auto_confirm, deciding.auto_confirm)
    from deciding join unit on unit.parent_id = deciding.unit_id left join unit_policy own on own.unit_id = unit.unit_id)
  select unit_id, coalesce(mandatory, '{}') as mandatory, coalesce(auto_confirm, false) as auto_confirm from deciding;

-- Events about a case; the feed for other systems goes by the transaction, the history of a case by the time.
alter table custody_event add column case_id uuid;
create index custody_event_case_idx on custody_event (case_id, at) where case_id is not null;
create index custody_event_feed_idx on custody_event (txid, event_id) where case_id is not null;

grant select, insert, update on case_file, case_counter, activity, unit_policy to $app_role$;
grant select, insert, update, delete on case_step to $app_role$;
grant delete on activity to $app_role$;
grant select on unit_policy_in_force to $app_role$;
