import type { Content } from 'pdfmake/interfaces.js'
import { shownAmount } from '../../../domain/amounts.ts'
import type { Submission } from '../../../domain/claim.ts'
import { plusDays } from '../../../domain/practice/billable.ts'
import { localDay } from '../localDay.ts'
import { attachmentName, formName } from '../paperNames.ts'
import { asksForMoney, statementNumber } from '../statement/statement.ts'
import { heading, notice, words } from './blocks.ts'
import type { Letterhead } from './claimForm.ts'
import { GREY, printPdf } from './print.ts'

/**
 * What a person does with a packet at the provider's portal or counter, to be ticked off: where it
 * is, whom to call, and for each claim whose it is and the last day to file it.
 */
export interface Checklist {
  controlNumber: number
  letterhead: Letterhead
  /** The practice's account with the provider. */
  account: string
  submissions: Submission[]
  /** Names of the statement's files, when the packet has one. */
  statements: string[]
}

export async function checklistPdf(checklist: Checklist): Promise<Uint8Array> {
  const { letterhead, account, submissions, statements } = checklist
  const { provider, now, zone, mode, contact = {} } = letterhead
  const number = statementNumber(checklist.controlNumber)
  return printPdf({
    title: `Packet ${number}`,
    at: now,
    foot: { text: [{ text: number, font: 'Mono' }, ' · made by claimhub'] },
    watermark: mode === 'test' ? 'TEST' : null,
    content: [
      { text: `To be filed with ${mode === 'test' ? 'the test portal of ' : ''}${provider}`, fontSize: 17, bold: true },
      {
        text: [
          { text: 'Packet ', color: GREY },
          { text: number, font: 'Mono' },
          { text: `   made on ${localDay(now, zone)}`, color: GREY },
        ],
      },
      heading('First'),
      box(`Sign in to the portal of ${provider} with the account ${account}.`),
      ...(contact.portalUrl === undefined ? [] : [known('Portal', contact.portalUrl)]),
      ...(contact.phone === undefined ? [] : [known('Telephone', contact.phone)]),
      ...statements.map((name) => box(['Upload the statement of account: ', file(name)])),
      ...submissions.flatMap((submission, index) => claim(submission, index + 1, letterhead)),
      heading('At the end'),
      box(
        'Record each claim as filed in claimhub, with the number that the portal gave and the day: until then it stays on the worklist.',
      ),
    ],
  })
}

function claim(submission: Submission, place: number, { terms }: Letterhead): Content[] {
  const { claimNumber, submissionNumber, currency, total, purpose, originalReference, attachments } = submission
  const amount = asksForMoney(submission) ? `, ${shownAmount(total, currency)} ${currency}` : ''
  const theirs = originalReference === undefined ? 'the original claim' : `their claim ${originalReference}`
  return [
    // Its number stands in the line below: the letters of a heading stand apart, and cannot be
    // copied.
    heading(`Claim ${place}`),
    {
      text: [{ text: submissionNumber, font: 'Mono', bold: true }, `, our claim ${claimNumber}${amount}`],
      margin: [0, 0, 0, 3],
    },
    known(
      'Patient',
      `${submission.patient.family}, ${submission.patient.given}, member ${submission.enrolment.memberId}`,
    ),
    ...(terms === undefined || purpose !== 'new'
      ? []
      : [known('Last day to file', lastDay(submission, terms.filingLimitDays))]),
    ...ACTS[purpose].map((act) =>
      act.startsWith('!') ? notice([words(act.slice(1).replace('{}', theirs))]) : box(act.replace('{}', theirs)),
    ),
    box(['The form: ', file(formName(submission))]),
    ...attachments.map((_, index) => box(['Upload ', file(attachmentName(submission, index))])),
    box('Their number of the claim: ______________________________   on: ____________________'),
  ]
}

const ACTS: Readonly<Record<Submission['purpose'], string[]>> = {
  new: ['Enter it as a new claim, with our submission number as your reference.'],
  replacement: ['!It corrects {}. Do not enter it as a new claim.', 'Open {} and send the correction there.'],
  appeal: ['!It is an appeal. Do not enter it as a new claim.', 'Open {} and appeal there.'],
  void: ['!It withdraws {}. Nothing new is claimed.', 'Open {} and withdraw it.'],
  supplement: ['!These are papers that were asked for. Do not enter a new claim.', 'Open {} and add the papers there.'],
}

/** The filing limit counts from the first service. */
function lastDay({ lines }: Submission, filingLimitDays: number): string {
  const [first = ''] = lines.map(({ serviceDate }) => serviceDate).sort()
  return first === '' ? '' : plusDays(first, filingLimitDays)
}

function known(label: string, value: string): Content {
  return { margin: [16, 1, 0, 1], columns: [{ width: 76, text: label, color: GREY }, words(value)] }
}

function box(text: Content | string): Content {
  const content = typeof text === 'string' ? words(text) : { text }
  return { margin: [0, 2, 0, 2], columns: [{ width: 16, text: '☐', fontSize: 11 }, content as never] }
}

function file(name: string) {
  return { text: name, font: 'Mono', fontSize: 8 }
}
