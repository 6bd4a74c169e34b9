-- A clip is re-read once at a time, however many ask. Of requests that ran side by side before, the oldest goes on and the others end unread.
update verification later
set result = 'unavailable', ended_at = now(), detail = 'Another verification of this clip was already running.'
where result = 'running' and exists (
  select from verification earlier
  where earlier.clip_id = later.clip_id and earlier.result = 'running'
    and (earlier.requested_at, earlier.verification_id) < (later.requested_at, later.verification_id));

create unique index verification_one_running on verification (clip_id) where result = 'running';
