-- Clips with a suggestion, by who may see them: a squad's were counted by going through those of all, since the planner joins a long index with a short one.
-- Who sees all finds them among those that wait.
drop index clip_suggested_idx;
create index clip_suggested_units_idx on clip using gin (units) where filed = 'unlinked' and suggested and not sidecar and kind <> 'data';
-- The cases that somebody works on are few of those that he ever had.
create index case_file_open_seen_by_idx on case_file using gin (seen_by) where state <> 'closed';
