-- The way of a clip: what was seen on which recorder, what it is, where it is kept, and every change of state.

create table clip (
  clip_id         uuid primary key,
  sha256          bytea not null,
  sm3             bytea,
  size_bytes      bigint not null,
  kind            text not null,
  stage           text not null default 'registered',
  health          text not null default 'ok',
  health_reason   text,
  preview_state   text not null default 'pending',
  sidecar         boolean not null,
  sample          boolean not null,
  station         text not null,
  slot            integer,
  recorder        text,
  display_name    text not null,
  received_at     timestamptz not null,
  recorded_from   timestamptz,
  recorded_to     timestamptz,
  recorded_source text,
  stored_at       timestamptz,
  locked_until    timestamptz,
  lock_strength   text,
  verified_at     timestamptz,
  constraint clip_sha256_key unique (sha256),
  constraint clip_sha256_length check (octet_length(sha256) = 32),
  constraint clip_sm3_length check (octet_length(sm3) = 32),
  constraint clip_not_empty check (size_bytes > 0),
  constraint clip_kind check (kind in ('video', 'audio', 'photo', 'data')),
  constraint clip_stage check (stage in ('registered', 'stored', 'probed', 'previewed', 'linked')),
  constraint clip_health check (health in ('ok', 'attention', 'damaged')),
  constraint clip_preview_state check (preview_state in ('pending', 'ready', 'unsupported', 'none', 'failed')),
  constraint clip_lock_strength check (lock_strength in ('advisory', 'enforced')),
  constraint clip_recorded_order check (recorded_to >= recorded_from)
);
create index clip_received_idx on clip (received_at desc, clip_id desc) where not sidecar;
create index clip_recorded_idx on clip ((coalesce(recorded_from, received_at)) desc, clip_id desc) where not sidecar;
create index clip_unfinished_idx on clip (received_at) where stage in ('registered', 'stored', 'probed');
create index clip_trouble_idx on clip (received_at) where health <> 'ok';

create table provenance (
  intake_id          uuid primary key,
  clip_id            uuid not null references clip,
  recorder_key       text not null,
  recorder           text,
  recorder_by        text not null,
  person             text,
  profile            text,
  station            text not null,
  slot               integer,
  session_id         uuid not null,
  source             text not null,
  raw_path           bytea not null,
  display_path       text not null,
  size_bytes         bigint not null,
  modified_at        timestamptz not null,
  device_time        timestamp,
  device_zone        text,
  device_time_utc    timestamptz,
  device_time_source text,
  attached_at        timestamptz not null,
  spooled_at         timestamptz not null,
  sidecar_of         uuid,
  manifest           bytea not null,
  constraint provenance_sighting_key unique (recorder_key, raw_path, size_bytes, modified_at, clip_id),
  constraint provenance_recorder_by check (recorder_by in ('binding', 'volume', 'name', 'none')),
  constraint provenance_source check (source in ('dock', 'import', 'browser'))
);
create index provenance_clip_idx on provenance (clip_id);
create index provenance_session_idx on provenance (session_id);
create index provenance_sidecar_idx on provenance (sidecar_of) where sidecar_of is not null;

create table media (
  clip_id       uuid primary key references clip,
  container     text,
  duration_ms   bigint,
  video_codec   text,
  pixel_format  text,
  width         integer,
  height        integer,
  rotation      integer,
  frame_rate    double precision,
  audio_codec   text,
  audio_channels integer,
  audio_rate_hz integer,
  bit_rate      bigint,
  plays         text not null,
  created_at    timestamptz,
  latitude      double precision,
  longitude     double precision,
  place_source  text,
  make          text,
  model         text,
  tags          jsonb not null,
  probed_at     timestamptz not null,
  tool          text not null,
  constraint media_plays check (plays in ('original', 'needs-preview', 'photo', 'no'))
);

-- The append-only log. The application's role may only insert and read. body holds the event's final bytes; they are what a
-- verifier hashes (RFC 6962 leaf). txid lets a sequencer fold only events whose transactions are all finished.
create table custody_event (
  event_id   uuid primary key,
  txid       xid8 not null default pg_current_xact_id(),
  at         timestamptz not null,
  kind       text not null,
  clip_id    uuid,
  account_id uuid,
  once       text not null,
  body       bytea not null,
  constraint custody_event_once_key unique (once),
  constraint custody_event_body_length check (octet_length(body) between 2 and 65535)
);
create index custody_event_clip_idx on custody_event (clip_id, at) where clip_id is not null;
create index custody_event_account_idx on custody_event (account_id, at) where account_id is not null;

create table verification (
  verification_id uuid primary key,
  clip_id         uuid not null references clip,
  reason          text not null,
  requested_by    uuid,
  requested_at    timestamptz not null,
  ended_at        timestamptz,
  result          text not null default 'running',
  found_size      bigint,
  found_sha256    bytea,
  found_sm3       bytea,
  detail          text,
  leased_until    timestamptz,
  constraint verification_reason check (reason in ('read-back', 'on-demand', 'rota')),
  constraint verification_result check (result in ('running', 'match', 'mismatch', 'missing', 'unavailable')),
  constraint verification_ended check ((result = 'running') = (ended_at is null))
);
create index verification_clip_idx on verification (clip_id, requested_at desc);
create index verification_running_idx on verification (requested_at) where result = 'running';

create table derived (
  clip_id       uuid not null references clip,
  name          text not null,
  content_type  text not null,
  size_bytes    bigint not null,
  sha256        bytea not null,
  parent_sha256 bytea not null,
  tool          text not null,
  arguments     text not null,
  made_at       timestamptz not null,
  constraint derived_pkey primary key (clip_id, name)
);

create table dock_session (
  session_id   uuid primary key,
  station      text not null,
  slot         integer,
  source       text not null,
  recorder_key text not null,
  recorder     text,
  recorder_by  text not null,
  attached_at  timestamptz not null,
  detached_at  timestamptz,
  early        boolean not null default false,
  missing      integer not null default 0
);
create index dock_session_station_idx on dock_session (station, attached_at desc);

-- Files that were seen and not taken in, with the reason: an empty file is an exception on this list, never a clip.
create table skipped_file (
  session_id   uuid not null,
  raw_path     bytea not null,
  display_path text not null,
  reason       text not null,
  size_bytes   bigint not null,
  modified_at  timestamptz not null,
  at           timestamptz not null,
  constraint skipped_file_pkey primary key (session_id, raw_path)
);
create index skipped_file_reason_idx on skipped_file (reason, at desc);

-- Who is at work on a clip. A worker holds a lease with a token that only grows; a write with an old token changes nothing.
create table clip_work (
  clip_id         uuid primary key references clip,
  token           bigint not null default 0,
  leased_until    timestamptz,
  attempts        integer not null default 0,
  next_attempt_at timestamptz not null,
  last_error      text
);
create index clip_work_due_idx on clip_work (next_attempt_at);

-- One opened viewing: bytes leave only under a live one, and its custody event was written before it was.
create table viewing (
  token_sha256 bytea primary key,
  account_id   uuid not null,
  login_id     text not null,
  kind         text not null,
  clip_ids     uuid[] not null,
  opened_at    timestamptz not null,
  last_used_at timestamptz not null
);

grant select, insert, update, delete on all tables in schema $schema$ to $app_role$;
revoke update, delete, truncate on custody_event from $app_role$;
