-- What a unit leaves open (null) it takes from the unit above it, each of both by itself; a row once written stays, so that its versions go on.
alter table unit_policy
  alter column mandatory drop not null, alter column mandatory drop default,
  alter column auto_confirm drop not null, alter column auto_confirm drop default;

-- Who set what when.
create table unit_policy_change (
  unit_id      uuid not null references unit,
  version      integer not null,
  mandatory    text[],
  auto_confirm boolean,
  note         text,
  changed_by   text not null,
  changed_at   timestamptz not null,
  constraint unit_policy_change_pkey primary key (unit_id, version),
  constraint unit_policy_change_note check (char_length(note) between 1 and 500)
);

grant select, insert on unit_policy_change to $app_role$;
