-- Wishes that a station write the binding file of a recorder when it next docks; one waits at a time, and what became of each stays.
create table binding_request (
  request_id  uuid primary key,
  recorder_id uuid not null references recorder,
  account     text not null,
  asked_at    timestamptz not null,
  outcome     text,
  settled_at  timestamptz,
  station     text,
  slot        integer,
  constraint binding_request_outcome check (outcome in ('written', 'there', 'read-only', 'failed', 'no-key', 'withdrawn')),
  constraint binding_request_settled check ((settled_at is null) = (outcome is null))
);
create unique index binding_request_one on binding_request (recorder_id) where settled_at is null;
create index binding_request_recorder_idx on binding_request (recorder_id, asked_at desc);

grant select, insert, update on binding_request to $app_role$;
