-- Which recorder was with whom when. Periods of one recorder never overlap, whatever programs do at once.
create table allocation (
  allocation_id uuid primary key,
  recorder_id   uuid not null references recorder,
  officer_id    uuid not null references officer,
  during        tstzrange not null,
  due_at        timestamptz,
  issued_by     text not null,
  returned_by   text,
  note          text,
  constraint allocation_one_holder exclude using gist (recorder_id with =, during with &&),
  constraint allocation_begins check (not isempty(during) and not lower_inf(during)),
  constraint allocation_returned check (upper_inf(during) = (returned_by is null))
);
create index allocation_officer_idx on allocation (officer_id, lower(during) desc);
create index allocation_recorder_idx on allocation (recorder_id, lower(during) desc);
create index allocation_open_idx on allocation (recorder_id) where upper_inf(during);
create index allocation_begun_idx on allocation (lower(during));

grant select, insert, update on allocation to $app_role$;
