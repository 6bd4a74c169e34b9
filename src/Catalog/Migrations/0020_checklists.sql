-- The list of what has to be recorded (音像记录事项清单), in versions. A published one never changes; a case keeps the one it was opened under.

create table checklist (
  checklist_id uuid primary key,
  number       integer not null,
  state        text not null,
  note         text,
  version      integer not null default 1,
  made_by      text not null,
  made_at      timestamptz not null,
  published_by text,
  published_at timestamptz,
  constraint checklist_number_key unique (number),
  constraint checklist_state check (state in ('draft', 'published')),
  constraint checklist_published check ((state = 'published') = (published_at is not null) and (published_at is null) = (published_by is null)),
  constraint checklist_note check (char_length(note) between 1 and 500)
);
create unique index checklist_one_draft on checklist (state) where state = 'draft';

-- methods is the expression as people read it; alternatives is the same for coverage: one mask for each part between the 'or's, of video 1,
-- audio 2, photo 4 and cctv 8. MethodExpression makes both, so that they can't differ.
create table checklist_item (
  checklist_id   uuid not null references checklist,
  code           text not null,
  action         text not null,
  step           text not null,
  name_zh        text not null,
  name_en        text not null,
  mode           text not null,
  methods        text not null,
  alternatives   smallint[] not null,
  tolerance_s    integer not null,
  starts_when    text,
  ends_when      text,
  retention_days integer not null,
  basis          text,
  constraint checklist_item_pkey primary key (checklist_id, code),
  constraint checklist_item_action check (action in ('licence', 'penalty', 'coercion', 'levy', 'fee', 'inspection')),
  constraint checklist_item_step check (step in ('filing', 'investigation', 'evidence', 'review', 'decision', 'service', 'execution')),
  constraint checklist_item_mode check (mode in ('full', 'key')),
  constraint checklist_item_alternatives check (cardinality(alternatives) between 1 and 6 and 0 < all (alternatives) and 16 > all (alternatives)),
  constraint checklist_item_tolerance check (tolerance_s between 0 and 600),
  constraint checklist_item_retention check (retention_days between 183 and 36500),
  constraint checklist_item_text check (char_length(code) between 1 and 16 and char_length(name_zh) between 1 and 80 and char_length(name_en) between 1 and 120)
);

create function checklist_stays() returns trigger language plpgsql set search_path = $schema$ as $$
begin
  if tg_table_name = 'checklist' then
    if old.state = 'draft' then
      return case tg_op when 'DELETE' then old else new end;
    end if;
  elsif not exists (select from checklist where state = 'published'
      and checklist_id in (case when tg_op <> 'INSERT' then old.checklist_id end, case when tg_op <> 'DELETE' then new.checklist_id end)) then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  raise exception 'a published checklist does not change' using errcode = 'check_violation', constraint = 'checklist_stays';
end
$$;
create trigger checklist_stays before update or delete on checklist for each row execute function checklist_stays();
create trigger checklist_item_stays before insert or update or delete on checklist_item for each row execute function checklist_stays();

grant select, insert, update, delete on checklist, checklist_item to $app_role$;
