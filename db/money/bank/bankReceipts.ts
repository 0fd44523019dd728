import { moneyInWords } from '../../../domain/amounts.ts'
import { type Entry, negated } from '../../../domain/money/ledger.ts'
import { newId } from '../../../platform/ids.ts'
import type { Tx } from '../../connect.ts'
import { type Refused, refused } from '../../refused.ts'
import type { BankReceiptsTable } from '../../schema/moneyTables.ts'
import { audit } from '../../setup/audit.ts'
import { closeItem, raiseItem } from '../../worklist/worklistItems.ts'
import { post } from '../ledgerPost.ts'
import { reverseTransactions, standingByKeys } from '../undo/reversing.ts'
import { type BankPosition, bankPosition } from './bankPosition.ts'

interface Recorded {
  kind: 'recorded'
  position: BankPosition
}

interface Act {
  organisationId: string
  remittanceId: string
  actor: string
  now: Date
}

/**
 * Records what arrived at the bank. An amount equal to the remittance's closes the question;
 * anything else is on the worklist until it is explained (failure F11).
 */
export async function recordReceipt(
  tx: Tx,
  act: Act & { amount: number; currency: string; receivedOn: string; reference: string | null },
): Promise<Recorded | Refused> {
  const { amount, receivedOn, reference } = act
  const posted = await lockPosted(tx, act)
  if (posted.kind === 'refused') return posted
  if (act.currency !== posted.currency) return refused('wrong-currency', `the remittance is in ${posted.currency}`)
  await write(tx, act, posted, { kind: 'received', amount, received_on: receivedOn, reference, reason: null })
  return { kind: 'recorded', position: await judge(tx, act, posted) }
}

/**
 * Explains an open difference: the bank kept it, or it was withheld as tax, with the certificate's
 * number where there is one (both go to the ledger); or the rest is still on its way (the next
 * receipt is compared again).
 */
export async function explainDifference(
  tx: Tx,
  act: Act & {
    explanation: 'bank_fee' | 'withheld_tax' | 'awaiting_rest'
    reason: string
    certificate?: string | undefined
  },
): Promise<Recorded | Refused> {
  const { organisationId, remittanceId, explanation, reason, certificate } = act
  const posted = await lockPosted(tx, act)
  if (posted.kind === 'refused') return posted
  const before = await bankPosition(tx, organisationId, remittanceId, posted.amount)
  if (before === null || before.open === 0)
    return refused('no-difference', 'nothing of the remittance is open at the bank')
  if (before.open < 0) {
    const detail = `${-before.open} more than the remittance came to the bank: no fee and no rest explains that`
    return refused('no-difference', detail)
  }
  const row = { kind: explanation, amount: before.open, received_on: null, reference: certificate ?? null, reason }
  await write(tx, act, posted, row)
  const detail = {
    explanation,
    amount: before.open,
    reason,
    ...(certificate === undefined ? {} : { certificate }),
  }
  await audit(tx, { ...act, action: 'remittance.bank-difference', subject: `remittance ${remittanceId}`, detail })
  return { kind: 'recorded', position: await judge(tx, act, posted) }
}

/**
 * Takes back what was recorded of the bank by mistake: a receipt, a fee, or that the rest is
 * awaited. Both stay readable; the difference is open again.
 */
export async function undoReceipt(
  tx: Tx,
  act: Act & { receiptId: string; reason: string },
): Promise<Recorded | Refused> {
  const { organisationId, remittanceId, receiptId, reason, actor, now } = act
  const posted = await lockPosted(tx, act)
  if (posted.kind === 'refused') return posted
  const before = await bankPosition(tx, organisationId, remittanceId, posted.amount)
  const entry = before?.entries.find((each) => each.receiptId === receiptId && each.undoes === null)
  if (entry === undefined) return refused('event-not-found', 'the bank has no such receipt of the remittance')
  if (before?.entries.some((each) => each.undoes === receiptId))
    return refused('already-undone', 'it is undone already')
  const id = newId()
  const { kind, amount } = entry
  await tx
    .insertInto('bank_receipts')
    .values({
      organisation_id: organisationId,
      id,
      remittance_id: remittanceId,
      kind,
      amount: negated(amount),
      received_on: null,
      reference: null,
      reason,
      actor,
      created_at: now,
      undoes: receiptId,
    })
    .execute()
  await reverseTransactions(tx, act, await standingByKeys(tx, organisationId, [`bank-receipt:${receiptId}`]))
  const detail = { receiptId, kind, amount, reason }
  await audit(tx, { ...act, action: 'remittance.bank-undo', subject: `remittance ${remittanceId}`, detail })
  return { kind: 'recorded', position: await judge(tx, act, posted) }
}

interface RemittanceHead {
  kind: 'posted'
  connectionId: string
  documentId: string | null
  traceNumber: string
  amount: number
  currency: string
}

