-- Coverage: which items of which activities are shown by confirmed footage, and what is missing. Computed when asked, from links and times as
-- they stand: whatever changes, changes it everywhere in the same transaction. Nobody else computes it.

-- When a link's clip, or its part, was recorded. True time where the clock's offset is known. The period is null for a photo, and for a recording
-- that doesn't say how long it is.
create view link_shown as
  select link.*, clip.methods, clip.kind, placed.starts,
    case when clip.kind <> 'photo' then tstzrange(placed.starts, greatest(placed.starts, least(placed.ends, placed.clip_starts + link.part_to_ms * interval '1 millisecond'))) end as period
  from link
    join clip on clip.clip_id = link.clip_id
    cross join lateral (select
      coalesce(clip.corrected_from, clip.recorded_from) as clip_starts,
      coalesce(clip.corrected_from, clip.recorded_from) + coalesce(link.part_from_ms, 0) * interval '1 millisecond' as starts,
      case when clip.corrected_from is null then clip.recorded_to else clip.corrected_to end as ends) placed
  where placed.starts is not null and (clip.kind = 'photo' or placed.ends is not null);

-- The time in which an expression holds: the union of its alternatives, each the intersection of what its methods cover. A photo stands for the
-- whole activity.
create function methods_cover(
  alternatives smallint[], whole tstzmultirange, video tstzmultirange, audio tstzmultirange, cctv tstzmultirange, photo boolean)
returns tstzmultirange language plpgsql immutable as $$
declare
  alternative smallint;
  one tstzmultirange;
  covered tstzmultirange = '{}';
begin
  foreach alternative in array alternatives loop
    if alternative & 4 = 0 or photo then
      one = whole;
      if alternative & 1 <> 0 then one = one * video; end if;
      if alternative & 2 <> 0 then one = one * audio; end if;
      if alternative & 8 <> 0 then one = one * cctv; end if;
      covered = covered + one;
    end if;
  end loop;
  return covered;
end
$$;

-- The same for an item of which some instant is enough: an alternative all of whose methods were there.
create function methods_met(alternatives smallint[], seen integer) returns boolean language sql immutable as $$
  select seen & alternatives[1] = alternatives[1]
    or coalesce(seen & alternatives[2] = alternatives[2], false) or coalesce(seen & alternatives[3] = alternatives[3], false)
    or coalesce(seen & alternatives[4] = alternatives[4], false) or coalesce(seen & alternatives[5] = alternatives[5], false)
    or coalesce(seen & alternatives[6] = alternatives[6], false)
$$;

-- One row for each item of each activity of these cases, and for each mandatory item whose step is reached without one.
-- state: satisfied, missing, wrong-method (confirmed footage of the time, and none of it counts), only-suggested, waived, not-occurred (planned and nothing
-- confirmed), activity-missing. covered and suggested lie within the activity; what suggested links would add. missing: gaps longer than the tolerance.
-- The names are qualified so that the function can become part of the query around it.
create function coverage(cases uuid[]) returns table (
  case_id uuid, activity_id uuid, step text, item text, mode text, begins timestamptz, ends timestamptz, state text,
  covered tstzmultirange, missing tstzmultirange, missing_ms bigint, suggested tstzmultirange, confirmed_links uuid[], suggested_links uuid[], waiver_id uuid)
