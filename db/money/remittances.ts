import { sql } from 'kysely'
import { isCurrency, moneyInWords } from '../../domain/amounts.ts'
import { bodyDifferences } from '../../domain/money/identity/bodyDifferences.ts'
import type { Held } from '../../domain/money/identity/held.ts'
import { isPaymentDay } from '../../domain/money/paymentDay.ts'
import { checkRemittance, placeOf, type Remittance } from '../../domain/money/remittance.ts'
import type { Tx } from '../connect.ts'
import { NUMBERS_A_READING } from '../inbox/documents.ts'
import { chosenClaims, supersedeHeldRemittance } from '../inbox/heldMatches.ts'
import type { RemittancesTable } from '../schema/moneyTables.ts'
import { raiseItem } from '../worklist/worklistItems.ts'
import { type Assessed, assess } from './identity/assess.ts'
import { raiseHeld } from './identity/heldItem.ts'
import { lockNumber } from './identity/postedPayments.ts'
import { keptRemittances } from './identity/storedRemittance.ts'
import { type Choices, type MatchedClaims, placeClaims } from './placeClaims.ts'
import { evidenceProblem, holdRemittance } from './posting/noteMatching.ts'
import { passOnTestRemittance, postToLedger } from './posting/postToLedger.ts'
import { quarantined } from './quarantined.ts'
import { rewriteRemittance } from './remittanceReread.ts'
import {
  type ArrivedRemittance,
  insertRemittance,
  insertRemittanceLines,
  type Quarantined,
  type RowState,
  type StoredRemittance,
} from './remittanceRows.ts'

export interface PostedRemittance {
  state: RemittancesTable['state']
  remittanceId: string
  problem?: Quarantined
  /** Why it is held, and beside what. */
  held?: Held
  /** Each claim that has notices now and must be signalled, once. */
  claims: { claimId: string }[]
}

/**
 * Takes one remittance in, whole or not at all: posted to the ledger with notices for its claims;
 * quarantined when it does not balance or is in another currency, or when it names a claim that is
 * not what it says (`claim-evidence`); a duplicate of the same money (payer, number, amount,
 * currency, day, and the same split) posts nothing; the same money in another split, or money that
 * somebody seems to have keyed already, is held for a person; in test mode the ledger stays
 * untouched. Money that finds no claim waits in suspense, and every doubt is an item on the
 * worklist. The same place of the same document again answers as before, but one in quarantine or
 * held is judged by today's reading. Notices take the numbers `sequence` to
 * `sequence + 4 × claims − 1` of the document.
 */
export async function postRemittance(
  tx: Tx,
  arrived: ArrivedRemittance & { mode: 'test' | 'production' },
): Promise<PostedRemittance> {
  await lockNumber(tx, arrived.organisationId, arrived.remittance.traceNumber)
  const known = await knownBefore(tx, arrived)
  const { again, providerId } = known
  const problem = problemOf(arrived, known.currency)
  const isWaiting = again?.state === 'quarantined' || again?.state === 'held'
  const sameDoubt = again?.state === 'quarantined' && problem !== null && again.content === hexOf(arrived)
  if (again !== null && (!isWaiting || sameDoubt)) return answerAsBefore(tx, arrived, again)
  const knownId = again?.remittanceId ?? null
  const isSame = again !== null && again.content === hexOf(arrived)
  const choices = isSame ? await chosenClaims(tx, arrived.organisationId, again.remittanceId) : null
  const came = await judge(tx, { ...arrived, providerId }, { problem, knownId, choices })
  // A person was to decide about what an earlier reading said.
  if (knownId !== null) await supersedeHeldRemittance(tx, { ...arrived, remittanceId: knownId, actor: 'hub' })
  return store(tx, arrived, came, knownId)
}

/**
 * Takes in what was held whole for its claims (`claim-evidence`), with the claims that a person has
 * chosen: as if it arrived now and named them.
 */
export async function postChosen(
  tx: Tx,
  arrived: StoredRemittance & { mode: 'test' | 'production'; providerId: string },
  choices: Choices,
): Promise<PostedRemittance> {
  const { remittanceId } = arrived
  const came = await judge(tx, arrived, { problem: null, knownId: remittanceId, choices })
  return store(tx, arrived, came, remittanceId)
}

