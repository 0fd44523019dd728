import type { Adjustment, AdjustmentBucket } from './lineDecision.ts'
import { REASON_TABLE, type ReasonMeaning } from './reasonTable.ts'

/** What an adjustment's group and reason mean for us. */
export interface ReasonRule {
  bucket: AdjustmentBucket
  /** What the amount says besides; undefined: nothing but its bucket. */
  means: Adjustment['means']
  /** False: the line isn't decided by it, whatever the amount. */
  decides: boolean
  /** A person must act, or look: nobody pays the amount yet, or we have no word for the reason. */
  asks: boolean
  /** False: no table has the reason; it is kept as it came and flagged. */
  known: boolean
  /** Short, in our own words. */
  words: string
}

/**
 * The one rule for a CAS group and reason (source: 005010X221A1 CAS01, X12 external code source
 * 139), for X12 and for every list that uses the same codes. The group decides who bears the
 * amount, PR the patient, unless the reason says otherwise: under review (133, X12 RFI 457) and
 * duplicate (18, X12 RFI 2143) decide nothing in any group, and what is withheld (104, 105) is
 * nobody's loss. An unknown reason of the group PR is the patient's, of any other group denied; it
 * is never known.
 */
export function reasonRule(group: string, reason: string): ReasonRule {
  const known = GROUPS.has(group) ? MEANINGS.get(reason) : undefined
  const meaning = known?.meaning ?? (group === 'PR' ? 'patient' : 'denied')
  const bucket = bucketOf(group, meaning)
  const means = meansOf(group, meaning)
  const decides = meaning !== 'pending' && meaning !== 'duplicate'
  const asks = known === undefined || bucket === 'denied' || meaning === 'duplicate' || means === 'other_payer_first'
  return { bucket, means, decides, asks, known: known !== undefined, words: known?.words ?? groupWords(group) }
}

/**
 * The rule for a reason as lists write it: `OA-18`, `CO 45`, `CARC 18`, `PR-1`, with words behind
 * it or without; or the one word that every list has for a second copy. Null: it isn't written so,
 * or stands in no table.
 */
export function reasonRuleOf(text: string): ReasonRule | null {
  if (/^duplicate(?: (?:claim|line|service|submission|billing))?\.?$/i.test(text.trim())) return reasonRule('OA', '18')
  const [, group = 'OA', reason = ''] = WRITTEN.exec(text.trim()) ?? []
  if (reason === '') return null
  const rule = reasonRule(group.toUpperCase(), reason.toUpperCase())
  return rule.known ? rule : null
}

const WRITTEN = /^(?:CARC|(CO|PR|OA|PI|CR))[-: ]?\s*([A-Z]?\d{1,3})(?:$|[^\w.])/i

/** In our words who bears an amount of this group; empty for a group that we don't know. */
export function groupWords(group: string): string {
  return GROUPS.get(group) ?? ''
}

/** What a claim adjustment reason code says, in our words; null for one that stands in no table. */
export function reasonWords(code: string): string | null {
  return MEANINGS.get(code)?.words ?? null
}

/** CAS01; CR is the group of corrections before 5010. */
const GROUPS: ReadonlyMap<string, string> = new Map([
  ['CO', 'the provider bears it by contract'],
  ['PR', 'the patient owes it'],
  ['OA', 'another adjustment'],
  ['PI', 'cut by the payer'],
  ['CR', 'correction'],
])

const MEANINGS: ReadonlyMap<string, { meaning: ReasonMeaning; words: string }> = new Map(
  (Object.entries(REASON_TABLE) as [ReasonMeaning, Record<string, string>][]).flatMap(([meaning, codes]) =>
    Object.entries(codes).map(([code, words]) => [code, { meaning, words }] as const),
  ),
)

function bucketOf(group: string, meaning: ReasonMeaning): AdjustmentBucket {
  if (meaning === 'withheld_tax') return 'withheld_tax'
  if (group === 'PR') return 'patient'
  switch (meaning) {
    case 'contractual':
    case 'discount':
      return meaning
    case 'prior_payer':
    case 'other_payer_first':
      return 'other_payer'
    // Deductibles that the group gives to the clinic contradict themselves: a person looks.
    case 'patient':
    case 'bundled':
    case 'pending':
    case 'duplicate':
    case 'denied':
      return 'denied'
  }
}

function meansOf(group: string, meaning: ReasonMeaning): Adjustment['means'] {
  switch (meaning) {
    case 'pending':
    case 'duplicate':
      return meaning
    // The payer says itself that the patient owes it: nobody else has to be billed before.
    case 'prior_payer':
    case 'other_payer_first':
    case 'bundled':
      return group === 'PR' ? undefined : meaning
    case 'contractual':
    case 'patient':
    case 'withheld_tax':
    case 'discount':
    case 'denied':
      return undefined
  }
}
