import { type Minor, sum } from '../../../domain/amounts.ts'
import type { Person, Purpose, Submission } from '../../../domain/claim.ts'
import type { Payee } from '../../../domain/claims/dentistry/details.ts'
import { plusDays } from '../../../domain/practice/billable.ts'
import { localDay } from '../localDay.ts'
import type { Letterhead } from '../pdf/claimForm.ts'

/**
 * A numbered list of the claims that travel together. The provider pays by its number. Same
 * interchange, same statement: it can be printed again at any time.
 */
export interface Statement {
  number: string
  letterhead: Letterhead
  practice: { name: string; taxId?: string }
  /** The clinics whose claims are in it. */
  branches: string[]
  payee: Payee
  /** Who prepared the claims, as the practice names them. */
  preparedBy: string[]
  /** YYYY-MM-DD: when payment is due by what was agreed; null: nothing was. */
  dueOn: string | null
  currency: string
  rows: StatementRow[]
  /** Of the rows that ask for money: a withdrawal or papers sent later ask for none. */
  total: Minor
}

export interface StatementRow {
  submissionNumber: string
  claimNumber: string
  purpose: Purpose
  patient: Pick<Person, 'family' | 'given'>
  memberId: string
  /** YYYY-MM-DD; the first and the last day of service. */
  from: string
  to: string
  lines: number
  amount: Minor
  /** Files that belong to it, its form included. */
  files: number
}

/** The statement of one interchange. All its claims are in one currency, as their connection is. */
export function statementOf(submissions: Submission[], controlNumber: number, letterhead: Letterhead): Statement {
  const [first] = submissions
  if (first === undefined) throw new RangeError('a statement without claims')
  const { name, taxId } = first.organisation
  if (submissions.some(({ currency }) => currency !== first.currency))
    throw new RangeError('a statement in two currencies')
  return {
    number: statementNumber(controlNumber),
    letterhead,
    practice: { name, ...(taxId === undefined ? {} : { taxId }) },
    branches: unique(submissions.map(({ clinic }) => clinic.name)),
    payee: payeeOf(submissions),
    preparedBy: letterhead.preparedBy ?? [],
    dueOn: dueOn(letterhead),
    currency: first.currency,
    rows: submissions.map(rowOf),
    total: sum(submissions.filter(asksForMoney).map(({ total }) => total)),
  }
}

/** One payment goes to one payee: the claims' own where they agree, else the organisation. */
function payeeOf(submissions: Submission[]): Payee {
  const payees = submissions.map(({ payee, organisation }) => payee ?? { name: organisation.name })
  const [first, ...others] = payees
  const same = first !== undefined && others.every((each) => JSON.stringify(each) === JSON.stringify(first))
  return same ? first : { name: submissions[0]?.organisation.name ?? '' }
}

function dueOn({ terms, now, zone }: Letterhead): string | null {
  return terms === undefined ? null : plusDays(localDay(now, zone), terms.paymentDueDays)
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)]
}

/** `S000000007` of the interchange's control number 7. */
export function statementNumber(controlNumber: number): string {
  return `S${String(controlNumber).padStart(9, '0')}`
}

export function asksForMoney({ purpose }: { purpose: Purpose }): boolean {
  return purpose !== 'void' && purpose !== 'supplement'
}

function rowOf(submission: Submission): StatementRow {
  const days = submission.lines.map(({ serviceDate }) => serviceDate).sort()
  return {
    submissionNumber: submission.submissionNumber,
    claimNumber: submission.claimNumber,
    purpose: submission.purpose,
    patient: { family: submission.patient.family, given: submission.patient.given },
    memberId: submission.enrolment.memberId,
    from: days[0] ?? '',
    to: days.at(-1) ?? '',
    lines: submission.lines.length,
    amount: submission.total,
    files: submission.attachments.length + 1,
  }
}
