-- Clips for which something is suggested, in the order in which they are listed: among all that wait they are some.
create index clip_suggested_idx on clip ((coalesce(corrected_from, recorded_from, received_at)) desc, clip_id desc) where filed = 'unlinked' and suggested and not sidecar and kind <> 'data';
