import type { Submission } from '../../../domain/claim.ts'
import type { FirstPayer, PayerAdjustment } from '../../../domain/coordination/firstPayer.ts'
import { decimalOf } from './amount.ts'
import { coverageOf, person } from './claimParties.ts'
import { concept } from './coding.ts'
import { SYSTEMS } from './systems.ts'
import type { JsonOut } from './writeJson.ts'

/**
 * What a Claim contains of the HMO that pays before: its Coverage, who is insured there, and what
 * it decided as a ClaimResponse. Nothing where nobody pays before.
 */
export function firstPayerResources(submission: Submission): JsonOut[] {
  const { firstPayer } = submission
  if (firstPayer === undefined) return []
  const self = firstPayer.cover.relationship === 'self'
  return [
    ...(self ? [] : [{ resourceType: 'Patient', id: 'first-subscriber', ...person(firstPayer.cover.subscriber) }]),
    coverageOf(firstPayer.cover, {
      id: 'first-coverage',
      subscriber: self ? '#patient' : '#first-subscriber',
      payerId: firstPayer.payerId,
      order: 1,
    }),
    ...firstResponse(firstPayer, submission.currency),
  ]
}

/**
 * Claim.insurance in the order of payment. The claim is for the focal one; the other one's
 * `claimResponse` says what it decided (source: FHIR R4 Claim.insurance, which allows a
 * claimResponse only where `focal` is false).
 */
export function insurances({ firstPayer, authorisations }: Submission): JsonOut[] {
  const own = {
    focal: true,
    coverage: { reference: '#coverage' },
    preAuthRef: authorisations.filter(({ kind }) => kind !== 'referral').map(({ number }) => number),
  }
  if (firstPayer === undefined) return [{ sequence: 1, ...own }]
  const first = {
    sequence: 1,
    focal: false,
    coverage: { reference: '#first-coverage' },
    claimResponse: firstPayer.decision === null ? undefined : { reference: '#first-response' },
  }
  return [first, { sequence: 2, ...own }]
}

function firstResponse({ decision, payerId, name, claimReference }: FirstPayer, currency: string): JsonOut[] {
  if (decision === null) return []
  const money = (amount: number): JsonOut => ({ value: decimalOf(amount, currency), currency })
  const part = (category: string, amount: number): JsonOut => ({
    category: concept(SYSTEMS.adjudication, category),
    amount: money(amount),
  })
  const adjusted = (each: PayerAdjustment): JsonOut => ({
    category: CATEGORIES[each.bucket] ?? concept(SYSTEMS.ownAdjudication, each.bucket),
    reason: {
      coding: [
        { system: SYSTEMS.adjustmentGroup, code: each.group },
        { system: SYSTEMS.adjustmentReason, code: each.reason },
      ],
      text: each.text,
    },
    amount: money(each.amount),
  })
  return [
    {
      resourceType: 'ClaimResponse',
      id: 'first-response',
      identifier: claimReference === undefined ? [] : [{ value: claimReference }],
      status: 'active',
      type: concept(SYSTEMS.claimType, 'oral'),
      use: 'claim',
      patient: { reference: '#patient' },
      created: decision.decidedOn,
      insurer: { identifier: { value: payerId }, display: name },
      outcome: 'complete',
      item: decision.lines.map(({ lineNumber, charge, allowed, paid, adjustments }) => ({
        itemSequence: lineNumber,
        adjudication: [
          part('submitted', charge),
          part('eligible', allowed),
          ...adjustments.map(adjusted),
          part('benefit', paid),
        ],
      })),
      adjudication: decision.adjustments.map(adjusted),
      total: [{ category: concept(SYSTEMS.adjudication, 'benefit'), amount: money(decision.paid) }],
    },
  ]
}

/** Where FHIR's own list has a word for it; the others stand in a list of ours. */
const CATEGORIES: Readonly<Partial<Record<PayerAdjustment['bucket'], JsonOut>>> = {
  patient: concept(SYSTEMS.adjudication, 'copay'),
}
