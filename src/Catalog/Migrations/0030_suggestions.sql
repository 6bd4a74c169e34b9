-- Suggestions run by rule whenever what they rest on changes. A clip and an activity each say when that was last done; null: it is due. What changes them
-- takes the time away in its own transaction, so that nobody has to remember to ask.
alter table clip add column suggested_at timestamptz;
create index clip_due_idx on clip (received_at) where suggested_at is null and stage = 'linked';

-- A clock that had been reset tells nothing of when a clip was recorded, but of when it came in something is known.
create index clip_reset_idx on clip (received_at) where received_at - recorded_from > interval '366 days';

-- 07 follows 06.
drop index clip_unfinished_idx;
create index clip_unfinished_idx on clip (received_at) where stage in ('registered', 'stored', 'probed', 'previewed');

create function clip_is_due() returns trigger language plpgsql as $$
begin
  new.suggested_at = null;
  return new;
end
$$;
create trigger clip_is_due before update of officers, units, recorded_from, recorded_to, corrected_from, corrected_to, clock_within_ms, recording, methods on clip
  for each row when (new.stage = 'linked' and old.suggested_at is not null
    and (old.officers, old.units, old.recorded_from, old.recorded_to, old.corrected_from, old.corrected_to, old.clock_within_ms, old.recording, old.methods)
      is distinct from (new.officers, new.units, new.recorded_from, new.recorded_to, new.corrected_from, new.corrected_to, new.clock_within_ms, new.recording, new.methods))
  execute function clip_is_due();

create function clip_of_is_due() returns trigger language plpgsql set search_path = $schema$ as $$
begin
  update clip set suggested_at = null
  where clip_id = case tg_op when 'DELETE' then old.clip_id else new.clip_id end and suggested_at is not null and stage = 'linked';
  return null;
end
$$;
-- Where it was recorded.
create trigger media_is_due after update of latitude, longitude on media
  for each row when ((old.latitude, old.longitude) is distinct from (new.latitude, new.longitude)) execute function clip_of_is_due();
-- What people say of it. What rules write has no account.
create trigger link_is_due_new after insert on link for each row when (new.account_id is not null) execute function clip_of_is_due();
create trigger link_is_due after update of state on link
  for each row when (old.state <> new.state and not new.auto) execute function clip_of_is_due();
create trigger link_is_due_gone after delete on link for each row when (old.state <> 'suggested') execute function clip_of_is_due();
create trigger not_enforcement_is_due after insert or delete on not_enforcement for each row execute function clip_of_is_due();

-- What a case tells of all its activities.
create function case_is_due() returns trigger language plpgsql set search_path = $schema$ as $$
begin
  update activity set suggested_at = null where case_id = new.case_id and suggested_at is not null;
  return null;
end
$$;
create trigger case_is_due after update of unit_id, state on case_file
  for each row when (old.unit_id <> new.unit_id or old.state <> new.state) execute function case_is_due();
-- One that was withdrawn too: its suggestions go.
create trigger activity_is_due before update of withdrawn_at on activity
  for each row when (old.withdrawn_at is distinct from new.withdrawn_at) execute function clip_is_due();
drop index activity_due_idx;
create index activity_due_idx on activity (activity_id) where suggested_at is null;
