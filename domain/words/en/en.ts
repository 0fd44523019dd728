import type { Sentences } from '../sentences.ts'
import { day } from './day.ts'
import { FACTS } from './facts.ts'
import { ITEMS } from './items.ts'
import { reason, reasons } from './reasons.ts'
import { saidBy, statusWords } from './said.ts'
import { TIMELINE } from './timeline.ts'
import { waitingFor } from './waiting.ts'

/** All sentences in English. */
export const EN: Sentences = {
  day,
  statement: ({ status, rejectedAt, source, at }, setting) =>
    `${statusWords(status, rejectedAt)}, ${saidBy(source, at, setting)}`,
  noContactSince: (at, { provider, zone }) =>
    at === null ? `no contact with ${provider} yet` : `no contact since ${day(at, zone)}`,
  reason,
  reasons,
  document: ({ direction, name, at }, { provider, zone }) =>
    direction === 'out'
      ? `${name} left for ${provider} on ${day(at, zone)}`
      : `${name} came from ${provider} on ${day(at, zone)}`,
  attention: ({ because, closedBecause }) =>
    closedBecause === null ? `Waits for a person: ${because}` : `Waited for a person: ${because}; ${closedBecause}`,
  facts: FACTS,
  told: TIMELINE,
  items: ITEMS,
  waitingFor,
  toBeTakenUp: 'Accepted for submission: waiting to be taken up; nothing has left',
}
