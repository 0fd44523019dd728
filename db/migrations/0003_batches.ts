/**
 * Batches: claims of a connection with a calendar wait in its joinable interchange and leave
 * together.
 */
export const up = `
alter table connections add column batch_calendar jsonb;         -- domain BatchCalendar; null: each claim leaves at once
alter table interchanges
  add column leaves_at timestamptz,                              -- a batch's cut-off, business time; null: it left at once, alone
  add column joinable boolean not null default false;            -- takes more claims until its cut-off
create unique index interchanges_one_joinable on interchanges (organisation_id, connection_id) where joinable;
create index interchanges_batches on interchanges (organisation_id, connection_id, id) where leaves_at is not null;
create index interchanges_departing on interchanges (leaves_at) where leaves_at is not null and state not in ('SENT','REFUSED');
grant select (leaves_at) on interchanges to claimhub_across;
`
