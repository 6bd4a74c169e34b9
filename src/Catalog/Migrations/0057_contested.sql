-- Sessions whose recorder was in two slots at once are few; each sighting asks whether its own is one.
create index dock_session_contested_idx on dock_session (session_id) where contested;
