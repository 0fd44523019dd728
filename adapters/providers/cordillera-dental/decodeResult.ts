import type { Said } from '../../../domain/claim.ts'
import type { ProviderFact } from '../../../domain/claims/claimEvents.ts'
import { grouped } from '../../../domain/grouped.ts'
import { type Context, type Notice, unreadable } from '../../contract.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { saidIn } from '../../formats/table/paymentRows.ts'
import { RESULTS } from './codes.ts'
import type { CordilleraSettings } from './declaration.ts'
import type { CordilleraRow } from './readRows.ts'
import { distinct, instantOf, matchOf, numberOf } from './values.ts'

/** In the place of a submission: the row is about our whole file. */
const WHOLE_FILE = '*'

/**
 * The answer to each row of a file of ours. A claim is taken whole or not at all, so its rows are
 * read together; a row that cannot be read is for a person, and so is the claim that lacks it.
 */
export function decodeResult(rows: CordilleraRow[], ctx: Context<CordilleraSettings>): Notice[] {
  const problems = new Map(rows.map((row) => [row, problemOf(row, ctx)]))
  const sound = rows.filter((row) => problems.get(row) === null)
  const files = sound.filter(isWholeFile)
  const claims = grouped(
    sound.filter((row) => !isWholeFile(row)),
    (row) => row.cell('submission').toUpperCase(),
  )
  return [
    ...rows.flatMap((row) => {
      const problem = problems.get(row) ?? null
      return problem === null ? [] : [unreadable(`row ${row.place}: ${problem}`)]
    }),
    ...files.map((row) => aboutFile(row, ctx)),
    ...[...claims.values()].map((own) => aboutClaim(own, ctx)),
  ]
}

function problemOf(row: CordilleraRow, { zone }: Context<CordilleraSettings>): string | null {
  if (row.cell('submission') === '') return 'it names no submission'
  if (!/^\d{9}$/.test(row.cell('file_no')) || Number(row.cell('file_no')) === 0) return 'it names no file of ours'
  if (instantOf(row.cell('answered_at'), zone) === null) return 'answered_at is no time'
  if (isWholeFile(row)) return null
  const [line, lines] = [numberOf(row.cell('line')), numberOf(row.cell('lines'))]
  return line === null || lines === null || line > lines ? 'it names no line of the claim' : null
}

function isWholeFile(row: CordilleraRow): boolean {
  return row.cell('submission') === WHOLE_FILE
}

/** Whether the file as such could be read. A word that we don't know leaves everything as it is. */
function aboutFile(row: CordilleraRow, ctx: Context<CordilleraSettings>): Notice {
  const verdict = ourWord(RESULTS, row.cell('result'))
  if (verdict === null) return unreadable(`row ${row.place}: an unknown result of our whole file`)
  const controlNumber = Number(row.cell('file_no'))
  return { kind: 'batch', controlNumber, verdict, ...answeredAt(row, ctx), said: saidOf(row) }
}

function aboutClaim(rows: CordilleraRow[], ctx: Context<CordilleraSettings>): Notice {
  const [first] = rows
  if (first === undefined) return unreadable('a claim without a row')
  const named = rows.find((row) => row.cell('claim_no') !== '') ?? first
  const match = matchOf(named)
  const said = distinct(rows.flatMap(saidOf))
  return { kind: 'claim', match, fact: factOf(rows), ...answeredAt(first, ctx), said, references: match.references }
}

/** Anything but one clear word about every line of the claim is `other`. */
function factOf(rows: CordilleraRow[]): ProviderFact {
  const results = new Set(rows.map((row) => ourWord(RESULTS, row.cell('result'))))
  const claimNumbers = new Set(rows.map((row) => row.cell('claim_no')))
  const [result = null] = results
  const [claimNumber = ''] = claimNumbers
  if (!isComplete(rows) || results.size !== 1 || claimNumbers.size !== 1) return { type: 'other' }
  switch (result) {
    case null:
      return { type: 'other' }
    case 'accepted':
      return { type: claimNumber === '' ? 'other' : 'received' }
    case 'rejected':
      // With a claim number Cordillera has booked it: that is not "never adjudicated".
      return { type: claimNumber === '' ? 'rejected_front_end' : 'other' }
  }
}

/** Each line of the claim is answered, once. */
function isComplete(rows: CordilleraRow[]): boolean {
  const lines = new Set(rows.map((row) => row.cell('line')))
  return lines.size === rows.length && rows.every((row) => Number(row.cell('lines')) === rows.length)
}

function answeredAt(row: CordilleraRow, { zone }: Context<CordilleraSettings>): { at?: string } {
  const at = instantOf(row.cell('answered_at'), zone)
  return at === null ? {} : { at }
}

function saidOf(row: CordilleraRow): Said[] {
  return [{ list: 'result', code: row.cell('result') }, ...saidIn('result code', row.cell('code'), row.cell('text'))]
}
