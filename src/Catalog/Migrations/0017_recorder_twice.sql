-- One recorder can't be in two slots at once: where it seems so, one of them is a copy, and nobody can say which.
alter table dock_session add column contested boolean not null default false;
alter table provenance
  drop constraint provenance_unattributed,
  add constraint provenance_unattributed check (unattributed in (
    'recorder-unknown', 'recorder-unregistered', 'recorder-twice', 'not-issued', 'name-contradicts', 'time-unsure', 'uploader-unknown'));
