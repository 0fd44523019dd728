import type { Item } from '../../domain/worklist/itemContents.ts'
import type { Tx } from '../connect.ts'
import type { ActiveFreeze } from '../delivery/freezes.ts'
import { closeItem, raiseItem } from './worklistItems.ts'

/** Puts on the organisation's worklist what is frozen of its connections. */
export async function raiseFreezeItems(
  tx: Tx,
  { organisationId, now }: { organisationId: string; now: Date },
  freezes: ActiveFreeze[],
): Promise<void> {
  if (freezes.length === 0) return
  const connections = await tx
    .selectFrom('connections as n')
    .innerJoin('providers as p', 'p.id', 'n.provider_id')
    .select(['n.id', 'p.name', 'p.adapter_id'])
    .where('n.organisation_id', '=', organisationId)
    .orderBy('p.name')
    .execute()
  for (const { freezeId, scope, connectionId, adapterId, reason } of freezes) {
    const held = connections.filter(
      (each) => scope === 'all' || each.id === connectionId || each.adapter_id === adapterId,
    )
    if (held.length === 0) continue
    const providers = [...new Set(held.map(({ name }) => name))]
    const item: Item = { kind: 'sending-frozen', ids: { freezeId }, words: { providers, reason } }
    await raiseItem(tx, { organisationId, now }, item)
  }
}

/** Takes the items of a lifted freeze off the organisation's worklist. */
export async function closeFreezeItem(
  tx: Tx,
  { organisationId, by, now }: { organisationId: string; by: string; now: Date },
  freezeId: string,
): Promise<void> {
  const closing = { organisationId, by, because: 'the freeze was lifted', now }
  await closeItem(tx, closing, { kind: 'sending-frozen', ids: { freezeId } })
}
