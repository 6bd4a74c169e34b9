-- Who sent a file by a browser. Null for what was docked or imported.
alter table provenance add column account_id uuid, add column account text;
alter table dock_session add column account_id uuid, add column account text;
