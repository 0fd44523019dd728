import { formatMinor, type Minor } from '../../../domain/amounts.ts'
import type { Submission } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import type { BatchContext, Carries, MailOut, Part } from '../../contract.ts'
import { composeMail, type MailFile, sizeInMail } from '../../formats/mail/compose.ts'
import { statementNumber, statementOf } from '../../formats/statement/statement.ts'
import { statementXlsx } from '../../formats/xlsx/statementXlsx.ts'
import { claimList } from './claimList.ts'
import { declaration } from './declaration.ts'
import { type Content, letterheadOf } from './encode.ts'
import { messageIdOf, tokenOf } from './ownMail.ts'
import type { VisayasSettings } from './settings.ts'

/** Room for the text and the headers of a mail. */
const TEXT_BYTES = 20_000

/**
 * The mails of an interchange: list, statement, forms and papers, as many mails as the size limit
 * needs, numbered. Throws when one paper is larger than a mail: nothing is ever left out.
 */
export async function assemble(parts: Part[], ctx: BatchContext<VisayasSettings>): Promise<MailOut[]> {
  const contents = parts.map((part) => part.content as Content)
  const submissions = contents.map(({ submission }) => submission)
  const list: MailFile = {
    name: `claims-${ctx.controlNumber}.csv`,
    mediaType: 'text/csv',
    body: claimList(submissions, ctx.settings.accountNumber, ctx.mode),
  }
  const account = statementOf(submissions, ctx.controlNumber, letterheadOf(ctx))
  const statement: MailFile = {
    name: `${statementNumber(ctx.controlNumber)}-statement.xlsx`,
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    body: await statementXlsx(account),
  }
  const papers = contents.flatMap(({ files, submission }) =>
    files.map((file) => ({ file, submissionNumber: submission.submissionNumber })),
  )
  const mails = distributed([{ file: list }, { file: statement }, ...papers], ctx)
  const [only, ...others] = submissions
  const own = {
    controlNumber: ctx.controlNumber,
    interchangeId: ctx.interchangeId,
    ...(only !== undefined && others.length === 0 ? { submissionNumber: only.submissionNumber } : {}),
  }
  return mails.map((enclosed, index) => {
    const files = enclosed.map(({ file }) => file)
    const place = mails.length === 1 ? '' : ` (${index + 1}/${mails.length})`
    return {
      transport: 'email',
      messageId: messageIdOf(own, index + 1),
      subject: `${ctx.mode === 'test' ? 'TEST ' : ''}${titleOf(submissions)} ${tokenOf(own)}${place}`,
      date: ctx.now,
      body: composeMail(
        textOf(submissions, files, { place, total: account.total }, ctx),
        files,
        `${ctx.interchangeId}-${index + 1}`,
      ),
      carries: carriedBy(enclosed, list, submissions),
    }
  })
}

/** A file of a mail, and whose paper it is: the list and the statement are everybody's. */
interface Enclosed {
  file: MailFile
  submissionNumber?: string
}

/** The claims are where their list is; every other mail brings papers. */
function carriedBy(enclosed: Enclosed[], list: MailFile, submissions: Submission[]): Carries {
  const claims = enclosed.some(({ file }) => file === list)
    ? submissions.map(({ submissionNumber }) => submissionNumber)
    : []
  const owners = enclosed.flatMap(({ submissionNumber }) => (submissionNumber === undefined ? [] : [submissionNumber]))
  return { claims, papers: [...new Set(owners)].filter((each) => !claims.includes(each)) }
}

/** In order, each mail filled before the next is begun. */
function distributed(files: Enclosed[], { interchangeId }: BatchContext<VisayasSettings>): Enclosed[][] {
  const room = declaration.limits.messageBytes - TEXT_BYTES
  const mails: Enclosed[][] = [[]]
  let used = 0
  for (const file of files) {
    const size = sizeInMail(file.file)
    if (size > room)
      throw new FormatRefusal(
        `interchange ${interchangeId}`,
        `a paper is larger than a mail may be (${declaration.limits.messageBytes} bytes): make it smaller or split it`,
      )
    if (used + size > room) {
      mails.push([])
      used = 0
    }
    mails.at(-1)?.push(file)
    used += size
  }
  return mails
}

const TITLES = {
  new: 'Dental claim',
  replacement: 'Corrected dental claim',
  appeal: 'Appeal of a dental claim',
  void: 'Withdrawal of a dental claim',
  supplement: 'Papers for a dental claim',
} as const satisfies Record<Submission['purpose'], string>

function titleOf(submissions: Submission[]): string {
  const [only, ...others] = submissions
  return only !== undefined && others.length === 0 ? TITLES[only.purpose] : `${submissions.length} dental claims`
}

/**
 * For the person at the desk. Nothing of a patient: a preview of it shows on screens and phones.
 */
function textOf(
  submissions: Submission[],
  files: MailFile[],
  { place, total: claimed }: { place: string; total: Minor },
  ctx: BatchContext<VisayasSettings>,
): string {
  const { settings, currency } = ctx
  const total = formatMinor(claimed, currency)
  const practice = submissions[0]?.organisation.name ?? ''
  return [
    'Dear claims desk,',
    '',
    `${titleOf(submissions)} of ${practice}, account ${settings.accountNumber}, ${total} ${currency} in all.${place === '' ? '' : ` This is mail${place}.`}`,
    ...(ctx.mode === 'test' ? ['This is a test: please pay nothing.'] : []),
    '',
    ...submissions.map(
      ({ submissionNumber, purpose, originalReference, originalSubmissionNumber }) =>
        `  ${submissionNumber}${purpose === 'new' ? '' : `, ${purpose} of ${originalReference ?? originalSubmissionNumber}`}`,
    ),
    '',
    'Enclosed:',
    ...files.map(({ name }) => `  ${name}`),
    '',
    'Please answer to this mail, or quote the number in the brackets of the subject.',
    '',
    `${settings.contactName}, ${settings.contactPhone}`,
    '',
  ].join('\n')
}
