import type { Content } from 'pdfmake/interfaces.js'
import type { Submission } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { localDay } from '../localDay.ts'
import { heading, notice, words } from './blocks.ts'
import { claimLines, enclosures, parties, references, toothOf } from './claimFormBlocks.ts'
import { payment, signatures, treatment } from './claimFormDetails.ts'
import { otherCover } from './otherCover.ts'
import { GREY, printPdf } from './print.ts'

/** What a paper of ours must know besides the claim itself. */
export interface Letterhead {
  /** The HMO's name. */
  provider: string
  mode: 'test' | 'production'
  /** Business time, ISO 8601 UTC, and the IANA zone whose calendar the paper shows. */
  now: string
  zone: string
  toothNotation: 'universal' | 'fdi'
  /** How the HMO's people are reached. */
  contact?: { phone?: string; portalUrl?: string }
  /** Who made the claims, as the practice names them. */
  preparedBy?: string[]
  /** What was agreed: days to file after a service, and until a statement is due. */
  terms?: { filingLimitDays: number; paymentDueDays: number }
}

/**
 * A claim as a form that a person reads and files. Throws `PdfRefusal` when a name has a letter
 * that no font of ours has.
 */
export async function claimForm(submission: Submission, letterhead: Letterhead): Promise<Uint8Array> {
  const { submissionNumber } = submission
  return printPdf({
    title: `Dental claim ${submissionNumber}`,
    at: letterhead.now,
    foot: {
      text: [{ text: submissionNumber, font: 'Mono' }, ` · claim ${submission.claimNumber} · made by claimhub`],
    },
    watermark: letterhead.mode === 'test' ? 'TEST' : null,
    content: [
      head(submission, letterhead),
      ...purpose(submission),
      parties(submission),
      ...references(submission),
      ...treatment(submission, (tooth) => toothOf(tooth, letterhead.toothNotation)),
      ...otherCover(submission),
      ...(submission.note === undefined ? [] : [heading('Note'), words(submission.note)]),
      ...enclosures(submission, letterhead.toothNotation),
      ...payment(submission),
      signatures(submission),
      // Last, because only they run over pages.
      ...claimLines(submission, letterhead.toothNotation),
    ],
  })
}

function head(submission: Submission, { provider, now, zone, mode }: Letterhead): Content {
  return {
    columns: [
      {
        width: '*',
        stack: [
          { text: mode === 'test' ? 'Dental claim (test)' : 'Dental claim', fontSize: 19, bold: true },
          { text: ['To ', ...[words(provider)]], fontSize: 10.5, margin: [0, 2, 0, 8] },
          { text: 'Submission number', color: GREY },
          { text: submission.submissionNumber, font: 'Mono', bold: true, fontSize: 17 },
          { text: 'Please quote it in every answer, payment and remittance.', color: GREY },
          {
            margin: [0, 4, 0, 0],
            text: [
              { text: 'Our claim ', color: GREY },
              submission.claimNumber,
              { text: '   Made on ', color: GREY },
              localDay(now, zone),
            ],
          },
        ],
      },
      { width: 'auto', qr: submission.submissionNumber, fit: 92, eccLevel: 'M' },
    ],
  }
}

/** What the provider shall do with it, when it isn't a new claim. */
function purpose({ purpose, originalReference, originalSubmissionNumber }: Submission): Content[] {
  if (purpose === 'new') return []
  const { title, ask } = PURPOSES[purpose]
  const original = [
    ...(originalReference === undefined ? [] : [`your claim ${originalReference}`]),
    ...(originalSubmissionNumber === undefined ? [] : [`our submission ${originalSubmissionNumber}`]),
  ].join(', ')
  if (original === '')
    throw new FormatRefusal('form', `a ${purpose} that names no original: it would be taken for a new claim`)
  return [notice([{ text: title, bold: true, fontSize: 11 }, words(`${ask}: ${original}.`)])]
}

const PURPOSES = {
  replacement: { title: 'Corrected claim', ask: 'It replaces what was claimed before' },
  appeal: { title: 'Appeal', ask: 'We ask you to decide again' },
  void: { title: 'Withdrawal', ask: 'Please withdraw the claim; we ask for no payment' },
  supplement: { title: 'Papers asked for', ask: 'They belong to' },
} as const satisfies Record<Exclude<Submission['purpose'], 'new'>, { title: string; ask: string }>
