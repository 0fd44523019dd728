/**
 * Work that its workflow has not done is found by its row: the one role that sees all tenants must
 * see what an open item about it names, so that it closes once the work is done.
 */
export const up = `
grant select (connection_id, interchange_id) on attention_items to claimhub_across;
create index attention_unattended on attention_items (kind) where closed_at is null and kind in ('workflow-silent', 'batch-silent', 'inbox-silent');
`
