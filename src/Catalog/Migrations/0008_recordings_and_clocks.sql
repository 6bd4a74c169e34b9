-- Files that are one recording, and how far a recorder's clock was off.
alter table clip
  add column class           text,
  add column channel         text,
  add column sequence        bigint,
  add column recording       uuid,
  add column clock_offset_ms bigint,
  add column clock_within_ms bigint,
  add column clock_by        text,
  add column corrected_from  timestamptz,
  add column corrected_to    timestamptz,
  add constraint clip_clock_by check (clock_by in ('gps', 'station-qr', 'entry')),
  add constraint clip_clock_whole check (
    (clock_offset_ms is null) = (clock_by is null) and (clock_within_ms is null) = (clock_by is null)
    and (corrected_from is null) = (clock_by is null));

-- One comparison of a recorder's clock with the true time. offset_ms: the recorder's clock less the true time; positive is fast.
create table clock_reading (
  reading_id  uuid primary key,
  recorder    text,
  clip_id     uuid references clip,
  device_at   timestamptz not null,
  offset_ms   bigint not null,
  within_ms   bigint not null,
  source      text not null,
  time_source text,
  account_id  uuid,
  account     text,
  note        text,
  read_at     timestamptz not null,
  constraint clock_reading_source check (source in ('gps', 'station-qr', 'entry')),
  constraint clock_reading_of check (recorder is not null or clip_id is not null),
  constraint clock_reading_within check (within_ms between 0 and 600000),
  constraint clock_reading_entry check ((source = 'entry') = (account_id is not null))
);
create unique index clock_reading_clip_key on clock_reading (clip_id, source) where clip_id is not null;
create index clock_reading_recorder_idx on clock_reading (recorder, device_at) where recorder is not null;
grant select, insert, update on clock_reading to $app_role$;

update clip set class = first.name ->> 'class', sequence = (first.name ->> 'sequence')::bigint
from (select clip_id, convert_from(manifest, 'UTF8')::jsonb -> 'name' as name from provenance where intake_id = clip_id) first
where first.clip_id = clip.clip_id and first.name is not null;

-- A gap of more than two seconds begins another recording (islands of overlapping periods).
with reached as (
  select clip_id, recorder, class, kind, recorded_from,
    max(recorded_to) over series as until
  from clip
  where recorder is not null and recorded_to is not null and kind in ('video', 'audio')
  window series as (partition by recorder, class, kind order by recorded_from, clip_id rows between unbounded preceding and 1 preceding)
), beginnings as (
  select *, (until is null or recorded_from > until + interval '2 seconds')::int as begins from reached
), counted as (
  select *, sum(begins) over (partition by recorder, class, kind order by recorded_from, clip_id) as island from beginnings
)
update clip set recording = first.recording
from (select clip_id, first_value(clip_id) over (partition by recorder, class, kind, island order by recorded_from, clip_id) as recording from counted) first
where first.clip_id = clip.clip_id;
update clip set recording = clip_id where recording is null and recorded_to is not null and kind in ('video', 'audio');

create index clip_recording_idx on clip (recording) where recording is not null;
create index clip_series_idx on clip (recorder, recorded_from) where recorder is not null and recorded_from is not null;
drop index clip_recorded_idx;
create index clip_recorded_idx on clip ((coalesce(corrected_from, recorded_from, received_at)) desc, clip_id desc) where not sidecar;
