import type { Said } from '../../../domain/claim.ts'
import type { ProviderFact } from '../../../domain/claims/claimEvents.ts'
import type { Marks } from '../../../domain/inbox/marks.ts'
import type { ClaimMatch, Context, Notice } from '../../contract.ts'
import type { Mail } from '../../formats/mail/mail.ts'
import { matchByNumbers, saidIn } from '../../formats/table/paymentRows.ts'
import type { VisayasRow } from './lists.ts'

/** Our number first, theirs as a fallback; both are in every row of theirs. */
export function matchOf(row: VisayasRow): ClaimMatch {
  return matchByNumbers(row.cell('submission'), row.cell('claim'))
}

/** What one row of a list says of its claim, as a notice of the mail that brought the list. */
export function aboutClaim(
  { row, fact, said, marks }: { row: VisayasRow; fact: ProviderFact; said: Said[]; marks?: Marks },
  mail: Mail,
  ctx: Context<unknown>,
): Notice {
  const match = { ...matchOf(row), ...(marks === undefined ? {} : { marks }) }
  return { kind: 'claim', match, fact, ...saidAt(mail, ctx), said, references: match.references }
}

/** When they wrote it; never later than now, whatever their clock says. */
export function saidAt({ sentAt }: Mail, { now }: Context<unknown>): { at?: string } {
  if (sentAt === null) return {}
  return { at: sentAt > now ? now : sentAt }
}

/** Their reason, code and words, where they give one. */
export function reasonIn(row: VisayasRow): Said[] {
  return saidIn('reason', row.cell('reason'), row.cell('text'))
}
