-- Recorders of the bureau: what they are, where they belong, and what happened to them. What docking taught about them stays where docking
-- wrote it and is found by the serial.

create table recorder_model (
  model_id   uuid primary key,
  name       text not null,
  maker      text,
  profile    text,
  releases   boolean not null default false,
  version    integer not null default 1,
  changed_at timestamptz not null,
  constraint recorder_model_text check (char_length(name) between 1 and 60)
);
create unique index recorder_model_name_key on recorder_model (lower(name));

create table recorder (
  recorder_id    uuid primary key,
  serial         text not null,
  kind           text not null,
  model_id       uuid references recorder_model,
  unit_id        uuid not null references unit,
  pool           boolean not null default false,
  state          text not null,
  bought_on      date,
  warranty_until date,
  storage_bytes  bigint,
  note           text,
  version        integer not null default 1,
  changed_at     timestamptz not null,
  constraint recorder_kind check (kind in ('body', 'audio', 'camera', 'terminal', 'cctv')),
  constraint recorder_state check (state in ('in-use', 'repair', 'retired', 'lost')),
  constraint recorder_storage check (storage_bytes > 0),
  constraint recorder_text check (char_length(serial) between 1 and 64)
);
create unique index recorder_serial_key on recorder (lower(serial));
create index recorder_unit_idx on recorder (unit_id);

-- Lost, stolen or damaged: who says what happened when. Only ever added to.
create table recorder_incident (
  incident_id uuid primary key,
  recorder_id uuid not null references recorder,
  kind        text not null,
  happened_on date not null,
  text        text not null,
  account     text not null,
  at          timestamptz not null,
  constraint recorder_incident_kind check (kind in ('lost', 'stolen', 'damaged', 'found'))
);
create index recorder_incident_recorder_idx on recorder_incident (recorder_id, at desc);

-- What docking taught, by serial; cards and people write it in either case.
create index dock_session_recorder_idx on dock_session (lower(recorder), attached_at desc) where recorder is not null;
create index provenance_recorder_idx on provenance (lower(recorder)) where recorder is not null;

grant select, insert, update on recorder_model, recorder to $app_role$;
grant select, insert on recorder_incident to $app_role$;
