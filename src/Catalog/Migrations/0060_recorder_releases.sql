-- Files deleted on a recorder once their bytes are proven to be stored. The intention stands here before the deletion; what became of it stays.
create table recorder_release (
  intake_id   uuid primary key references provenance,
  clip_id     uuid not null references clip,
  station     text not null,
  slot        integer not null,
  session_id  uuid not null,
  intended_at timestamptz not null,
  ended_at    timestamptz,
  outcome     text,
  reason      text,
  constraint recorder_release_outcome check (outcome in ('deleted', 'recovered', 'kept')),
  constraint recorder_release_ended check ((ended_at is null) = (outcome is null)),
  constraint recorder_release_reason check ((outcome = 'kept') = (reason is not null) or outcome is null)
);
create index recorder_release_clip_idx on recorder_release (clip_id);
create index recorder_release_session_idx on recorder_release (session_id);

grant select, insert, update on recorder_release to $app_role$;
