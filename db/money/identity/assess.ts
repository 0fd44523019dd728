import { bodyDifferences } from '../../../domain/money/identity/bodyDifferences.ts'
import { type Held, heldBeside } from '../../../domain/money/identity/held.ts'
import { payerKey, traceKey } from '../../../domain/money/identity/keys.ts'
import { sameMoney } from '../../../domain/money/identity/sameMoney.ts'
import type { Remittance } from '../../../domain/money/remittance.ts'
import type { Tx } from '../../connect.ts'
import type { Doubtful } from '../../inbox/heldMatches.ts'
import { type Choices, type MatchedClaims, placeClaims } from '../placeClaims.ts'
import type { ArrivedRemittance } from '../remittanceRows.ts'
import { keyedTwinsOf } from './keyedPayments.ts'
import { paymentOf, underNumber } from './postedPayments.ts'
import { type KeptRemittance, keptRemittances } from './storedRemittance.ts'

/** What a balanced remittance comes to. */
export type Assessed =
  | { state: 'duplicate'; of: string }
  | { state: 'held'; held: Held }
  /** It names claims that are not what it says: nothing is known of it before a person chooses. */
  | { state: 'doubtful'; remittance: Remittance; doubtful: Doubtful[] }
  | {
      state: 'posted'
      /** As it arrived, or what is new of a check that is posted in part. */
      remittance: Remittance
      placing: MatchedClaims
      /** Remittances that it takes the place of: what is posted of them is taken back. */
      inPlaceOf: string[]
      /** Another payment of the same number is posted. */
      traceUsed: boolean
    }

/**
 * What a balanced remittance is beside those of its number and beside the payments that people have
 * keyed. `except` is its own row, when it has one already; `choices` is what a person said of its
 * claims. The number is locked.
 */
export async function assess(
  tx: Tx,
  arrived: ArrivedRemittance & { providerId: string },
  except: string | null,
  choices: Choices | null = null,
): Promise<Assessed> {
  const under = await underNumber(tx, arrived, except)
  if (under.sameContent !== null) return repeated(tx, arrived, under.sameContent, choices)
  const edition = editionOf(arrived, under.editions)
  if (edition?.state === 'duplicate') return edition
  const inPlaceOf = edition?.inPlaceOf ?? []
  const posted = under.posted.filter(({ remittanceId }) => !inPlaceOf.includes(remittanceId))
  const verdict = sameMoney(arrived, posted.map(paymentOf))
  if (verdict.kind === 'duplicate') return repeated(tx, arrived, verdict.of, choices)
  const held = under.held.filter(({ remittanceId }) => !inPlaceOf.includes(remittanceId))
  // What waits for a person, or was laid aside by one, is not asked about once more.
  const judged = inPlaceOf.length === 0 ? [...held, ...under.superseded] : held
  const known = sameMoney(arrived, judged.map(paymentOf))
  if (known.kind === 'duplicate') return { state: 'duplicate', of: known.of }
  const remittance = verdict.kind === 'addition' ? verdict.rest : arrived.remittance
  const placing = await placeClaims(tx, { ...arrived, remittance }, choices)
  const { doubtful } = placing
  if (doubtful.length > 0) return { state: 'doubtful', remittance, doubtful }
  if (verdict.kind === 'other-body') {
    return { state: 'held', held: heldBeside('other-body', verdict.beside, verdict.differences) }
  }
  // A list shows a check bit by bit: that it was there before is no doubt.
  const isList = remittance.summed === true
  const traceUsed = !isList && posted.some((each) => each.connectionId === arrived.connectionId)
  return unlessKeyed(tx, { ...arrived, remittance }, { placing, inPlaceOf, traceUsed })
}

/**
 * The same money once more. A copy that was posted in another connection, where none of its claims
 * was found, makes room for the one whose claims are ours.
 */
