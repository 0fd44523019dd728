import { organisationIds } from '../../db/acrossTenants/lookups.ts'
import type { Tx } from '../../db/connect.ts'
import { activeFreezes, type FreezeScope, insertFreeze, liftFreezes } from '../../db/delivery/freezes.ts'
import { logOperator } from '../../db/setup/operatorLog.ts'
import { closeFreezeItem, raiseFreezeItems } from '../../db/worklist/freezeItems.ts'
import { asOperator, type Operator, print } from './operator.ts'

interface FreezeOptions {
  all?: boolean
  account?: string
  adapter?: string
  json?: boolean
}

/**
 * `claimhub freeze`: nothing more is sent of what it names; collecting goes on. Sendings that are
 * under way end by themselves; each claim that waits says so.
 */
export async function freeze({ reason, ...options }: FreezeOptions & { reason: string }): Promise<void> {
  const what = scopeOf(options)
  const frozen = await asOperator(async (operator) => {
    const { rows, actor: by, now } = operator
    await requireThere(operator, what)
    const id = await rows.above(async (tx) => {
      const made = await insertFreeze(tx, { ...what, cause: 'operator', reason, by, now })
      const entry = { actor: by, action: 'sending.freeze', subject: nameOf(what), detail: { reason }, now }
      if (made !== null) await logOperator(tx, entry)
      return made
    })
    await forEach(operator, async (tx, organisationId) =>
      raiseFreezeItems(tx, { organisationId, now }, await activeFreezes(tx)),
    )
    return id !== null
  })
  const words = frozen ? 'is frozen: nothing is sent until `claimhub unfreeze`' : 'was frozen before'
  print(options.json, { ...what, reason, frozen }, `${nameOf(what)} ${words}; collecting goes on`)
}

/** `claimhub unfreeze`: what waits goes on by itself within a quarter of an hour. */
export async function unfreeze(options: FreezeOptions): Promise<void> {
  const what = scopeOf(options)
  const { lifted, left } = await asOperator(async (operator) => {
    const { rows, actor: by, now } = operator
    const done = await rows.above(async (tx) => {
      const ids = await liftFreezes(tx, { ...what, cause: 'operator', by, now })
      const entry = { actor: by, action: 'sending.unfreeze', subject: nameOf(what), detail: {}, now }
      if (ids.length > 0) await logOperator(tx, entry)
      return ids
    })
    await forEach(operator, async (tx, organisationId) => {
      for (const id of done) await closeFreezeItem(tx, { organisationId, by, now }, id)
    })
    return { lifted: done.length > 0, left: await rows.above(activeFreezes) }
  })
  const still = left.map(({ scope, reason }) => `still frozen: ${scope} (${reason})`)
  const words = `${nameOf(what)} ${lifted ? 'is sent again' : 'was not frozen by an operator'}`
  print(options.json, { ...what, lifted, stillFrozen: left }, [words, ...still].join('\n'))
}

function scopeOf({ all, account, adapter }: FreezeOptions): FreezeScope {
  const asked: FreezeScope[] = [
    ...(all ? [{ scope: 'all' } as const] : []),
    ...(account === undefined ? [] : [{ scope: 'connection', connectionId: account } as const]),
    ...(adapter === undefined ? [] : [{ scope: 'adapter', adapterId: adapter } as const]),
  ]
  const [what] = asked
  if (what === undefined || asked.length > 1) throw new Error('say one of --all, --account ID and --adapter ID')
  return what
}

function nameOf(what: FreezeScope): string {
  switch (what.scope) {
    case 'all':
      return 'all sending'
    case 'connection':
      return `connection ${what.connectionId}`
    case 'adapter':
      return `adapter ${what.adapterId}`
  }
}

async function requireThere({ databases }: Operator, what: FreezeScope): Promise<void> {
  if (what.scope === 'all') return
  const rows =
    what.scope === 'connection'
      ? await databases.across.selectFrom('connections').select('id').where('id', '=', what.connectionId).execute()
      : await databases.across.selectFrom('providers').select('id').where('adapter_id', '=', what.adapterId).execute()
  if (rows.length === 0) throw new Error(`there is no ${nameOf(what)}`)
}

async function forEach(
  { rows, databases }: Operator,
  work: (tx: Tx, organisationId: string) => Promise<void>,
): Promise<void> {
  for (const organisationId of await organisationIds(databases.across))
    await rows.within(organisationId, (tx) => work(tx, organisationId))
}
