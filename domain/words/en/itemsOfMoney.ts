import type { WordsOf } from '../../worklist/itemContents.ts'
import type { MoneyKind } from '../../worklist/moneyKinds.ts'
import type { Sentences } from '../sentences.ts'

type HeldWords = WordsOf<'remittance-other-body'>

const SAME_OR_OTHER =
  'Compare both with the bank statement. The same money: say so, and which of the two is right. Other money: say why, and it is posted beside.'

function named({ traceNumber, money, paidOn }: HeldWords['beside'][number]): string {
  return `${traceNumber === '' ? 'without a number' : traceNumber} (${money} of ${paidOn})`
}

function besideOf({ beside }: HeldWords): string {
  const [first] = beside
  const others = beside.length - 1
  return `${first === undefined ? 'one that is recorded' : named(first)}${others > 0 ? ` and ${others} more` : ''}`
}

function differencesOf({ differences, more }: HeldWords): string {
  if (differences.length === 0) return 'the amounts are the same'
  return `${differences.join('; ')}${more > 0 ? `; and ${more} more differences` : ''}`
}

/** The items about remittances, the bank and what was paid. */
export const ITEMS_OF_MONEY: Pick<Sentences['items'], MoneyKind> = {
  'remittance-quarantined': {
    sentence: ({ traceNumber, rule, where, difference }) =>
      `Remittance ${traceNumber} was not posted: ${rule} broken at ${where}${difference === null ? '' : `, off by ${difference}`}. Nothing of it is in the ledger`,
    nextMove:
      'Ask the provider for a corrected one, then supersede; have the adapter mended and the document read again; or release it with the difference in suspense.',
  },
  'remittance-other-body': {
    sentence: (words) =>
      `Remittance ${named(words)} came once more with another split than ${besideOf(words)}: ${differencesOf(words)}. Nothing of it is in the ledger`,
    nextMove: SAME_OR_OTHER,
  },
  'remittance-keyed-before': {
    sentence: (words) =>
      `Remittance ${named(words)} looks like money that was keyed by hand: ${besideOf(words)}; ${differencesOf(words)}. Nothing of it is in the ledger`,
    nextMove: SAME_OR_OTHER,
  },
  'remittance-reads-otherwise': {
    sentence: ({ traceNumber }) =>
      `Remittance ${traceNumber} is in the ledger, but its document, read again, says something else: nothing was posted; check which is right`,
    nextMove: 'Compare the document with what is posted; if the new reading is right, reverse and post by hand.',
  },
  'remittance-same-trace': {
    sentence: ({ traceNumber }) =>
      `Remittance ${traceNumber} was posted, but another payment with the same number was posted before: check that it is not the same money`,
    nextMove: 'Compare both with the bank statement; reverse the one that never came.',
  },
  suspense: {
    sentence: ({ traceNumber, money, reference, why, claimNumber, paidBefore }) =>
      why === 'decided-before'
        ? `Remittance ${traceNumber} decides claim ${claimNumber ?? ''} again and takes nothing back: ${paidBefore ?? ''} was paid before, now ${money}; nothing of it is posted`
        : `Remittance ${traceNumber}: ${money} for ${reference === null ? 'a claim without a reference' : `reference ${reference}`} ${
            why === 'no-claim' ? 'matches none of our claims' : 'takes back what was never posted'
          }; the money is in suspense`,
    nextMove:
      'Find the claim and allocate the money to it. Of a second decision ask the provider which holds; allocate it only if it takes the place of the first.',
  },
  'reversal-differs': {
    sentence: ({ claimNumber, traceNumber }) =>
      `Claim ${claimNumber}: remittance ${traceNumber} takes a payment back with other amounts than it had; what was posted is taken back`,
    nextMove: 'Compare the two remittances on the claim; ask the provider if the balance is not right.',
  },
  'patient-balance': {
    sentence: ({ claimNumber, traceNumber, says, adds }) =>
      `Claim ${claimNumber}: remittance ${traceNumber} says that the patient owes ${says}, but its reasons add up to ${adds}, which is posted`,
    nextMove: 'Ask the provider which holds before the patient is billed.',
  },
  'other-payer-first': {
    sentence: ({ claimNumber }) =>
      `Claim ${claimNumber}: the provider says that another payer must be billed first, and pays nothing of it yet`,
    nextMove:
      'Bill the other payer, or the patient, or correct the enrolment and send the claim again; say so line by line.',
  },
  'duplicate-denial': {
    sentence: ({ claimNumber }) =>
      `Claim ${claimNumber}: the provider refuses it as a second copy, and has not decided the first`,
    nextMove: 'Ask the provider for the decision on the first copy, and under which number they have it.',
  },
  'bank-difference': {
    sentence: ({ traceNumber, received, expected, missing, surplus }) =>
      `Remittance ${traceNumber}: ${received} came to the bank of ${expected}, ${missing === null ? `${surplus} too much` : `${missing} missing`}; say why`,
    nextMove: 'Ask the bank; say that it kept a fee, or that the rest is still awaited.',
  },
  'money-on-ended-claim': {
    sentence: ({ claimNumber, traceNumber, status }) =>
      `Claim ${claimNumber}: ${traceNumber === null ? 'the provider' : `remittance ${traceNumber}`} moved money, but the claim is ${status}; it is booked`,
    nextMove:
      'Find out what the money is for: refund it to the provider, offset it against a later remittance, keep it as credit, or transfer it to the claim that it belongs to.',
  },
  overpaid: {
    sentence: ({ claimNumber, closed }) =>
      closed === null
        ? `Claim ${claimNumber}: the provider paid more than the claim`
        : `Claim ${claimNumber}: it is ${closed}, yet the provider has paid for it`,
    nextMove:
      'Refund it to the provider, offset it against a later remittance that held it back, keep it as credit, or transfer it to the claim that it belongs to (a claim that replaced this one); void the payment if it was keyed by mistake.',
  },
  'visit-cancelled': {
    sentence: ({ visitOn, money }) => `The visit of ${visitOn} was cancelled, yet a provider has paid ${money} for it`,
    nextMove:
      'If it was not done, cancel its claim and refund the money to the provider; if it was, complete the visit again in the practice app.',
  },
  'patient-refund': {
    sentence: ({ visitOn, money }) =>
      `Visit of ${visitOn}: the provider has paid after all what the patient was billed for; ${money} of the patient’s money is too much`,
    nextMove: 'Give it back to the patient, and lower the receipts of the visit in the practice app.',
  },
}
