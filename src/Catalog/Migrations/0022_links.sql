-- What a clip shows: which activity, which item; what it counts as; marks, waivers, and how long it is kept.

create table link (
  link_id      uuid primary key,
  clip_id      uuid not null references clip,
  activity_id  uuid not null references activity,
  item         text not null,
  part_from_ms bigint,
  part_to_ms   bigint,
  state        text not null,
  before       text,
  rank         smallint,
  score        smallint,
  reasons      jsonb not null default '[]',
  auto         boolean not null default false,
  made_by      text not null,
  made_at      timestamptz not null,
  account_id   uuid,
  account      text,
  decided_at   timestamptz,
  note         text,
  version      integer not null default 1,
  constraint link_once unique nulls not distinct (clip_id, activity_id, item, part_from_ms, part_to_ms),
  constraint link_state check (state in ('suggested', 'confirmed', 'rejected') and before in ('suggested', 'confirmed', 'rejected')),
  constraint link_part check (part_from_ms >= 0 and part_to_ms > coalesce(part_from_ms, 0)),
  constraint link_score check (score between 0 and 100 and rank > 0),
  constraint link_decided check ((state = 'suggested') = (decided_at is null)),
  constraint link_auto check (not auto or (state = 'confirmed' and account_id is null)),
  constraint link_note check (char_length(note) between 1 and 500)
);
create index link_activity_idx on link (activity_id, item) where state <> 'rejected';

-- 与执法无关: belongs to no case, with the reason. Kept to the floor of retention like every clip, and counted.
create table not_enforcement (
  clip_id    uuid primary key references clip,
  reason     text not null,
  note       text,
  account_id uuid not null,
  account    text not null,
  at         timestamptz not null,
  version    integer not null default 1,
  constraint not_enforcement_reason check (reason in ('test', 'accidental', 'training', 'private', 'administrative', 'other')),
  constraint not_enforcement_note check (char_length(note) between 2 and 500 and (reason <> 'other' or note is not null))
);
create index not_enforcement_at_idx on not_enforcement (at desc);

-- Of an item of an activity, or, where the activity itself is missing, of the case.
create table waiver (
  waiver_id   uuid primary key,
  case_id     uuid not null references case_file,
  activity_id uuid references activity,
  item        text not null,
  kind        text not null,
  reason      text not null,
  state       text not null,
  asked_id    uuid not null,
  asked_by    text not null,
  asked_at    timestamptz not null,
  decided_id  uuid,
  decided_by  text,
  decided_at  timestamptz,
  note        text,
  version     integer not null default 1,
  constraint waiver_kind check (kind in ('text', 'missing')),
  constraint waiver_reason check (char_length(reason) between 2 and 500 and char_length(note) between 1 and 500),
  constraint waiver_state check (state in ('waiting', 'approved', 'refused', 'withdrawn')),
  constraint waiver_decided check ((state = 'waiting') = (decided_at is null)),
  constraint waiver_two_persons check (state not in ('approved', 'refused') or (decided_id is not null and decided_id <> asked_id))
);
-- One that waits or stands at a time.
create unique index waiver_open_key on waiver (case_id, item, coalesce(activity_id, case_id)) where state in ('waiting', 'approved');

create table marker (
  marker_id  uuid primary key,
  clip_id    uuid not null references clip,
  kind       text not null,
  from_ms    bigint not null,
  to_ms      bigint,
  note       text,
  account_id uuid not null,
  account    text not null,
  at         timestamptz not null,
  version    integer not null default 1,
  constraint marker_kind check (kind in ('certificate', 'notice', 'statement', 'signature', 'free')),
  constraint marker_place check (from_ms >= 0 and to_ms >= from_ms),
  constraint marker_note check (char_length(note) between 1 and 1000 and (kind <> 'free' or note is not null))
);
create index marker_clip_idx on marker (clip_id, from_ms);

