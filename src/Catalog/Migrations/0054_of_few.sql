-- An index of the clips with a suggestion led the planner to go through all of them for whoever sees few, and one more by units did so for who sees all: they are found among
-- those that wait.
drop index clip_suggested_idx;
-- The cases that somebody works on are few of those that he ever had.
create index case_file_open_seen_by_idx on case_file using gin (seen_by) where state <> 'closed';
