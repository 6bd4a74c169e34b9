-- Slots take turns in being stored; what a browser sent has slot 0.
drop index clip_to_store_idx;
create index clip_to_store_idx on clip (station, (coalesce(slot, 0)), received_at, clip_id) where stage = 'registered';
