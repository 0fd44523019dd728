import { adjudicate } from './adjudicate.ts'
import type { HarborClaim, HarborSaid } from './bookTypes.ts'
import { fhirMoney } from './money.ts'

const HARBOR = 'https://harbor-health.example/fhir'
const SUBMISSION_NUMBER = 'https://claimhub.example/fhir/submission-number'
const ADJUDICATION = 'http://terminology.hl7.org/CodeSystem/adjudication'

/** The ClaimResponse that says `said` of a claim. */
export function claimResponse(claim: HarborClaim, said: HarborSaid): string {
  const [, id, , versionId] = said.key.split('/')
  return JSON.stringify({
    resourceType: 'ClaimResponse',
    id,
    meta: { versionId, lastUpdated: said.at },
    ...(said.what === 'acknowledged' || said.what === 'in-review'
      ? { extension: [{ url: `${HARBOR}/StructureDefinition/claim-stage`, valueCode: said.what }] }
      : {}),
    status: 'active',
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'oral' }] },
    use: 'claim',
    patient: { display: 'Member of record' },
    created: said.at,
    insurer: { identifier: { value: 'HARBOR' } },
    request: requestOf(claim),
    ...contentOf(claim, said),
  })
}

/** Asks for an X-ray of a claim. */
export function communicationRequest(claim: HarborClaim, said: HarborSaid): string {
  const [, id, , versionId] = said.key.split('/')
  return JSON.stringify({
    resourceType: 'CommunicationRequest',
    id,
    meta: { versionId, lastUpdated: said.at },
    status: 'active',
    about: [requestOf(claim)],
    authoredOn: said.at,
    payload: [{ contentString: 'Please send a radiograph of the treated area' }],
    reasonCode: [{ coding: [{ system: `${HARBOR}/requested-document`, code: 'radiograph' }] }],
  })
}

export function requestOf(claim: HarborClaim) {
  return {
    reference: `Claim/${claim.claimNumber}`,
    identifier: { system: SUBMISSION_NUMBER, value: claim.submissionNumber },
  }
}

function contentOf(claim: HarborClaim, said: HarborSaid): Record<string, unknown> {
  switch (said.what) {
    case 'acknowledged':
      return { outcome: 'queued', disposition: 'Claim received' }
    case 'in-review':
      return { outcome: 'queued', disposition: 'Claim is being reviewed' }
    case 'rejected':
      return { outcome: 'error', disposition: 'Claim not processed', error: [errorOf(claim)] }
    default:
      return { outcome: 'complete', disposition: 'Claim adjudicated', item: itemsOf(claim) }
  }
}

function errorOf(claim: HarborClaim) {
  const coding =
    claim.fate === 'reject-reference'
      ? { code: 'E-REF', display: 'Original claim not on file' }
      : { code: 'E-CODING', display: 'Procedure not valid with tooth' }
  return {
    ...(claim.fate === 'reject-reference' ? {} : { itemSequence: claim.lines[0]?.sequence }),
    code: { coding: [{ system: `${HARBOR}/claim-error`, code: coding.code }], text: coding.display },
  }
}

function itemsOf(claim: HarborClaim) {
  return adjudicate(claim).map((line) => ({
    itemSequence: line.sequence,
    adjudication: [
      part('submitted', line.charge, claim.currency),
      part('eligible', line.charge - line.contractual - line.noncovered - line.otherPayer, claim.currency),
      ...(line.contractual > 0 ? [part('contractual', line.contractual, claim.currency, 'fee-schedule')] : []),
      ...(line.otherPayer > 0 ? [part('other-payer', line.otherPayer, claim.currency, 'paid-before')] : []),
      ...(line.copay > 0 ? [part('copay', line.copay, claim.currency)] : []),
      ...(line.noncovered > 0 ? [part('noncovered', line.noncovered, claim.currency, line.reason)] : []),
      part('benefit', line.benefit, claim.currency),
    ],
  }))
}

function part(category: string, amount: number, currency: string, reason?: string) {
  const own = ['contractual', 'noncovered', 'other-payer'].includes(category)
  return {
    category: { coding: [{ system: own ? `${HARBOR}/adjudication` : ADJUDICATION, code: category }] },
    ...(reason ? { reason: { coding: [{ system: `${HARBOR}/adjudication-reason`, code: reason }] } } : {}),
    amount: fhirMoney(amount, currency),
  }
}

/** One payment for all its claims (R4). The payment's amount is the sum of its details. */
export function paymentReconciliation(
  key: string,
  parts: HarborSaid[],
  claimOf: (submissionNumber: string) => HarborClaim | undefined,
): string {
  const [, id, , versionId] = key.split('/')
  const at = parts[0]?.at ?? ''
  const paid = parts.flatMap((part) => {
    const claim = claimOf(part.about)
    return claim ? [{ claim, amount: part.paid ?? 0, what: part.what }] : []
  })
  const currency = paid[0]?.claim.currency ?? 'PHP'
  return JSON.stringify({
    resourceType: 'PaymentReconciliation',
    id,
    meta: { versionId, lastUpdated: at },
    status: 'active',
    created: at,
    paymentIssuer: { identifier: { value: 'HARBOR' } },
    outcome: 'complete',
    paymentDate: at.slice(0, 10),
    paymentAmount: fhirMoney(
      paid.reduce((sum, { amount }) => sum + amount, 0),
      currency,
    ),
    paymentIdentifier: { system: `${HARBOR}/payment`, value: `HHPAY-${id?.slice(3)}` },
    detail: paid.map(({ claim, amount, what }) => ({
      identifier: { value: `${id}-${claim.claimNumber}-${what}` },
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/payment-type', code: 'payment' }] },
      request: requestOf(claim),
      date: at.slice(0, 10),
      amount: fhirMoney(amount, claim.currency),
    })),
  })
}
