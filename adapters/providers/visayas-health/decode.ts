import type { Said } from '../../../domain/claim.ts'
import { type Context, type InMessage, type Notice, unreadable } from '../../contract.ts'
import type { MailFile } from '../../formats/mail/compose.ts'
import type { DeliveryReport, Mail } from '../../formats/mail/mail.ts'
import { readMail } from '../../formats/mail/read.ts'
import { statementNumber } from '../../formats/statement/statement.ts'
import { isOurList } from './claimList.ts'
import { DECISION_COLUMNS, decodeDecision } from './decodeDecision.ts'
import { decodePayment, PAYMENT_COLUMNS } from './decodePayment.ts'
import { decodeStatus, STATUS_COLUMNS } from './decodeStatus.ts'
import { isList, readList, titlesOf, type VisayasRow } from './lists.ts'
import { saidAt } from './notices.ts'
import { ownMailIn, tokenIn } from './ownMail.ts'
import type { VisayasSettings } from './settings.ts'

/** How much of a person's words goes on the timeline; the mail itself is kept whole. */
const LONGEST_WORDS = 2_000

/**
 * Decodes a mail. Only Visayas' lists report on claims, whether a person or a program sent them
 * (RFC 3834 marks answers, not what they hold); free text goes to a person, with the claim that it
 * answers. An automatic reply without a file is ignored, and a mail whose sender our server did not
 * prove only makes a person look.
 */
export async function decode(message: InMessage, ctx: Context<VisayasSettings>): Promise<Notice[]> {
  if (message.transport !== 'email') return [unreadable('Visayas Health answers by mail')]
  const read = await readMail(message.body)
  if (read.kind === 'unreadable') return [unreadable(read.because)]
  const { mail } = read
  if (mail.report !== null) return aboutDelivery(mail.report)
  const enclosed = mail.files.filter(({ embedded }) => !embedded)
  if (mail.automatic === 'reply' && enclosed.length === 0) return []
  if (message.sender === 'untrusted')
    return [unreadable(`nobody vouches for its sender (${message.because ?? 'no reason given'})`)]
  const lists = enclosed.filter(isList)
  const decoded = await Promise.all(lists.map((file) => decodeList(file, mail, ctx)))
  const remarks = decoded.flatMap((each) => (each.kind === 'remark' ? [each.remark] : []))
  const notices = decoded.flatMap((each) => (each.kind === 'notices' ? each.notices : []))
  const hasWords = mail.text.trim() !== '' || claimOf(mail) !== undefined
  if (notices.length === 0 && (hasWords || remarks.length === 0)) return [byWriter(mail, remarks, ctx)]
  const doubts = remarks.map((remark) => unreadable(remark))
  const isAnswer = decoded.some((each) => each.kind === 'notices' && !each.isTheirs) && claimOf(mail) !== undefined
  return [...notices, ...doubts, ...(isAnswer && mail.text.trim() !== '' ? [byWriter(mail, [], ctx)] : [])]
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
  const { controlNumber, interchangeId, submissionNumber, place } = own
  return [
    {
      kind: 'batch',
      controlNumber,
      interchangeId,
      verdict: 'undelivered',
      message: place,
      ...(submissionNumber === undefined ? {} : { submissionNumbers: [submissionNumber] }),
      said: [{ list: 'SMTP', ...(status === '' ? {} : { code: status }), ...(said === '' ? {} : { text: said }) }],
    },
  ]
}

/**
 * What an enclosed list says: notices, or of a list that is none of theirs a remark. `isTheirs` is
 * false for what is no table at all, which may be anybody's.
 */
type DecodedList = { kind: 'notices'; notices: Notice[]; isTheirs: boolean } | { kind: 'remark'; remark: string }

async function decodeList(file: MailFile, mail: Mail, ctx: Context<VisayasSettings>): Promise<DecodedList> {
  const titles = await titlesOf(file)
  if (titles !== null && !THEIRS.includes(titles)) {
    const remark = isOurList(titles) ? 'a list of our own is enclosed' : 'a list with columns that we do not know'
    return { kind: 'remark', remark }
  }
  const list = await readList(file)
  if (list.kind === 'unreadable')
    return { kind: 'notices', notices: [unreadable(`a list: ${list.because}`)], isTheirs: titles !== null }
  return { kind: 'notices', notices: decodeRows(list, mail, ctx), isTheirs: true }
}

const THEIRS = [STATUS_COLUMNS, DECISION_COLUMNS, PAYMENT_COLUMNS].map((columns) => columns.join())

function decodeRows(
  { columns, rows }: { columns: string; rows: VisayasRow[] },
  mail: Mail,
  ctx: Context<VisayasSettings>,
): Notice[] {
  if (columns === STATUS_COLUMNS.join()) return decodeStatus(rows, mail, ctx)
  if (columns === DECISION_COLUMNS.join()) return decodeDecision(rows, mail, ctx)
  return decodePayment(rows)
}

/** The claim of ours that a mail answers, as far as it says. */
function claimOf(mail: Mail): string | undefined {
  const own = ownMailIn(mail.answers) ?? tokenIn(mail.subject)
  return own !== null && 'submissionNumber' in own ? own.submissionNumber : undefined
}

/**
 * Finds the claim by the mail that this one answers, else by the token in its subject; never by its
 * text. `remarks` say what is enclosed and is no list of theirs.
 */
function byWriter(mail: Mail, remarks: string[], ctx: Context<VisayasSettings>): Notice {
  const own = ownMailIn(mail.answers) ?? tokenIn(mail.subject)
  const writer = mail.automatic === 'no' ? 'a person' : 'a program'
  if (own !== null && !('submissionNumber' in own))
    return unreadable(`${writer} wrote about statement ${statementNumber(own.controlNumber)}: read the mail`)
  const words: Said = { list: 'mail', code: `written by ${writer}`, text: wordsIn(mail) }
  const match = {
    ...(own?.submissionNumber === undefined ? {} : { submissionNumber: own.submissionNumber }),
    references: [],
  }
  const said: Said[] = [words, ...remarks.map((text) => ({ list: 'mail', code: 'enclosed', text }))]
  return { kind: 'claim', match, fact: { type: 'other' }, ...saidAt(mail, ctx), said, references: [] }
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
