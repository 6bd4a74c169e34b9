-- The nightly re-reading of all originals, a row for each night.
create table rota_night (
  night       date primary key,
  station     text not null,
  begun_at    timestamptz not null,
  ended_at    timestamptz,
  clips       integer not null default 0,
  size_bytes  bigint not null default 0,
  differing   integer not null default 0,
  overdue     integer not null default 0,
  result      text not null default 'running',
  detail      text,
  constraint rota_night_result check (result in ('running', 'good', 'differing', 'overdue', 'nothing')),
  constraint rota_night_ended check ((result = 'running') = (ended_at is null))
);
create index clip_verified_idx on clip (verified_at) where stage <> 'registered';
grant select, insert, update on rota_night to $app_role$;
