import type { MarkName } from '../../inbox/evidence.ts'
import type { MatchingKind } from '../../worklist/matchingKinds.ts'
import type { Sentences } from '../sentences.ts'

/** What a mark is called in a sentence. */
const MARKS: Record<MarkName, string> = {
  number: 'our number',
  reference: 'the provider’s number',
  name: 'the patient’s name',
  'birth-date': 'the birth date',
  'member-id': 'the member number',
  'service-dates': 'the service dates',
  codes: 'the procedures',
  charge: 'the charge',
  payee: 'the payee',
  lines: 'the lines',
}
const PARTS = { name: 'name', 'birth-date': 'birth date', 'member-id': 'member number' } as const

/** The items about what came in and which claim, line or member it means. */
export const ITEMS_OF_MATCHING: Pick<Sentences['items'], MatchingKind> = {
  'match-in-doubt': {
    sentence: ({ provider, what, traceNumber, about, claimNumber, against }) => {
      const subject = what === 'notice' ? `A notice about ${about}` : `Remittance ${traceNumber}, with ${about},`
      const marks = against.map((mark) => MARKS[mark]).join(', ')
      const because =
        claimNumber === null
          ? 'it may mean more than one claim'
          : marks === ''
            ? `nothing but a number says that it means claim ${claimNumber}`
            : `it names claim ${claimNumber}, and ${marks} contradict that`
      return `${subject} from ${provider} is held: ${because}. Nothing of it is recorded`
    },
    nextMove:
      'Compare the document with the claims that may be meant; release it, match it with the right one, or refuse it.',
  },
  'charge-differs': {
    sentence: ({ claimNumber, traceNumber, theirs, ours, added }) =>
      `Claim ${claimNumber}: remittance ${traceNumber} speaks of a charge of ${theirs}, we charged ${ours}${
        added.length === 0 ? '' : `; the provider added ${added.join(', ')}`
      }`,
    nextMove: 'Ask the provider which services and charges they have, and correct the claim if theirs are wrong.',
  },
  'lines-unclear': {
    sentence: ({ claimNumber, traceNumber }) =>
      `Claim ${claimNumber}: remittance ${traceNumber} decides it and does not say which lines are paid and which are not`,
    nextMove: 'Look at the provider’s explanation of benefits, or ask them, and record the decision line by line.',
  },
  'member-corrected': {
    sentence: ({ claimNumber, provider, changed }) =>
      `Claim ${claimNumber}: ${provider} knows the member by another ${changed.map((part) => PARTS[part]).join(' and ')}`,
    nextMove: 'Compare with the card and correct the patient in the practice app before the next claim.',
  },
}
