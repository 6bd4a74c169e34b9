-- Who stored one clip asks for the next one of its station.
create index clip_to_store_idx on clip (station, received_at, clip_id) where stage = 'registered';
