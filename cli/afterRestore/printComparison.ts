import { print } from '../operator/operator.ts'
import type { Comparison } from './comparison.ts'
import type { SendingVerdict } from './differences.ts'

const WORDS: Record<SendingVerdict, string> = {
  arrived: 'the HMO has it; the backup did not know',
  'not-there': 'the HMO does not have it; it leaves now',
  'same-key': 'it goes again under the same key, which makes no second claim',
  refused: 'the HMO refused it',
  'nobody-knows': 'nobody knows: a person is asked, and nothing is sent',
}

/** One JSON object, or the list of differences for a person. */
export function printComparison(comparison: Comparison, json: boolean | undefined): void {
  const { restored, lifted, sendings, documents, strangers, drafts, left, aliveAt, fetchByHand } = comparison
  if (!restored) {
    print(json, { ok: true, ...comparison }, 'this database was not restored: nothing is frozen by that')
    return
  }
  const lines = [
    `the backup reaches until ${aliveAt}`,
    ...sendings.map(({ claimNumber, provider, verdict }) => `  ${claimNumber} (${provider}): ${WORDS[verdict]}`),
    `${documents} documents were read since the restore; ${drafts} drafts may have been submitted after the backup`,
    ...fetchByHand.map(
      (name) => `  ${name} gives each document once: fetch by hand what came after the backup, and upload it`,
    ),
    ...strangers.map((words) => `  not ours: ${words}`),
    ...left.map(
      ({ organisationId, mailboxes, documents: unread, notices, sendings: unseen }) =>
        `  not compared (${organisationId}): ${mailboxes.length} mailboxes, ${unread} documents, ${notices} notices, ${unseen} sendings`,
    ),
    lifted
      ? 'sending goes on'
      : 'sending stays frozen: mend what could not be compared and run this again, or say --even-so WHY',
  ]
  print(json, { ok: lifted, ...comparison }, lines.join('\n'))
}
