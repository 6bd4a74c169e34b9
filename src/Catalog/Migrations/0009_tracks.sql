-- Where the recorder was, read from a file by 05: a sidecar, or the recording itself. One row for a file; which recordings it belongs to
-- follows from provenance.sidecar_of, so that the order of arrival doesn't matter. Facts, no evidence: a better reading replaces it.
-- points: [[latitude, longitude, UTC in ms, ms from the start of the recording, m/s], …], the last three null where unknown.
create table track (
  clip_id     uuid primary key references clip,
  source      text not null,
  points      jsonb not null,
  point_count integer not null,
  skipped     integer not null,
  read_at     timestamptz not null,
  constraint track_source check (source in ('nmea', 'gpx', 'srt', 'gpstrail', 'gpmf', 'subtitle')),
  constraint track_points check (point_count between 1 and 100000)
);

-- Streams of the recording in which positions may stand, as ffprobe lists them: gpmf:3, subtitle:2.
alter table media add column telemetry text;

grant select, insert, update, delete on track to $app_role$;
