import { type Minor, sum } from '../../../domain/amounts.ts'
import type { Said } from '../../../domain/claim.ts'
import type { LineMarks } from '../../../domain/inbox/marks.ts'
import { reasonRuleOf } from '../../../domain/money/adjustmentReasons.ts'
import type { Adjustment, AdjustmentBucket, LineDecision } from '../../../domain/money/lineDecision.ts'
import { minorOf } from '../../formats/fhir/amount.ts'
import { type Concept, codeIn } from '../../formats/fhir/datatypes.ts'
import type { ClaimResponse } from '../../formats/fhir/resources.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { CATEGORIES, REASONS, REDUCTIONS, SYSTEMS } from './codes.ts'

type Item = NonNullable<ClaimResponse['item']>[number]

/** A line's decision, or the place where its amounts can't be trusted: a person reads it then. */
export type ReadLine = { kind: 'decision'; decision: LineDecision } | { kind: 'doubt'; said: Said }

interface Amounts {
  payable: Minor | null
  charged: Minor | null
  allowed: Minor | null
  adjustments: Adjustment[]
}

/**
 * Reads one line's adjudications. What the payer keeps without a word stays in the bucket `denied`,
 * open until a person says.
 */
export function lineDecision(item: Item, currency: string): ReadLine {
  const amounts: Amounts = { payable: null, charged: null, allowed: null, adjustments: [] }
  for (const adjudication of item.adjudication) {
    const problem = add(amounts, adjudication, currency)
    if (problem !== null) return { kind: 'doubt', said: { ...problem, text: `line ${item.itemSequence}` } }
  }
  if (amounts.payable === null) return doubt('benefit-missing', item)
  const unexplained = unexplainedOf(amounts, amounts.payable)
  if (unexplained < 0) return doubt('line-balance', item)
  if (unexplained > 0) amounts.adjustments.push(explain(amounts, unexplained))
  return { kind: 'decision', decision: decisionOf(item.itemSequence, amounts.payable, amounts.adjustments) }
}

/**
 * A ClaimResponse names a line by its sequence alone; what it was charged says whether that is the
 * line.
 */
export function lineMarks(item: Item, currency: string): LineMarks {
  const submitted = item.adjudication.find(
    ({ category }) => ourWord(CATEGORIES, codeIn(category, SYSTEMS.adjudication)) === 'charged',
  )
  const charged = submitted?.amount === undefined ? null : minorOf(submitted.amount.value, currency)
  return { controlNumber: String(item.itemSequence), code: null, charged, day: null }
}

function add(amounts: Amounts, adjudication: Item['adjudication'][number], currency: string): Said | null {
  const code = codeIn(adjudication.category, SYSTEMS.adjudication)
  const reduction = ourWord(REDUCTIONS, code)
  const category = ourWord(CATEGORIES, code)
  if (category === 'informs_only') return null
  if (reduction === null && category === null) return { list: 'adjudication', code: code ?? 'unknown' }
  const { amount } = adjudication
  if (amount === undefined) return { list: 'adjudication-amount', code: 'missing' }
  const minor = minorOf(amount.value, amount.currency ?? currency)
  if (minor === null || minor < 0 || (amount.currency ?? currency) !== currency)
    return { list: 'adjudication-amount', code: 'malformed' }
  if (reduction !== null) {
    if (minor > 0)
      amounts.adjustments.push({
        ...meaningOf(reduction, adjudication.reason),
        amount: minor,
        said: reasonOf(adjudication.reason, code),
      })
    return null
  }
  const slot = category === 'payable' ? 'payable' : category === 'charged' ? 'charged' : 'allowed'
  if (amounts[slot] !== null) return { list: 'adjudication', code: `${code} twice` }
  amounts[slot] = minor
  return null
}

/**
 * What of the header's adjudications the lines don't account for; null when they add nothing. Such
 * an amount belongs to no line, so that a person reads it.
 */
export function headerDoubt(
  adjudications: Item['adjudication'],
  decisions: LineDecision[],
  currency: string,
): Said | null {
  const amounts: Amounts = { payable: null, charged: null, allowed: null, adjustments: [] }
  for (const adjudication of adjudications) {
    const problem = add(amounts, adjudication, currency)
    if (problem !== null) return { ...problem, text: 'header' }
  }
  const payable = sum(decisions.map((decision) => decision.payable))
  const isAccounted = amounts.adjustments.length === 0 && (amounts.payable ?? payable) === payable
  return isAccounted ? null : { list: 'adjudication', code: 'header', text: 'amounts of no line' }
}

/**
 * The category says who bears the amount; the reason may say more of what was denied: Harbor's own
 * codes, or claim adjustment reason codes (`18`, `OA-18`).
 */
function meaningOf(bucket: AdjustmentBucket, reason: Concept | undefined): Pick<Adjustment, 'bucket' | 'means'> {
  if (bucket === 'other_payer') return { bucket, means: 'prior_payer' }
  if (bucket !== 'denied') return { bucket }
  const own = ourWord(REASONS, codeIn(reason, SYSTEMS.reason))
  if (own !== null) return { bucket: own === 'other_payer_first' ? 'other_payer' : bucket, means: own }
  const theirs = codeIn(reason, SYSTEMS.carc) ?? ''
  const rule = reasonRuleOf(/^[A-Z]?\d+$/.test(theirs) ? `CARC ${theirs}` : theirs)
  if (rule === null || rule.bucket === 'patient') return { bucket }
  return { bucket: rule.bucket, ...(rule.means === undefined ? {} : { means: rule.means }) }
}

function reasonOf(reason: Concept | undefined, category: string | null): Said {
  const code = codeIn(reason, [...SYSTEMS.reason, ...SYSTEMS.carc])
  const text = reason?.text
  return {
    list: code === null ? 'adjudication' : 'adjudication-reason',
    code: code ?? category ?? 'unknown',
    ...(text === undefined ? {} : { text }),
  }
}

/** charged − adjustments − benefit. Without the charge there is nothing to check. */
function unexplainedOf({ charged, adjustments }: Amounts, payable: Minor): Minor {
  return charged === null ? 0 : charged - sum(adjustments.map((each) => each.amount)) - payable
}

/**
 * The difference between the charge and what the contract allows is the contract's; any other
 * unexplained difference counts as denied.
 */
function explain({ charged, allowed, adjustments }: Amounts, unexplained: Minor): Adjustment {
  const hasContractual = adjustments.some((each) => each.bucket === 'contractual')
  const byContract = charged !== null && allowed !== null && !hasContractual && charged - allowed === unexplained
  return byContract
    ? { bucket: 'contractual', amount: unexplained, said: { list: 'adjudication', code: 'eligible' } }
    : { bucket: 'denied', amount: unexplained, said: { list: 'adjudication', code: 'unexplained' } }
}

function decisionOf(lineNumber: number, payable: Minor, adjustments: Adjustment[]): LineDecision {
  const denied = adjustments.some((each) => each.bucket === 'denied')
  const outcome = denied ? (payable === 0 ? 'denied' : 'reduced') : 'approved'
  return { lineNumber, outcome, payable, adjustments }
}

function doubt(code: string, item: Item): ReadLine {
  return { kind: 'doubt', said: { list: 'line', code, text: `line ${item.itemSequence}` } }
}
