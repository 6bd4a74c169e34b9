-- What millions of clips ask of the catalog. Search is by any part of a word; who asks for a case by its number, plate or party reads an index, not the table.
create extension if not exists pg_trgm schema public;
create index clip_name_idx on clip using gin (display_name public.gin_trgm_ops);
create index clip_recorder_idx on clip using gin (recorder public.gin_trgm_ops);
create index case_file_name_idx on case_file using gin (number public.gin_trgm_ops, title public.gin_trgm_ops);
create index case_file_plates_idx on case_file using gin (plates);
create index case_file_parties_idx on case_file using gin (parties jsonb_path_ops);

-- Whether something is suggested for a clip, beside whether it is filed: lists and counts ask for it of thousands at once.
alter table clip add column suggested boolean not null default false;
update clip set suggested = true where exists (select from link where link.clip_id = clip.clip_id and link.state = 'suggested');
create or replace function clip_is_filed() returns trigger language plpgsql set search_path = $schema$ as $$
declare
  which uuid = case tg_op when 'DELETE' then old.clip_id else new.clip_id end;
begin
  perform from clip where clip_id = which for no key update;
  update clip set filed = filing.state, suggested = filing.suggested
  from (select case
      when exists (select from link where link.clip_id = which and link.state = 'confirmed') then 'linked'
      when exists (select from not_enforcement where not_enforcement.clip_id = which) then 'not-enforcement'
      else 'unlinked' end as state,
      exists (select from link where link.clip_id = which and link.state = 'suggested') as suggested) filing
  where clip.clip_id = which and (clip.filed, clip.suggested) <> (filing.state, filing.suggested);
  return null;
end
$$;
drop trigger link_files_new on link;
create trigger link_files_new after insert on link for each row when (new.state <> 'rejected') execute function clip_is_filed();
drop trigger link_files_gone on link;
create trigger link_files_gone after delete on link for each row when (old.state <> 'rejected') execute function clip_is_filed();
create index clip_inbox_units_idx on clip using gin (units) where filed = 'unlinked' and not sidecar and kind <> 'data';

-- The same rows as before, with less work: periods are made once for each link and only for items that have a length, no method is combined
-- twice ('offset 0' keeps it where it stands), and where no unit makes anything mandatory nobody looks for it.
create or replace function coverage(cases uuid[]) returns table (
  case_id uuid, activity_id uuid, step text, item text, mode text, begins timestamptz, ends timestamptz, state text,
  covered tstzmultirange, missing tstzmultirange, missing_ms bigint, suggested tstzmultirange, confirmed_links uuid[], suggested_links uuid[], waiver_id uuid)
