import type { Minor } from '../amounts.ts'
import type { Entry, LedgerAccount } from './ledger.ts'

/**
 * Who moved an amount: the charge itself, the provider's decision, a payment (remittance, payment
 * by hand, suspense allocated later), or a person who said what becomes of a denied line. The
 * newest statement of the provider replaces the older one layer by layer, never by changing
 * entries.
 */
export type Layer = 'charge' | 'decision' | 'money' | 'settlement'

/** The net of all entries of one layer, line and account of a claim. */
export interface PositionRow {
  layer: Layer
  lineNumber: number | null
  account: LedgerAccount
  amount: Minor
}

/** What a claim's ledger says now, in a form that the posting rules can ask. */
export interface ClaimPosition {
  claimId: string
  rows: PositionRow[]
}

export function emptyPosition(claimId: string): ClaimPosition {
  return { claimId, rows: [] }
}

/**
 * Net of one layer on one account; of one line (null is the claim as a whole), or of all of them
 * when no line is asked for.
 */
export function netOf(
  { rows }: ClaimPosition,
  layer: Layer,
  account: LedgerAccount,
  lineNumber?: number | null,
): Minor {
  let net = 0
  for (const row of rows) {
    if (row.layer !== layer || row.account !== account) continue
    if (lineNumber === undefined || row.lineNumber === lineNumber) net += row.amount
  }
  return net
}

/**
 * The same claim after more entries on one layer. Entries of other claims and of the remittance's
 * own side don't count.
 */
export function after(position: ClaimPosition, layer: Layer, entries: Entry[]): ClaimPosition {
  const own = entries.filter((entry) => entry.claimId === position.claimId && entry.account !== 'allocated')
  return { ...position, rows: [...position.rows, ...own.map((entry) => ({ layer, ...entry }))] }
}

/** Line numbers that the charge knows, in order. */
export function chargedLines({ rows }: ClaimPosition): number[] {
  const numbers = rows.flatMap(({ layer, lineNumber }) =>
    layer === 'charge' && lineNumber !== null ? [lineNumber] : [],
  )
  return [...new Set(numbers)].sort((a, b) => a - b)
}

/** The net entries of one layer, as they would have to be reversed. */
export function entriesOf({ claimId, rows }: ClaimPosition, layer: Layer): Entry[] {
  return rows
    .filter((row) => row.layer === layer)
    .map(({ account, amount, lineNumber }) => ({ account, amount, claimId, lineNumber }))
}