/** Only what is in the ledger can be compared with the bank. */
async function lockPosted(tx: Tx, { organisationId, remittanceId }: Act): Promise<RemittanceHead | Refused> {
  const row = await headOf(tx, { organisationId, remittanceId })
  if (row === undefined) return refused('remittance-not-found', `there is no remittance ${remittanceId}`)
  const { state, ...head } = row
  return state === 'posted' ? head : refused('remittance-not-posted', `the remittance is ${state}`, { state })
}

async function headOf(tx: Tx, { organisationId, remittanceId }: Pick<Act, 'organisationId' | 'remittanceId'>) {
  const row = await tx
    .selectFrom('remittances')
    .select(['state', 'connection_id', 'document_id', 'trace_number', 'amount', 'currency'])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    kind: 'posted' as const,
    state: row.state,
    connectionId: row.connection_id,
    documentId: row.document_id,
    traceNumber: row.trace_number,
    amount: row.amount,
    currency: row.currency,
  }
}

async function write(
  tx: Tx,
  act: Act,
  posted: RemittanceHead,
  row: Pick<BankReceiptsTable, 'kind' | 'amount'> & {
    received_on: string | null
    reference: string | null
    reason: string | null
  },
): Promise<void> {
  const { organisationId, remittanceId, actor, now } = act
  const id = newId()
  await tx
    .insertInto('bank_receipts')
    .values({ organisation_id: organisationId, id, remittance_id: remittanceId, ...row, actor, created_at: now })
    .execute()
  const { kind, amount } = row
  if (kind === 'awaiting_rest') return
  const header = { ...headerOf(act, posted), idempotencyKey: `bank-receipt:${id}` }
  await post(tx, row.reason === null ? header : { ...header, reason: row.reason }, receiptEntries({ kind, amount }))
}

function headerOf({ organisationId, remittanceId, actor, now }: Act, { currency }: RemittanceHead) {
  return { organisationId, kind: 'bank_receipt' as const, currency, remittanceId, actor, now }
}

interface MovedMoney {
  kind: Exclude<BankReceiptsTable['kind'], 'awaiting_rest'>
  amount: number
}

function receiptEntries({ kind, amount }: MovedMoney): Entry[] {
  const entry = { claimId: null, lineNumber: null }
  return [
    { ...entry, account: 'in_transit', amount: -amount },
    { ...entry, account: kind === 'received' ? 'bank' : kind, amount },
  ]
}

/** One open item while the bank and the remittance differ and nobody has said why. */
async function judge(tx: Tx, act: Act, posted: RemittanceHead): Promise<BankPosition> {
  const { organisationId, remittanceId, actor, now } = act
  const { traceNumber, amount, currency } = posted
  const position = await bankPosition(tx, organisationId, remittanceId, amount)
  if (position === null) throw new Error(`remittance ${remittanceId}: its bank receipt was not stored`)
  // The amounts in its words may have changed.
  const cause = { kind: 'bank-difference' as const, ids: { remittanceId } }
  await closeItem(tx, { organisationId, by: actor, because: 'another word about the bank followed', now }, cause)
  const nothing = position.received === 0 && position.bankFee === 0 && position.withheldTax === 0
  if (position.open === 0 || position.awaitingRest || nothing) return position
  const money = (minor: number) => moneyInWords(minor, currency)
  const words = {
    traceNumber,
    received: money(position.received),
    expected: money(amount),
    missing: position.open > 0 ? money(position.open) : null,
    surplus: position.open > 0 ? null : money(-position.open),
  }
  await raiseItem(tx, { ...act, ...posted }, { ...cause, words })
  return position
}

/**
 * What came to the bank for remittances that another one takes the place of came for that one: the
 * receipts are written anew beside it, and their entries taken back where they were.
 */
export async function moveReceipts(
  tx: Tx,
  moving: Omit<Act, 'remittanceId'> & { remittanceIds: string[]; byRemittanceId: string; reason: string },
): Promise<void> {
  const { organisationId, remittanceIds, byRemittanceId, actor, reason, now } = moving
  const all = await tx
    .selectFrom('bank_receipts')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', 'in', remittanceIds)
    .orderBy('id')
    .execute()
  const undone = new Set(all.flatMap(({ undoes }) => undoes ?? []))
  const receipts = all.filter(({ id, undoes }) => undoes === null && !undone.has(id))
  if (receipts.length === 0) return
  const head = await headOf(tx, { organisationId, remittanceId: byRemittanceId })
  if (head === undefined) throw new Error(`remittance ${byRemittanceId} takes the place of others and is not there`)
  for (const receipt of receipts) {
    const { kind, amount, received_on, reference } = receipt
    const on = { organisationId, remittanceId: byRemittanceId, actor, now }
    await write(tx, on, head, { kind, amount, received_on, reference, reason: receipt.reason ?? reason })
  }
  const keys = receipts.map(({ id }) => `bank-receipt:${id}`)
  await reverseTransactions(tx, moving, await standingByKeys(tx, organisationId, keys))
  await judge(tx, { organisationId, remittanceId: byRemittanceId, actor, now }, head)
}
