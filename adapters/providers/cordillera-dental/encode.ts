import { type Minor, sum } from '../../../domain/amounts.ts'
import type { AuthorisationKind, Purpose, Submission, SubmissionLine } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import type { BatchContext, Context, FileOut, Part } from '../../contract.ts'
import { writeCsv } from '../../formats/csv/writeCsv.ts'
import type { SheetCell } from '../../formats/table/sheet.ts'
import { CLAIM_COLUMNS, DELIMITER, MODES, TRAILER } from './columns.ts'
import { type CordilleraSettings, CURRENCY, declaration } from './declaration.ts'

/** The claim's rows without what the file says of itself. */
interface Content {
  rows: SheetCell[][]
  total: Minor
}

/** One claim as rows, one a line. Throws for what Cordillera's columns cannot carry. */
export function encode(submission: Submission, _ctx: Context<CordilleraSettings>): Part {
  const { submissionNumber } = submission
  const problem = problemOf(submission)
  if (problem !== null) throw new FormatRefusal(`submission ${submissionNumber}`, problem)
  const rows = submission.lines.map((line) => [...ofClaim(submission), ...ofLine(line)])
  const content: Content = { rows, total: submission.total }
  return { submissionNumber, content }
}

/** One file for all claims of the interchange; its last row counts the others and adds them up. */
export function assemble(parts: Part[], ctx: BatchContext<CordilleraSettings>): FileOut[] {
  const { accountNumber } = ctx.settings
  const fileNumber = String(ctx.controlNumber).padStart(9, '0')
  const contents = parts.map((part) => part.content as Content)
  const rows = contents.flatMap((content) => content.rows)
  const body = writeCsv(
    [
      [...CLAIM_COLUMNS],
      ...rows.map((row) => ['CLM', MODES[ctx.mode], accountNumber, fileNumber, ...row]),
      [TRAILER, { count: rows.length }, { amount: sum(contents.map(({ total }) => total)), currency: CURRENCY }],
    ],
    DELIMITER,
  )
  if (body.length > declaration.limits.messageBytes)
    throw new FormatRefusal(
      `interchange ${ctx.interchangeId}`,
      'it is larger than Cordillera takes: fewer claims in one file',
    )
  return [{ transport: 'sftp', name: `CDH_${accountNumber}_CLAIMS_${fileNumber}.csv`, body }]
}

/** In words without the patient; null when the columns carry it. */
function problemOf(submission: Submission): string | null {
  const { purpose, lines, total, originalReference, attachments } = submission
  if (submission.currency !== CURRENCY) return `Cordillera pays in ${CURRENCY} only`
  if (lines.length === 0) return 'it has no lines'
  if (lines.some(({ charge }) => charge < 0)) return 'a charge is negative'
  if (sum(lines.map(({ charge }) => charge)) !== total) return 'its lines do not add up to its total'
  if (purpose !== 'new' && originalReference === undefined) return `a ${purpose} must name the claim number it is about`
  if (attachments.length > 0) return 'Cordillera takes no papers over this channel'
  if (submission.firstPayer !== undefined)
    return 'its rows have no place for what the insurer that pays first decided, and it takes no papers: file it with Cordillera by hand'
  if (numbersOf(submission, LOAS).length > 1) return 'the row holds one LOA number'
  if (numbersOf(submission, REFERRALS).length > 1) return 'the row holds one referral number'
  return null
}

function ofClaim(submission: Submission): SheetCell[] {
  const { patient, enrolment, practitioner, lines } = submission
  return [
    submission.submissionNumber,
    PURPOSES[submission.purpose] ?? null,
    submission.purpose === 'new' ? null : (submission.originalReference ?? null),
    enrolment.memberId,
    enrolment.plan ?? null,
    enrolment.relationship.toUpperCase(),
    enrolment.priority.toUpperCase(),
    patient.family,
    patient.given,
    patient.birthDate,
    patient.sex.toUpperCase(),
    enrolment.subscriber.family,
    enrolment.subscriber.given,
    submission.clinic.name,
    practitioner.licence ?? null,
    practitioner.accreditation ?? null,
    practitioner.family,
    practitioner.given,
    numbersOf(submission, LOAS)[0] ?? null,
    numbersOf(submission, REFERRALS)[0] ?? null,
    submission.diagnoses.map(({ code }) => code).join(' '),
    submission.note ?? null,
    { amount: submission.total, currency: CURRENCY },
    { count: lines.length },
  ]
}

function ofLine(line: SubmissionLine): SheetCell[] {
  return [
    { count: line.lineNumber },
    line.controlNumber,
    line.code,
    line.serviceDate,
    line.tooth ?? null,
    line.surfaces ?? null,
    line.area ?? null,
    { count: line.quantity },
    CURRENCY,
    { amount: line.charge, currency: CURRENCY },
  ]
}

function numbersOf({ authorisations }: Submission, kinds: readonly AuthorisationKind[]): string[] {
  return authorisations.filter(({ kind }) => kinds.includes(kind)).map(({ number }) => number)
}

const LOAS: readonly AuthorisationKind[] = ['loa', 'preauthorisation', 'predetermination']
const REFERRALS: readonly AuthorisationKind[] = ['referral']
const PURPOSES: Readonly<Partial<Record<Purpose, string>>> = { new: 'NEW', replacement: 'REPLACE', void: 'VOID' }
