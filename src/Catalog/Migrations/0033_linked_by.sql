-- What an account linked today: shown with each page of its inbox.
create index link_decided_idx on link (account_id, decided_at desc) where account_id is not null;
