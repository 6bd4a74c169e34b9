-- A change between the run of 07 and its stage counts as well: it makes the clip due at any stage once it was decided about.
drop trigger clip_is_due on clip;
create trigger clip_is_due before update of officers, units, recorded_from, recorded_to, corrected_from, corrected_to, clock_within_ms, recording, methods on clip
  for each row when (old.suggested_at is not null
    and (old.officers, old.units, old.recorded_from, old.recorded_to, old.corrected_from, old.corrected_to, old.clock_within_ms, old.recording, old.methods)
      is distinct from (new.officers, new.units, new.recorded_from, new.recorded_to, new.corrected_from, new.corrected_to, new.clock_within_ms, new.recording, new.methods))
  execute function clip_is_due();

create or replace function clip_of_is_due() returns trigger language plpgsql set search_path = $schema$ as $$
begin
  update clip set suggested_at = null where clip_id = case tg_op when 'DELETE' then old.clip_id else new.clip_id end and suggested_at is not null;
  return null;
end
$$;
