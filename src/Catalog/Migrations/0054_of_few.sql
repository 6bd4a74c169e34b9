-- The cases that somebody works on are few of those that he ever had.
create index case_file_open_seen_by_idx on case_file using gin (seen_by) where state <> 'closed';
