/**
 * A packet that a person carries holds several claims, and each is filed by itself: when it was is
 * kept on its submission, and the packet as a whole counts as sent once all of it is. `submit_request`
 * is the request that submits a draft: another one meanwhile is told so.
 */
export const up = `
alter table submissions add column filed_at timestamptz;
alter table claims add column submit_request uuid;
`
