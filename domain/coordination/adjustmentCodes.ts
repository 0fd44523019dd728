import type { Adjustment, AdjustmentBucket } from '../money/lineDecision.ts'
import type { PayerAdjustment } from './firstPayer.ts'

/**
 * Group and reason of an amount whose HMO gave no X12 code. 45: above the contract's fee. 105: tax
 * withheld. 22: another payer comes first. 192: "non-standard adjustment code", which the list
 * keeps for exactly this: a provider who tells another payer what cannot be mapped, except
 * deductible (1), coinsurance (2) and copay (3). Source: X12 external code source 139.
 */
const BY_BUCKET: Readonly<Record<AdjustmentBucket, readonly [group: string, reason: string]>> = {
  contractual: ['CO', '45'],
  patient: ['PR', '192'],
  other_payer: ['OA', '22'],
  denied: ['OA', '192'],
  withheld_tax: ['CO', '105'],
  discount: ['OA', '192'],
  bank_fee: ['OA', '192'],
}

const PATIENT_WORDS: readonly (readonly [RegExp, string])[] = [
  [/deduct/i, '1'],
  [/co-?insurance/i, '2'],
  [/co-?pay|member share/i, '3'],
]

const CARC = /^(CO|PR|OA|PI|CR)-([A-Z]?\d{1,3}|[A-Z]\d{1,2})$/

/** An adjustment with codes that every payer reads: its own, else what its bucket means. */
export function codedAdjustment({ bucket, amount, said }: Adjustment): PayerAdjustment {
  const [group, reason] = codesOf(bucket, said)
  return { bucket, group, reason, amount, ...(said.text === undefined ? {} : { text: said.text }) }
}

function codesOf(bucket: AdjustmentBucket, said: Adjustment['said']): readonly [string, string] {
  const [, group, reason] = said.list === 'CARC' ? (CARC.exec(said.code ?? '') ?? []) : []
  if (group !== undefined && reason !== undefined) return [group, reason]
  const words = `${said.code ?? ''} ${said.text ?? ''}`
  const share = bucket === 'patient' ? PATIENT_WORDS.find(([word]) => word.test(words)) : undefined
  return share === undefined ? BY_BUCKET[bucket] : ['PR', share[1]]
}