type Came =
  | Assessed
  | { state: 'quarantined'; problem: Quarantined }
  | { state: 'test'; remittance: Remittance; placing: MatchedClaims }

/** What is known beside the remittance itself. */
interface Beside {
  problem: Quarantined | null
  /** Its own row, when it has one. */
  knownId: string | null
  choices: Choices | null
}

/** A copy of what is posted is no doubt, in whichever connection and currency it comes. */
async function judge(
  tx: Tx,
  arrived: ArrivedRemittance & { mode: 'test' | 'production'; providerId: string },
  { problem, knownId, choices }: Beside,
): Promise<Came> {
  const { remittance, mode } = arrived
  if (mode === 'test') return problem === null ? inTest(tx, arrived, choices) : { state: 'quarantined', problem }
  if (problem !== null && problem.rule !== 'currency') return { state: 'quarantined', problem }
  if (!isCurrency(remittance.currency)) return { state: 'quarantined', problem: problem ?? noCurrency(arrived) }
  const assessed = await assess(tx, arrived, knownId, choices)
  return problem === null || assessed.state === 'duplicate' ? assessed : { state: 'quarantined', problem }
}

async function inTest(tx: Tx, arrived: ArrivedRemittance, choices: Choices | null): Promise<Came> {
  const { remittance } = arrived
  const placing = await placeClaims(tx, arrived, choices)
  const { doubtful } = placing
  return doubtful.length > 0 ? { state: 'doubtful', remittance, doubtful } : { state: 'test', remittance, placing }
}

function noCurrency({ remittance }: ArrivedRemittance): Quarantined {
  return { rule: 'currency', where: remittance.currency, difference: null }
}

/** Writes what became of a remittance, anew or into its row, and does what follows from it. */
async function store(
  tx: Tx,
  arrived: ArrivedRemittance,
  came: Came,
  knownId: string | null,
): Promise<PostedRemittance> {
  const row = rowOf(came)
  const said = 'remittance' in came ? { ...arrived, remittance: came.remittance } : arrived
  const remittanceId = knownId ?? (await insertRemittance(tx, said, { ...row, source: 'document' }))
  const stored: StoredRemittance = { ...said, remittanceId }
  if (knownId !== null) await rewriteRemittance(tx, stored, row)
  const { state } = row
  switch (came.state) {
    case 'doubtful': {
      const problem = await holdRemittance(tx, stored, came.doubtful)
      return { state, remittanceId, problem, claims: [] }
    }
    case 'quarantined':
      await quarantine(tx, stored, came.problem)
      return { state, remittanceId, problem: came.problem, claims: [] }
    case 'held':
      // The console shows both splits side by side.
      await insertRemittanceLines(tx, stored, [])
      await raiseHeld(tx, stored, came.held)
      return { state, remittanceId, held: came.held, claims: [] }
    case 'duplicate':
      return { state, remittanceId, claims: [] }
    case 'test':
      return {
        state,
        remittanceId,
        claims: claimsOf(await passOnTestRemittance(tx, { ...stored, placing: came.placing })),
      }
    case 'posted':
      return { state, remittanceId, claims: claimsOf(await postToLedger(tx, { ...came, ...stored })) }
  }
}

function rowOf(came: Came): RowState {
  switch (came.state) {
    case 'doubtful':
      return { state: 'quarantined', problem: evidenceProblem(came.doubtful) }
    case 'quarantined':
      return { state: came.state, problem: came.problem }
    case 'held':
      return { state: came.state, held: came.held }
    case 'duplicate':
      return { state: came.state, duplicateOf: came.of }
    case 'test':
    case 'posted':
      return { state: came.state }
  }
}

async function quarantine(tx: Tx, stored: StoredRemittance, problem: Quarantined): Promise<void> {
  const { traceNumber, currency } = stored.remittance
  // The console shows the place that broke beside what the document says there.
  await insertRemittanceLines(tx, stored, [])
  const difference = problem.difference === null ? null : moneyInWords(problem.difference, currency)
  await raiseItem(tx, stored, { ...quarantined(stored), words: { traceNumber, ...problem, difference } })
}