language sql stable as $$
  select activity.case_id, activity.activity_id, activity.step, item.code, item.mode, activity.begins, activity.ends,
    case
      when activity.planned and not coalesce(shown.confirmed, false) then 'not-occurred'
      when judged.good then 'satisfied'
      when waiver.waiver_id is not null then 'waived'
      when shown.seen > 0 and judged.nothing then 'wrong-method'
      when judged.nothing and judged.hoped then 'only-suggested'
      else 'missing'
    end,
    found.covered,
    case when item.mode = 'full' and not judged.good then gap.missing else '{}' end,
    case when item.mode = 'full' and not judged.good then gap.missing_ms else 0 end,
    found.suggested, coalesce(shown.confirmed_links, '{}'), coalesce(shown.suggested_links, '{}'), waiver.waiver_id
  from $schema$.activity
    join $schema$.case_file on case_file.case_id = activity.case_id
    cross join lateral unnest(activity.items) as named (code)
    join $schema$.checklist_item item on item.checklist_id = case_file.checklist_id and item.code = named.code
    left join $schema$.waiver on waiver.activity_id = activity.activity_id and waiver.item = named.code and waiver.state = 'approved'
    cross join lateral (
      select
        bool_or(l.state = 'confirmed') as confirmed,
        coalesce(bit_or(l.methods) filter (where l.state = 'confirmed' and inside.it), 0)::integer as seen,
        coalesce(bit_or(l.methods) filter (where inside.it), 0)::integer as seen_or_suggested,
        coalesce(range_agg(l.period) filter (where l.state = 'confirmed' and l.methods & 1 <> 0), '{}') as video,
        coalesce(range_agg(l.period) filter (where l.state = 'confirmed' and l.methods & 2 <> 0), '{}') as audio,
        coalesce(range_agg(l.period) filter (where l.state = 'confirmed' and l.methods & 8 <> 0), '{}') as cctv,
        range_agg(l.period) filter (where l.state = 'suggested' and l.methods & 1 <> 0) as video_suggested,
        range_agg(l.period) filter (where l.state = 'suggested' and l.methods & 2 <> 0) as audio_suggested,
        range_agg(l.period) filter (where l.state = 'suggested' and l.methods & 8 <> 0) as cctv_suggested,
        array_agg(l.link_id order by l.starts, l.link_id) filter (where l.state = 'confirmed') as confirmed_links,
        array_agg(l.link_id order by l.rank, l.starts, l.link_id) filter (where l.state = 'suggested') as suggested_links
      from $schema$.link_shown l
        cross join lateral (select case when l.period is null
          then l.starts between activity.begins - item.tolerance_s * interval '1 second' and activity.ends + item.tolerance_s * interval '1 second'
          else l.period && tstzrange(activity.begins, activity.ends) end as it) inside
      where l.activity_id = activity.activity_id and l.item = named.code and l.state <> 'rejected') shown
    cross join lateral (select tstzmultirange(tstzrange(activity.begins, activity.ends)) as whole) span
    cross join lateral (select
      case when item.mode = 'full' and shown.seen > 0
        then $schema$.methods_cover(item.alternatives, span.whole, shown.video, shown.audio, shown.cctv, shown.seen & 4 <> 0) else '{}' end as covered) solid
    cross join lateral (select solid.covered,
      case when item.mode = 'full' and shown.seen_or_suggested > 0 and shown.suggested_links is not null
        then $schema$.methods_cover(item.alternatives, span.whole, shown.video + coalesce(shown.video_suggested, '{}'), shown.audio + coalesce(shown.audio_suggested, '{}'),
          shown.cctv + coalesce(shown.cctv_suggested, '{}'), shown.seen_or_suggested & 4 <> 0) - solid.covered else '{}' end as suggested) found
    -- A break that a camera makes between two files of one recording is no gap, whatever the tolerance.
    cross join lateral (select range_agg(hole) as missing, coalesce(round(sum(extract(epoch from upper(hole) - lower(hole))) * 1000), 0)::bigint as missing_ms
      from unnest(case when item.mode = 'full' then span.whole - found.covered else '{}' end) hole
      where isempty(found.covered) or upper(hole) - lower(hole) > greatest(item.tolerance_s * interval '1 second', interval '40 milliseconds')) gap
    cross join lateral (select
      case when item.mode = 'full' then gap.missing is null else $schema$.methods_met(item.alternatives, shown.seen) end as good,
      case when item.mode = 'full' then isempty(found.covered) else true end as nothing,
      case when item.mode = 'full' then not isempty(found.suggested) else $schema$.methods_met(item.alternatives, shown.seen_or_suggested) end as hoped) judged
  where activity.case_id = any (cases) and activity.withdrawn_at is null
  union all
  select case_file.case_id, null, item.step, item.code, item.mode, null, null,
    case when waiver.waiver_id is null then 'activity-missing' else 'waived' end,
    '{}', '{}', 0, '{}', '{}', '{}', waiver.waiver_id
  from $schema$.case_file
    join $schema$.unit_policy_in_force policy on policy.unit_id = case_file.unit_id
    cross join lateral unnest(policy.mandatory) as wanted (code)
    join $schema$.checklist_item item on item.checklist_id = case_file.checklist_id and item.code = wanted.code and item.action = case_file.action
    left join $schema$.waiver on waiver.case_id = case_file.case_id and waiver.activity_id is null and waiver.item = wanted.code and waiver.state = 'approved'
  where case_file.case_id = any (cases)
    and $schema$.step_place(item.step) <= (
      select max($schema$.step_place(reached.step))
      from (select case_step.step from $schema$.case_step where case_step.case_id = case_file.case_id
        union all select activity.step from $schema$.activity where activity.case_id = case_file.case_id and activity.withdrawn_at is null and not activity.planned) reached)
    and not exists (
      select from $schema$.activity
      where activity.case_id = case_file.case_id and activity.withdrawn_at is null and wanted.code = any (activity.items)
        and (not activity.planned or exists (select from $schema$.link where link.activity_id = activity.activity_id and link.item = wanted.code and link.state = 'confirmed')))
$$;

grant select on link_shown to $app_role$;

-- The same summed by case and step: what lists, the home page and statistics show. lacking: whatever is neither satisfied nor waived.
create function coverage_steps(cases uuid[]) returns table (
  case_id uuid, step text, required integer, satisfied integer, waived integer, lacking integer, suggested integer, missing_ms bigint)
language sql stable as $$
  select c.case_id, c.step,
    (count(*) filter (where c.state <> 'not-occurred'))::integer,
    (count(*) filter (where c.state = 'satisfied'))::integer,
    (count(*) filter (where c.state = 'waived'))::integer,
    (count(*) filter (where c.state not in ('satisfied', 'waived', 'not-occurred')))::integer,
    (count(*) filter (where c.state = 'only-suggested'))::integer,
    coalesce(sum(c.missing_ms) filter (where c.state not in ('satisfied', 'waived', 'not-occurred')), 0)::bigint
  from $schema$.coverage(cases) c
  group by c.case_id, c.step
$$;
