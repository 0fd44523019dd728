import { readMail } from '../../../adapters/formats/mail/read.ts'
import { emptyTransaction, type Reading, type ReadTransaction } from '../report.ts'

const MEDIA_TYPE = 'message/rfc822'

/**
 * Reads a mail: its files with `readFile`, a mail server's report about a mail of ours, else a
 * person's or a robot's words, which never say anything about a claim by themselves.
 */
export async function readMailFile(
  bytes: Uint8Array,
  readFile: (bytes: Uint8Array) => Promise<Reading>,
): Promise<Reading> {
  const read = await readMail(bytes)
  if (read.kind === 'unreadable') return { readable: false, mediaType: MEDIA_TYPE, because: `mail: ${read.because}` }
  const { subject, sentAt, files, report, automatic, text } = read.mail
  const notes: [string, string][] = [
    ['subject', subject],
    ['sent at', sentAt ?? ''],
  ]
  const inside: ReadTransaction[] = []
  for (const { body, name } of files) {
    const reading = await readFile(body)
    if (reading.readable)
      inside.push(
        ...reading.transactions.map((each) => ({
          ...each,
          notes: [...notes, ['file', name] as [string, string], ...each.notes],
        })),
      )
  }
  if (inside.length > 0) return { readable: true, mediaType: MEDIA_TYPE, transactions: inside }
  const words: [string, string][] =
    report === null
      ? [['says', text.slice(0, 200)]]
      : [
          ['delivery', `${report.action} ${report.status}`.trim()],
          ['in their words', report.said],
        ]
  const transaction: ReadTransaction = {
    report: emptyTransaction(report === null ? 'status' : 'acknowledgement', null),
    title: report !== null ? 'report of a mail server' : automatic === 'no' ? 'mail of a person' : 'automatic mail',
    notes: [...notes, ...words],
    currency: 'USD',
  }
  return { readable: true, mediaType: MEDIA_TYPE, transactions: [transaction] }
}