function problemOf({ remittance, now }: ArrivedRemittance, currency: string): Quarantined | null {
  if (remittance.currency !== currency || !isCurrency(remittance.currency)) {
    return { rule: 'currency', where: `${remittance.currency} instead of ${currency}`, difference: null }
  }
  const { paidOn } = remittance
  if (!isPaymentDay(paidOn, now)) return { rule: 'payment-date', where: `paid on ${paidOn}`, difference: null }
  const [first] = checkRemittance(remittance)
  return first === undefined ? null : { rule: first.rule, where: placeOf(first), difference: first.difference }
}

interface Known {
  currency: string
  providerId: string
  /**
   * The same place of the same document was taken in before, or the same payment by an earlier
   * reading of it.
   */
  again: {
    remittanceId: string
    state: PostedRemittance['state']
    problem: Quarantined | null
    content: string
  } | null
}

async function knownBefore(tx: Tx, arrived: ArrivedRemittance): Promise<Known> {
  const { organisationId, connectionId, documentId, sequence, remittance, contentSha256 } = arrived
  // What an earlier reading of the same document took in: places may have shifted, payer and trace
  // number say which it is.
  const reading = sequence - (sequence % NUMBERS_A_READING)
  const { rows } = await sql<Known>`
    select n.currency, n.provider_id as "providerId",
      (select jsonb_build_object('remittanceId', r.id, 'state', r.state, 'problem', r.problem,
        'content', encode(r.content_sha256, 'hex')) from remittances r
        where r.organisation_id = n.organisation_id and r.document_id = ${documentId}::uuid and (r.sequence = ${sequence}
          or (r.sequence < ${reading} and r.payer = ${remittance.payer} and r.trace_number = ${remittance.traceNumber}))
        order by r.sequence = ${sequence} desc, r.content_sha256 = ${contentSha256} desc, r.sequence limit 1) as again
    from connections n where n.organisation_id = ${organisationId} and n.id = ${connectionId}`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error(`a remittance for connection ${connectionId}, which does not exist`)
  return row
}

async function answerAsBefore(
  tx: Tx,
  arrived: ArrivedRemittance,
  known: NonNullable<Known['again']>,
): Promise<PostedRemittance> {
  const { remittanceId, state, problem } = known
  if (state === 'posted' && known.content !== hexOf(arrived)) await compareReadings(tx, arrived, remittanceId)
  const claims = await tx
    .selectFrom('remittance_lines')
    .select('claim_id')
    .distinct()
    .where('organisation_id', '=', arrived.organisationId)
    .where('remittance_id', '=', remittanceId)
    .where('claim_id', 'is not', null)
    .execute()
  return {
    state,
    remittanceId,
    ...(problem === null ? {} : { problem }),
    claims: claims.flatMap(({ claim_id }) => (claim_id === null ? [] : [{ claimId: claim_id }])),
  }
}

/** A document that is read otherwise than it was posted is a doubt when the money differs. */
async function compareReadings(tx: Tx, arrived: ArrivedRemittance, remittanceId: string): Promise<void> {
  const { organisationId, remittance } = arrived
  const [posted] = await keptRemittances(tx, organisationId, [remittanceId], { locked: false })
  const before = posted?.remittance
  const isSame =
    before !== undefined &&
    before.amount === remittance.amount &&
    before.paidOn === remittance.paidOn &&
    before.currency === remittance.currency &&
    bodyDifferences(before, remittance, before.currency).length === 0
  if (isSame) return
  const { traceNumber } = remittance
  const item = { kind: 'remittance-reads-otherwise' as const, ids: { remittanceId }, words: { traceNumber } }
  await raiseItem(tx, { ...arrived, remittanceId }, item)
}

function hexOf({ contentSha256 }: ArrivedRemittance): string {
  return contentSha256.toString('hex')
}

function claimsOf(claimIds: string[]): { claimId: string }[] {
  return claimIds.map((claimId) => ({ claimId }))
}
