import type { ItemKinds } from './itemKind.ts'

/** The kinds of items about remittances, the bank and what was paid. */
export const MONEY_KINDS: Pick<
  ItemKinds,
  | 'remittance-quarantined'
  | 'remittance-reads-otherwise'
  | 'remittance-same-trace'
  | 'suspense'
  | 'bank-difference'
  | 'money-on-ended-claim'
  | 'overpaid'
  | 'visit-cancelled'
  | 'patient-refund'
> = {
  'remittance-quarantined': {
    role: 'billing',
    cause: ({ connectionId, contentSha256 }) => [connectionId, contentSha256],
    sentence: ({ traceNumber, rule, where, difference }) =>
      `Remittance ${traceNumber} was not posted: ${rule} broken at ${where}${difference === null ? '' : `, off by ${difference}`}. Nothing of it is in the ledger`,
    nextMove:
      'Ask the provider for a corrected one, then supersede; or have the adapter mended and the document read again.',
    closedBy: ['remittance-released'],
  },
  'remittance-reads-otherwise': {
    role: 'billing',
    cause: ({ remittanceId }) => [remittanceId],
    sentence: ({ traceNumber }) =>
      `Remittance ${traceNumber} is in the ledger, but its document, read again, says something else: nothing was posted; check which is right`,
    nextMove: 'Compare the document with what is posted; if the new reading is right, reverse and post by hand.',
    closedBy: [],
  },
  'remittance-same-trace': {
    role: 'billing',
    cause: ({ connectionId, traceNumber }) => [connectionId, traceNumber],
    sentence: ({ traceNumber }) =>
      `Remittance ${traceNumber} was posted, but another payment with the same number was posted before: check that it is not the same money`,
    nextMove: 'Compare both with the bank statement; reverse the one that never came.',
    closedBy: [],
  },
  suspense: {
    role: 'billing',
    cause: ({ remittanceId, sequence }) => [remittanceId, sequence],
    sentence: ({ traceNumber, money, reference, why }) =>
      `Remittance ${traceNumber}: ${money} for ${reference === null ? 'a claim without a reference' : `reference ${reference}`} ${
        why === 'no-claim' ? 'matches none of our claims' : 'takes back what was never posted'
      }; the money is in suspense`,
    nextMove: 'Find the claim and allocate the money to it.',
    closedBy: ['line-allocated'],
  },
  'bank-difference': {
    role: 'billing',
    cause: ({ remittanceId }) => [remittanceId],
    sentence: ({ traceNumber, received, expected, missing, surplus }) =>
      `Remittance ${traceNumber}: ${received} came to the bank of ${expected}, ${missing === null ? `${surplus} too much` : `${missing} missing`}; say why`,
    nextMove: 'Ask the bank; say that it kept a fee, or that the rest is still awaited.',
    closedBy: ['bank-explained'],
  },
  'money-on-ended-claim': {
    role: 'billing',
    cause: ({ claimId }) => [claimId],
    sentence: ({ claimNumber, traceNumber, status }) =>
      `Claim ${claimNumber}: ${traceNumber === null ? 'the provider' : `remittance ${traceNumber}`} moved money, but the claim is ${status}; it is booked`,
    nextMove:
      'Find out what the money is for: refund it to the provider, offset it against a later remittance, keep it as credit, or transfer it to the claim that it belongs to.',
    closedBy: ['overpayment-gone'],
  },
  overpaid: {
    role: 'billing',
    cause: ({ claimId }) => [claimId],
    sentence: ({ claimNumber, closed }) =>
      closed === null
        ? `Claim ${claimNumber}: the provider paid more than the claim`
        : `Claim ${claimNumber}: it is ${closed}, yet the provider has paid for it`,
    nextMove:
      'Refund it to the provider, offset it against a later remittance that held it back, keep it as credit, or transfer it to the claim that it belongs to (a claim that replaced this one); void the payment if it was keyed by mistake.',
    closedBy: ['overpayment-gone', 'claim-closed'],
  },
  'visit-cancelled': {
    role: 'billing',
    cause: ({ visitId }) => [visitId],
    sentence: ({ visitOn, money }) => `The visit of ${visitOn} was cancelled, yet a provider has paid ${money} for it`,
    nextMove:
      'If it was not done, cancel its claim and refund the money to the provider; if it was, complete the visit again in the practice app.',
    closedBy: ['visit-synced'],
  },
  'patient-refund': {
    role: 'billing',
    cause: ({ visitId }) => [visitId],
    sentence: ({ visitOn, money }) =>
      `Visit of ${visitOn}: the provider has paid after all what the patient was billed for; ${money} of the patient’s money is too much`,
    nextMove: 'Give it back to the patient, and lower the receipts of the visit in the practice app.',
    closedBy: ['visit-synced'],
  },
}