async function repeated(
  tx: Tx,
  arrived: ArrivedRemittance & { providerId: string },
  of: string,
  choices: Choices | null,
): Promise<Assessed> {
  const duplicate = { state: 'duplicate' as const, of }
  const first = await tx
    .selectFrom('remittances as r')
    .select(['r.connection_id', 'r.state'])
    .select(({ exists, selectFrom }) =>
      exists(
        selectFrom('remittance_lines as l')
          .select('l.sequence')
          .whereRef('l.organisation_id', '=', 'r.organisation_id')
          .whereRef('l.remittance_id', '=', 'r.id')
          .where('l.claim_id', 'is not', null),
      ).as('found'),
    )
    .where('r.organisation_id', '=', arrived.organisationId)
    .where('r.id', '=', of)
    .executeTakeFirstOrThrow()
  if (first.state !== 'posted' || first.connection_id === arrived.connectionId || first.found === true) return duplicate
  const { remittance } = arrived
  const placing = await placeClaims(tx, arrived, choices)
  const { doubtful } = placing
  if (doubtful.length > 0) return { state: 'doubtful', remittance, doubtful }
  if (placing.placed.every((place) => place === null)) return duplicate
  return { state: 'posted', remittance, placing, inPlaceOf: [of], traceUsed: false }
}

/**
 * A newer edition of a resource takes the place of the older one; an older one, or one that says
 * the same, changes nothing.
 */
function editionOf(
  { remittance }: ArrivedRemittance,
  editions: KeptRemittance[],
): { state: 'duplicate'; of: string } | { state: 'newer'; inPlaceOf: string[] } | null {
  const { edition } = remittance
  const latest = [...editions].sort((a, b) => (a.edition ?? 0) - (b.edition ?? 0)).at(-1)
  if (edition === undefined || latest === undefined) return null
  if (edition.version < (latest.edition ?? 0) || saysTheSame(remittance, latest)) {
    return { state: 'duplicate', of: latest.remittanceId }
  }
  if (edition.version === latest.edition) return null
  return { state: 'newer', inPlaceOf: editions.map(({ remittanceId }) => remittanceId) }
}

function saysTheSame(remittance: Remittance, { payerKey: payer, remittance: before }: KeptRemittance): boolean {
  return (
    payer === payerKey(remittance.payer) &&
    traceKey(before.traceNumber) === traceKey(remittance.traceNumber) &&
    before.amount === remittance.amount &&
    before.paidOn === remittance.paidOn &&
    bodyDifferences(before, remittance, remittance.currency).length === 0
  )
}

async function unlessKeyed(
  tx: Tx,
  arrived: ArrivedRemittance & { providerId: string },
  posting: { placing: MatchedClaims; inPlaceOf: string[]; traceUsed: boolean },
): Promise<Assessed> {
  const { organisationId, remittance } = arrived
  const { placing } = posting
  const twins = await keyedTwinsOf(tx, arrived, placing)
  if (twins.length === 0) return { state: 'posted', remittance, ...posting }
  const beside = [...new Set(twins.map(({ remittanceId }) => remittanceId))]
  const keyed = await keptRemittances(tx, organisationId, beside, { locked: false })
  const lineages = new Map(twins.map(({ remittanceId, lineageId }) => [remittanceId, lineageId]))
  const claims = keyed.flatMap((each) =>
    each.remittance.claims.map((claim) => {
      // The claim as the document names it: a keyed payment names none of the provider's numbers.
      const index = placing.placed.findIndex(
        (place) => place !== null && placing.claims.get(place.claimId)?.lineageId === lineages.get(each.remittanceId),
      )
      const named = remittance.claims[index]
      return named === undefined ? claim : { ...claim, ...namesIn(named) }
    }),
  )
  const differences = bodyDifferences({ claims, providerAdjustments: [] }, remittance, remittance.currency)
  return { state: 'held', held: heldBeside('keyed-before', beside, differences) }
}

function namesIn({ submissionNumber, references }: Remittance['claims'][number]) {
  return { references, ...(submissionNumber === undefined ? {} : { submissionNumber }) }
}