-- Why a clip is kept beyond the floor. Only ever added to and ended: the date until which a store locks it goes forward alone.
create table retention_claim (
  clip_id  uuid not null references clip,
  reason   text not null,
  case_id  uuid references case_file,
  until    timestamptz not null,
  made_by  text not null,
  made_at  timestamptz not null,
  ended_at timestamptz,
  constraint retention_claim_key unique nulls not distinct (clip_id, reason, case_id),
  constraint retention_claim_reason check (reason in ('case-file', 'evidence', 'obstruction', 'major-event', 'complex-case')),
  constraint retention_claim_case check (reason <> 'case-file' or case_id is not null)
);

-- What a clip counts as: video 1, audio 2, photo 4, cctv 8. A film with sound is both; an export of fixed cameras is cctv and video.
create function methods_of(kind text, sound boolean, cctv boolean) returns smallint language sql immutable as $$
  select (case kind
    when 'photo' then 4
    when 'audio' then 2
    when 'video' then 1 + case when sound then 2 else 0 end + case when cctv then 8 else 0 end
    else 0 end)::smallint
$$;

alter table clip
  add column methods smallint not null default 0,
  add column filed   text not null default 'unlinked',
  add constraint clip_filed check (filed in ('unlinked', 'linked', 'not-enforcement'));

create function clip_counts_as() returns trigger language plpgsql set search_path = $schema$ as $$
begin
  new.methods = methods_of(
    new.kind,
    exists (select from media where media.clip_id = new.clip_id and audio_codec is not null),
    exists (select from recorder where lower(serial) = lower(new.recorder) and recorder.kind = 'cctv'));
  return new;
end
$$;
create trigger clip_counts_as before insert or update of kind, recorder, methods on clip for each row execute function clip_counts_as();

create function media_counts_as() returns trigger language plpgsql set search_path = $schema$ as $$
begin
  update clip set methods = methods where clip_id = new.clip_id;
  return null;
end
$$;
create trigger media_counts_as after insert or update of audio_codec on media for each row execute function media_counts_as();

create function recorder_counts_as() returns trigger language plpgsql set search_path = $schema$ as $$
begin
  update clip set methods = methods where clip_id in (select clip_id from provenance where lower(provenance.recorder) = lower(new.serial));
  return null;
end
$$;
create trigger recorder_counts_as_new after insert on recorder for each row when (new.kind = 'cctv') execute function recorder_counts_as();
create trigger recorder_counts_as after update of kind on recorder
  for each row when ((old.kind = 'cctv') <> (new.kind = 'cctv')) execute function recorder_counts_as();

update clip set methods = methods;

-- Whether a clip still waits to be linked. The lock first: of two changes at once the second sees what the first left.
create function clip_is_filed() returns trigger language plpgsql set search_path = $schema$ as $$
declare
  which uuid = case tg_op when 'DELETE' then old.clip_id else new.clip_id end;
begin
  perform from clip where clip_id = which for no key update;
  update clip set filed = filing.state
  from (select case
      when exists (select from link where link.clip_id = which and link.state = 'confirmed') then 'linked'
      when exists (select from not_enforcement where not_enforcement.clip_id = which) then 'not-enforcement'
      else 'unlinked' end as state) filing
  where clip.clip_id = which and clip.filed <> filing.state;
  return null;
end
$$;
create trigger link_files_new after insert on link for each row when (new.state = 'confirmed') execute function clip_is_filed();
create trigger link_files after update of state on link for each row when (old.state <> new.state) execute function clip_is_filed();
create trigger link_files_gone after delete on link for each row when (old.state = 'confirmed') execute function clip_is_filed();
create trigger not_enforcement_files after insert or delete on not_enforcement for each row execute function clip_is_filed();

create index clip_inbox_idx on clip ((coalesce(corrected_from, recorded_from, received_at)) desc, clip_id desc)
  where filed = 'unlinked' and not sidecar and kind <> 'data';
create index clip_inbox_officers_idx on clip using gin (officers) where filed = 'unlinked' and not sidecar and kind <> 'data';

grant select, insert, update, delete on link, not_enforcement, marker to $app_role$;
grant select, insert, update on waiver, retention_claim to $app_role$;
