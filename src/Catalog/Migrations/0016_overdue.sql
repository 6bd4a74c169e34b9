-- What docking teaches about a recorder's storage, and how its clock stands: read by lists of the whole bureau, so kept beside the readings.
alter table dock_session
  add column free_bytes  bigint,
  add column total_bytes bigint,
  add constraint dock_session_space check ((free_bytes is null) = (total_bytes is null) and free_bytes between 0 and total_bytes);

-- The latest reading of a recorder's clock, and how much it gains a day. Keyed by the serial in lower case: recorders are found so.
create table recorder_clock (
  recorder         text primary key,
  device_at        timestamptz not null,
  offset_ms        bigint not null,
  within_ms        bigint not null,
  source           text not null,
  drift_ms_per_day bigint,
  drift_within_ms  bigint,
  constraint recorder_clock_source check (source in ('gps', 'station-qr', 'entry')),
  constraint recorder_clock_drift check ((drift_ms_per_day is null) = (drift_within_ms is null))
);
-- Drift is worked out with the next reading.
insert into recorder_clock (recorder, device_at, offset_ms, within_ms, source)
select distinct on (lower(recorder)) lower(recorder), device_at, offset_ms, within_ms, source
from clock_reading where recorder is not null
order by lower(recorder), device_at - offset_ms * interval '1 millisecond' desc;
create index clock_reading_lower_idx on clock_reading (lower(recorder)) where recorder is not null;
grant select, insert, update on recorder_clock to $app_role$;

-- How long after its end a recording was handed in.
create index clip_late_idx on clip ((received_at - coalesce(corrected_to, recorded_to))) where coalesce(corrected_to, recorded_to) is not null and not sidecar;
