-- How many binding files a recorder was given: each carries its number.
alter table recorder add column binding_issue integer not null default 0, add constraint recorder_binding check (binding_issue >= 0);

-- The ledger of a period reads what was with anybody in it, whatever the recorder.
create index allocation_during_idx on allocation using gist (during);
