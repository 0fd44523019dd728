import { parseMinor } from '../../../domain/amounts.ts'
import type { Said } from '../../../domain/claim.ts'
import type { LineMarks } from '../../../domain/inbox/marks.ts'
import { reasonRuleOf } from '../../../domain/money/adjustmentReasons.ts'
import type { Adjustment, LineDecision } from '../../../domain/money/lineDecision.ts'
import { type Context, type Notice, unreadable } from '../../contract.ts'
import type { Mail } from '../../formats/mail/mail.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { OUTCOMES } from './codes.ts'
import type { VisayasRow } from './lists.ts'
import { aboutClaim, reasonIn } from './notices.ts'

export const DECISION_COLUMNS = [
  'submission',
  'claim',
  'line',
  'code',
  'decision',
  'charged',
  'contract_cut',
  'patient_share',
  'denied',
  'payable',
  'reason',
  'text',
]

/**
 * Decisions line by line: charged − contract cut − patient's share − denied = payable in every row,
 * else the list is wrong and nobody knows where. A claim with a decision that we have no word for
 * is for a person.
 */
export function decodeDecision(rows: VisayasRow[], mail: Mail, ctx: Context<unknown>): Notice[] {
  const claims = new Map<string, { row: VisayasRow; line: LineDecision | null }[]>()
  for (const row of rows) {
    const line = lineOf(row, ctx.currency)
    if (line === 'wrong') return [unreadable(`row ${row.place} of a decision does not add up`)]
    const key = `${row.cell('submission').toUpperCase()} ${row.cell('claim')}`
    claims.set(key, [...(claims.get(key) ?? []), { row, line }])
  }
  return [...claims.values()].flatMap((own) => {
    const [first] = own
    if (first === undefined) return []
    const { row } = first
    const lines = own.flatMap(({ line }) => (line === null ? [] : [line]))
    const marks = { lines: own.map((each) => marksOf(each.row, ctx.currency)) }
    if (lines.length < own.length) {
      const said = own.flatMap((each) => saidOf(each.row))
      return [aboutClaim({ row, fact: { type: 'other' }, said, marks }, mail, ctx)]
    }
    return [aboutClaim({ row, fact: { type: 'decided', lines }, said: [], marks }, mail, ctx)]
  })
}

function marksOf(row: VisayasRow, currency: string): LineMarks {
  const charged = parseMinor(row.cell('charged'), currency)
  return { controlNumber: row.cell('line'), code: row.cell('code') || null, charged, day: null }
}

/** Null: a decision that we have no word for. */
function lineOf(row: VisayasRow, currency: string): LineDecision | null | 'wrong' {
  const amount = (column: string) => parseMinor(row.cell(column), currency)
  const [charged, contractual, patient, denied, payable] = AMOUNTS.map(amount)
  const lineNumber = /^\d{1,3}$/.test(row.cell('line')) ? Number(row.cell('line')) : 0
  if (charged == null || contractual == null || patient == null || denied == null || payable == null) return 'wrong'
  const isSound = [charged, contractual, patient, denied, payable].every((each) => each >= 0)
  if (!isSound || lineNumber === 0 || charged - contractual - patient - denied !== payable) return 'wrong'
  const outcome = ourWord(OUTCOMES, row.cell('decision'))
  if (outcome === null) return null
  const said = reasonIn(row)[0] ?? {}
  const adjustments: Adjustment[] = [
    { bucket: 'contractual' as const, amount: contractual, said },
    { bucket: 'patient' as const, amount: patient, said },
    { ...meaningOf(row.cell('reason')), amount: denied, said },
  ].filter((each) => each.amount !== 0)
  return { lineNumber, outcome, payable, adjustments, said: saidOf(row) }
}

/** Of what stands in the column of what was denied, by its reason. */
function meaningOf(reason: string): Pick<Adjustment, 'bucket' | 'means'> {
  const rule = reasonRuleOf(reason)
  if (rule === null || rule.bucket === 'patient') return { bucket: 'denied' }
  return { bucket: rule.bucket, ...(rule.means === undefined ? {} : { means: rule.means }) }
}

const AMOUNTS = ['charged', 'contract_cut', 'patient_share', 'denied', 'payable']

function saidOf(row: VisayasRow): Said[] {
  return [{ list: 'decision', code: row.cell('decision') }, ...reasonIn(row)]
}
