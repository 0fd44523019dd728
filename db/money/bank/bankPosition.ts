import type { Selectable } from 'kysely'
import type { Tx } from '../../connect.ts'
import type { BankReceiptsTable } from '../../schema/moneyTables.ts'

/** What came to the bank for a remittance beside what it says. Minor units of its currency. */
export interface BankPosition {
  received: number
  /** What the bank kept, as a person states. */
  bankFee: number
  /** Withheld as tax on the way, as a person states. */
  withheldTax: number
  /**
   * Not come and not explained: what the remittance says less what came, what the bank kept and
   * what was withheld. Below zero: too much came.
   */
  open: number
  /** A person has said that the rest is still on its way. */
  awaitingRest: boolean
  /** Each thing that was recorded, oldest first; what takes another back names it. */
  entries: BankEntry[]
}

export interface BankEntry {
  receiptId: string
  kind: BankReceiptsTable['kind']
  amount: number
  receivedOn: string | null
  reference: string | null
  reason: string | null
  actor: string
  at: string
  undoes: string | null
}

/** What came to the bank for a remittance of `amount`; null when nobody has recorded anything. */
export async function bankPosition(
  tx: Tx,
  organisationId: string,
  remittanceId: string,
  amount: number,
): Promise<BankPosition | null> {
  const rows = await tx
    .selectFrom('bank_receipts')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .orderBy('id')
    .execute()
  if (rows.length === 0) return null
  const of = (kind: BankReceiptsTable['kind']) =>
    rows.reduce((total, row) => (row.kind === kind ? total + row.amount : total), 0)
  const received = of('received')
  const bankFee = of('bank_fee')
  const withheldTax = of('withheld_tax')
  const open = amount - received - bankFee - withheldTax
  const undone = new Set(rows.flatMap(({ undoes }) => undoes ?? []))
  const latest = rows.findLast((row) => row.undoes === null && !undone.has(row.id))
  const awaitingRest = open > 0 && latest?.kind === 'awaiting_rest'
  return { received, bankFee, withheldTax, open, awaitingRest, entries: rows.map(entryOf) }
}

function entryOf(row: Selectable<BankReceiptsTable>): BankEntry {
  const { id, kind, amount, received_on, reference, reason, actor, created_at, undoes } = row
  return {
    receiptId: id,
    kind,
    amount,
    receivedOn: received_on,
    reference,
    reason,
    actor,
    at: created_at.toISOString(),
    undoes,
  }
}
