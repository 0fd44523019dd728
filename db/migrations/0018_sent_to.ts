/**
 * Where an interchange was sent: when the connection's address changes while nobody knows whether it
 * arrived, a look at the new address proves nothing about the old one (failure B20).
 */
export const up = `
alter table interchanges add column sent_to text;
`
