import { type Minor, sum } from '../../../domain/amounts.ts'
import type { Person, Purpose, Submission } from '../../../domain/claim.ts'
import type { Letterhead } from '../pdf/claimForm.ts'

/**
 * A numbered list of the claims that travel together. The provider pays by its number. Same
 * interchange, same statement: it can be printed again at any time.
 */
export interface Statement {
  number: string
  letterhead: Letterhead
  practice: { name: string; taxId?: string }
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
    currency: first.currency,
    rows: submissions.map(rowOf),
    total: sum(submissions.filter(asksForMoney).map(({ total }) => total)),
  }
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
