import { statementNumber } from '../../formats/statement/statement.ts'

/** Which of our mails something speaks of, by its Message-ID or the token of its subject. */
export interface OwnMail {
  controlNumber: number
  /** Absent where only the token of the subject is known. */
  interchangeId?: string
  /** Of a mail about one claim. */
  submissionNumber?: string
}

/** One of our mails by its Message-ID. `place`: which of the mails of its interchange, from 1. */
type IdentifiedMail = OwnMail & { interchangeId: string; place: number }

const SUBMISSION = '[0-9A-HJKMNP-TV-Z]{16}'
const ID = new RegExp(`^(\\d{1,9})\\.(\\d{1,4})\\.([0-9a-f-]{36})(?:\\.(${SUBMISSION}))?@`, 'i')
const CLAIM_TOKEN = new RegExp(`\\[(${SUBMISSION})\\]`, 'i')
const STATEMENT_TOKEN = /\[S(\d{9})\]/i

/**
 * Left side of a Message-ID: nobody who has not seen the mail can guess it, because the
 * interchange's id is in it.
 */
export function messageIdOf(mail: Required<Omit<OwnMail, 'submissionNumber'>> & OwnMail, place: number): string {
  const { controlNumber, interchangeId, submissionNumber } = mail
  return [controlNumber, place, interchangeId, ...(submissionNumber === undefined ? [] : [submissionNumber])].join('.')
}

/** What the subject says between brackets, and an answer still says. */
export function tokenOf({ controlNumber, submissionNumber }: OwnMail): string {
  return submissionNumber === undefined ? `[${statementNumber(controlNumber)}]` : `[${submissionNumber}]`
}

/** The first of these Message-IDs that is ours; null for none. */
export function ownMailIn(ids: string[]): IdentifiedMail | null {
  for (const id of ids) {
    const [, control, place, interchangeId, number] = ID.exec(id) ?? []
    if (control === undefined || interchangeId === undefined || Number(control) === 0) continue
    return {
      controlNumber: Number(control),
      interchangeId: interchangeId.toLowerCase(),
      place: Number(place),
      ...(number === undefined ? {} : { submissionNumber: number.toUpperCase() }),
    }
  }
  return null
}

/** Our token in a subject; of several different ones none counts. */
export function tokenIn(subject: string): { submissionNumber: string } | { controlNumber: number } | null {
  const claim = CLAIM_TOKEN.exec(subject)?.[1]
  if (claim !== undefined) return { submissionNumber: claim.toUpperCase() }
  const statement = STATEMENT_TOKEN.exec(subject)?.[1]
  return statement === undefined ? null : { controlNumber: Number(statement) }
}
