-- The daily census: the catalog against the store, and each station's spool against the catalog. One row a day and scope.
create table census (
  day          date not null,
  scope        text not null,
  station      text not null,
  begun_at     timestamptz not null,
  ended_at     timestamptz,
  clips        bigint not null default 0,
  clip_bytes   bigint not null default 0,
  objects      bigint not null default 0,
  object_bytes bigint not null default 0,
  locks        bigint not null default 0,
  swept        integer not null default 0,
  findings     integer not null default 0,
  result       text not null default 'running',
  detail       text,
  constraint census_pkey primary key (day, scope),
  constraint census_result check (result in ('running', 'good', 'findings', 'broken')),
  constraint census_ended check ((result = 'running') = (ended_at is null))
);

-- What a census found. It closes when a later whole census of the same scope doesn't find it any more; no row is ever removed.
create table census_finding (
  scope         text not null,
  kind          text not null,
  subject       text not null,
  clip_id       uuid,
  expected      text,
  found         text,
  first_seen_at timestamptz not null,
  last_seen_at  timestamptz not null,
  closed_at     timestamptz,
  constraint census_finding_pkey primary key (scope, kind, subject),
  constraint census_finding_kind check (kind in
    ('missing', 'size', 'lock', 'hidden', 'no-manifest', 'untracked', 'strange', 'unregistered', 'unstored', 'interrupted'))
);
create index census_finding_open_idx on census_finding (kind, first_seen_at) where closed_at is null;

alter table verification drop constraint verification_reason;
alter table verification add constraint verification_reason check (reason in ('read-back', 'on-demand', 'rota', 'census'));
-- Lists of the verification centre: read-backs that matched are as many as clips, and nobody looks for them there.
create index verification_ended_idx on verification (ended_at desc) where reason <> 'read-back';
create index verification_failed_idx on verification (clip_id, ended_at desc) where result in ('mismatch', 'missing');

grant select, insert, update on census, census_finding to $app_role$;
