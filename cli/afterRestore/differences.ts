import { sql } from 'kysely'
import { adapterOf } from '../../adapters/registry.ts'
import type { Tx } from '../../db/connect.ts'
import { type DoubtedClaim, doubtedClaims } from '../../db/delivery/afterRestore.ts'
import type { RestoreFreeze } from '../../db/setup/restoreFreeze.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import { isSafeToRepeat } from '../../domain/delivery/deliveryProof.ts'

/**
 * What the HMO has and what the restored database remembers, of one sending. `arrived`: it has it.
 * `not-there`: it does not, and it leaves when the freeze is lifted. `same-key`: the same key and
 * bytes go again, which makes no second claim. `refused`: it turned it down. `nobody-knows`: a
 * person is asked, and nothing is sent.
 */
export type SendingVerdict = 'arrived' | 'not-there' | 'same-key' | 'refused' | 'nobody-knows'

export interface SendingDifference {
  claimId: string
  claimNumber: string
  provider: string
  verdict: SendingVerdict
}

/** What one organisation's part of the comparison found. */
export interface Differences {
  sendings: SendingDifference[]
  /** Documents that were fetched again, or came meanwhile. */
  documents: number
  /**
   * What HMOs said of claims that the restored database does not know: the worklist's sentences.
   */
  strangers: string[]
  /** Drafts that may have been submitted after the backup. */
  drafts: number
}

/** Reads the differences of an organisation, and asks a person about what nobody can know. */
export async function differencesOf(
  tx: Tx,
  organisationId: string,
  { freeze, now }: { freeze: RestoreFreeze; now: Date },
): Promise<Differences> {
  const { freezeId, since, aliveAt } = freeze
  const sendings: SendingDifference[] = []
  for (const doubted of await doubtedClaims(tx, organisationId)) {
    const { claimId, claimNumber, provider } = doubted
    const verdict = verdictOf(doubted, now)
    sendings.push({ claimId, claimNumber, provider, verdict })
    if (verdict !== 'nobody-knows') continue
    const raising = { organisationId, interchangeId: doubted.interchangeId, now }
    await raiseItem(tx, raising, { kind: 'delivery-unknown', ids: { claimId }, words: { claimNumber, provider } })
  }
  const counted = await countedOf(tx, organisationId, since)
  if (counted.drafts > 0) {
    const words = { drafts: counted.drafts, since: aliveAt.toISOString() }
    await raiseItem(tx, { organisationId, now }, { kind: 'restored-drafts', ids: { freezeId }, words })
  }
  return { sendings, ...counted }
}

function verdictOf({ state, proof, since, adapterId }: DoubtedClaim, now: Date): SendingVerdict {
  switch (state) {
    case 'SENT':
      return 'arrived'
    case 'REFUSED':
      return 'refused'
    case 'UNKNOWN':
    case 'SENDING': {
      const { delivery } = adapterOf(adapterId).declaration
      return isSafeToRepeat(proof, now.getTime() - since.getTime(), delivery) ? 'same-key' : 'nobody-knows'
    }
    case 'READY':
    case 'RESEND':
    case 'WAITING':
      return 'not-there'
  }
}

async function countedOf(tx: Tx, organisationId: string, since: Date): Promise<Omit<Differences, 'sendings'>> {
  const { rows } = await sql<{ documents: number; drafts: number }>`
    select (select count(*)::integer from documents where organisation_id = ${organisationId} and direction = 'in' and received_at >= ${since}) as documents,
      (select count(*)::integer from claims where organisation_id = ${organisationId} and status = 'DRAFT' and created_at < ${since}) as drafts`.execute(
    tx,
  )
  const strangers = await tx
    .selectFrom('attention_items')
    .select('because')
    .where('organisation_id', '=', organisationId)
    .where('kind', 'in', ['unmatched-notice', 'match-in-doubt', 'suspense'])
    .where('created_at', '>=', since)
    .where('closed_at', 'is', null)
    .orderBy('id')
    .limit(200)
    .execute()
  const { documents = 0, drafts = 0 } = rows[0] ?? {}
  return { documents, drafts, strangers: strangers.map(({ because }) => because) }
}
