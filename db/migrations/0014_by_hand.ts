/**
 * A packet that a person carries holds several claims, and each is filed by itself: when it was is
 * kept on its submission, and the packet as a whole counts as sent once all of it is.
 * `submit_request` is the request that submits a draft: another one meanwhile is told so.
 * `finished` is what a request was answered after its workflow was told: one key, one answer.
 */
export const up = `
alter table submissions add column filed_at timestamptz;
alter table claims add column submit_request uuid;
alter table idempotency_keys add column finished jsonb;
`