language sql stable parallel safe as $$
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
        coalesce(bit_or(l.methods) filter (where l.state = 'confirmed' and l.inside), 0)::integer as seen,
        coalesce(bit_or(l.methods) filter (where l.inside), 0)::integer as seen_or_suggested,
        coalesce(range_agg(l.period) filter (where item.mode = 'full' and l.state = 'confirmed' and l.methods & 1 <> 0), '{}') as video,
        coalesce(range_agg(l.period) filter (where item.mode = 'full' and l.state = 'confirmed' and l.methods & 2 <> 0), '{}') as audio,
        coalesce(range_agg(l.period) filter (where item.mode = 'full' and l.state = 'confirmed' and l.methods & 8 <> 0), '{}') as cctv,
        range_agg(l.period) filter (where item.mode = 'full' and l.state = 'suggested' and l.methods & 1 <> 0) as video_suggested,
        range_agg(l.period) filter (where item.mode = 'full' and l.state = 'suggested' and l.methods & 2 <> 0) as audio_suggested,
        range_agg(l.period) filter (where item.mode = 'full' and l.state = 'suggested' and l.methods & 8 <> 0) as cctv_suggested,
        array_agg(l.link_id order by l.starts, l.link_id) filter (where l.state = 'confirmed') as confirmed_links,
        array_agg(l.link_id order by l.rank, l.starts, l.link_id) filter (where l.state = 'suggested') as suggested_links
      from (
        select l.link_id, l.state, l.rank, l.methods, l.starts, l.period, case when l.period is null
          then l.starts between activity.begins - item.tolerance_s * interval '1 second' and activity.ends + item.tolerance_s * interval '1 second'
          else l.period && tstzrange(activity.begins, activity.ends) end as inside
        from $schema$.link_shown l
        where l.activity_id = activity.activity_id and l.item = named.code and l.state <> 'rejected'
        offset 0) l) shown
    cross join lateral (select tstzmultirange(tstzrange(activity.begins, activity.ends)) as whole) span
    cross join lateral (select
      case when item.mode = 'full' and shown.seen > 0
        then $schema$.methods_cover(item.alternatives, span.whole, shown.video, shown.audio, shown.cctv, shown.seen & 4 <> 0) else '{}' end as covered offset 0) solid
    cross join lateral (select solid.covered,
      case when item.mode = 'full' and shown.seen_or_suggested > 0 and shown.suggested_links is not null
        then $schema$.methods_cover(item.alternatives, span.whole, shown.video + coalesce(shown.video_suggested, '{}'), shown.audio + coalesce(shown.audio_suggested, '{}'),
          shown.cctv + coalesce(shown.cctv_suggested, '{}'), shown.seen_or_suggested & 4 <> 0) - solid.covered else '{}' end as suggested offset 0) found
    -- A break that a camera makes between two files of one recording is no gap, whatever the tolerance.
    cross join lateral (select range_agg(hole) as missing, coalesce(round(sum(extract(epoch from upper(hole) - lower(hole))) * 1000), 0)::bigint as missing_ms
      from unnest(case when item.mode = 'full' then span.whole - found.covered else '{}' end) hole
      where isempty(found.covered) or upper(hole) - lower(hole) > greatest(item.tolerance_s * interval '1 second', interval '40 milliseconds')) gap
    cross join lateral (select
      case when item.mode = 'full' then gap.missing is null else $schema$.methods_met(item.alternatives, shown.seen) end as good,
      case when item.mode = 'full' then isempty(found.covered) else true end as nothing,
      case when item.mode = 'full' then not isempty(found.suggested) else $schema$.methods_met(item.alternatives, shown.seen_or_suggested) end as hoped) judged
  where activity.case_id = any (cases) and case_file.case_id = any (cases) and activity.withdrawn_at is null
  union all
  select case_file.case_id, null, item.step, item.code, item.mode, null, null,
    case when waiver.waiver_id is null then 'activity-missing' else 'waived' end,
    '{}', '{}', 0, '{}', '{}', '{}', waiver.waiver_id
  from $schema$.case_file
    join $schema$.unit_policy_in_force policy on policy.unit_id = case_file.unit_id
    cross join lateral unnest(policy.mandatory) as wanted (code)
    join $schema$.checklist_item item on item.checklist_id = case_file.checklist_id and item.code = wanted.code and item.action = case_file.action
    left join $schema$.waiver on waiver.case_id = case_file.case_id and waiver.activity_id is null and waiver.item = wanted.code and waiver.state = 'approved'
  where case_file.case_id = any (cases) and exists (select from $schema$.unit_policy where mandatory <> '{}')
    and $schema$.step_place(item.step) <= (
      select max($schema$.step_place(reached.step))
      from (select case_step.step from $schema$.case_step where case_step.case_id = case_file.case_id
        union all select activity.step from $schema$.activity where activity.case_id = case_file.case_id and activity.withdrawn_at is null and not activity.planned) reached)
    and not exists (
      select from $schema$.activity
      where activity.case_id = case_file.case_id and activity.withdrawn_at is null and wanted.code = any (activity.items)
        and (not activity.planned or exists (select from $schema$.link where link.activity_id = activity.activity_id and link.item = wanted.code and link.state = 'confirmed')))
$$;

-- Nothing of it writes.
alter function methods_cover(smallint[], tstzmultirange, tstzmultirange, tstzmultirange, tstzmultirange, boolean) parallel safe;
alter function methods_met(smallint[], integer) parallel safe;
alter function step_place(text) parallel safe;
alter function coverage_steps(uuid[]) parallel safe;
