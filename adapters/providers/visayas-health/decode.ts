import type { Said } from '../../../domain/claim.ts'
import { type Context, type InMessage, type Notice, unreadable } from '../../contract.ts'
import type { MailFile } from '../../formats/mail/compose.ts'
import type { DeliveryReport, Mail } from '../../formats/mail/mail.ts'
import { readMail } from '../../formats/mail/read.ts'
import { statementNumber } from '../../formats/statement/statement.ts'
import { DECISION_COLUMNS, decodeDecision } from './decodeDecision.ts'
import { decodePayment, PAYMENT_COLUMNS } from './decodePayment.ts'
import { decodeStatus, STATUS_COLUMNS } from './decodeStatus.ts'
import { isList, readList } from './lists.ts'
import { saidAt } from './notices.ts'
import { ownMailIn, tokenIn } from './ownMail.ts'
import type { VisayasSettings } from './settings.ts'

/** How much of a person's words goes on the timeline; the mail itself is kept whole. */
const LONGEST_WORDS = 2_000

/**
 * Decodes a mail. Only Visayas' lists report on claims; free text goes to a person, with the claim
 * that it answers. Automatic replies are ignored, and a mail whose sender our server did not prove
 * only makes a person look.
 */
export async function decode(message: InMessage, ctx: Context<VisayasSettings>): Promise<Notice[]> {
  if (message.transport !== 'email') return [unreadable('Visayas Health answers by mail')]
  const read = await readMail(message.body)
  if (read.kind === 'unreadable') return [unreadable(read.because)]
  const { mail } = read
  if (mail.report !== null) return aboutDelivery(mail.report)
  if (mail.automatic === 'reply') return []
  if (message.sender === 'untrusted')
    return [unreadable(`nobody vouches for its sender (${message.because ?? 'no reason given'})`)]
  const lists = mail.files.filter(isList)
  if (lists.length > 0) return (await Promise.all(lists.map((file) => decodeList(file, mail, ctx)))).flat()
  return [byPerson(mail, ctx)]
}

/**
 * A bounce names one of our mails by a Message-ID that only its recipients know. It needs no other
 * proof, because all that follows is that a person looks.
 */
function aboutDelivery({ action, status, said, about }: DeliveryReport): Notice[] {
  const isFinal = action === 'failed' || (action === '' && status.startsWith('5'))
  if (!isFinal) return []
  const own = ownMailIn(about)
  if (own === null) return [unreadable('a mail came back that is none of ours, or does not say which')]
  const { controlNumber, interchangeId, submissionNumber } = own
  return [
    {
      kind: 'batch',
      controlNumber,
      interchangeId,
      verdict: 'undelivered',
      ...(submissionNumber === undefined ? {} : { submissionNumbers: [submissionNumber] }),
      said: [{ list: 'SMTP', ...(status === '' ? {} : { code: status }), ...(said === '' ? {} : { text: said }) }],
    },
  ]
}

async function decodeList(file: MailFile, mail: Mail, ctx: Context<VisayasSettings>): Promise<Notice[]> {
  const list = await readList(file)
  if (list.kind === 'unreadable') return [unreadable(`a list: ${list.because}`)]
  if (list.columns === STATUS_COLUMNS.join()) return decodeStatus(list.rows, mail, ctx)
  if (list.columns === DECISION_COLUMNS.join()) return decodeDecision(list.rows, mail, ctx)
  if (list.columns === PAYMENT_COLUMNS.join()) return decodePayment(list.rows)
  return [unreadable('a list with columns that we do not know')]
}

/**
 * Finds the claim by the mail that this one answers, else by the token in its subject; never by its
 * text.
 */
function byPerson(mail: Mail, ctx: Context<VisayasSettings>): Notice {
  const own = ownMailIn(mail.answers) ?? tokenIn(mail.subject)
  if (own !== null && !('submissionNumber' in own))
    return unreadable(`a person wrote about statement ${statementNumber(own.controlNumber)}: read the mail`)
  const words: Said = { list: 'mail', code: 'written by a person', text: wordsIn(mail) }
  const match = {
    ...(own?.submissionNumber === undefined ? {} : { submissionNumber: own.submissionNumber }),
    references: [],
  }
  return { kind: 'claim', match, fact: { type: 'other' }, ...saidAt(mail, ctx), said: [words], references: [] }
}

function wordsIn({ text, files }: Mail): string {
  const enclosed = files.length === 0 ? '' : ` [${files.length} enclosed]`
  // Line ends stay; no other control character belongs in a text, and a database takes no NUL.
  return (
    text
      .replace(/[^\P{Cc}\n\t]/gu, ' ')
      .trim()
      .slice(0, LONGEST_WORDS) + enclosed
  )
}
