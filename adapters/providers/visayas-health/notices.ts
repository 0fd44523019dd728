import type { Reference, Said } from '../../../domain/claim.ts'
import type { ProviderFact } from '../../../domain/claims/claimEvents.ts'
import type { ClaimMatch, Context, Notice } from '../../contract.ts'
import type { Mail } from '../../formats/mail/mail.ts'
import type { VisayasRow } from './lists.ts'

export function unreadable(because: string): Notice {
  return { kind: 'unreadable', because }
}

/** Our number first, theirs as a fallback; both are in every row of theirs. */
export function matchOf(row: VisayasRow): ClaimMatch {
  const number = row.cell('submission').toUpperCase()
  const claim = row.cell('claim')
  const references: Reference[] = claim === '' ? [] : [{ type: 'claim-number', value: claim }]
  return { ...(number === '' ? {} : { submissionNumber: number }), references }
}

/** What one row of a list says of its claim, as a notice of the mail that brought the list. */
export function aboutClaim(
  { row, fact, said }: { row: VisayasRow; fact: ProviderFact; said: Said[] },
  mail: Mail,
  ctx: Context<unknown>,
): Notice {
  const match = matchOf(row)
  return { kind: 'claim', match, fact, ...saidAt(mail, ctx), said, references: match.references }
}

/** When they wrote it; never later than now, whatever their clock says. */
export function saidAt({ sentAt }: Mail, { now }: Context<unknown>): { at?: string } {
  if (sentAt === null) return {}
  return { at: sentAt > now ? now : sentAt }
}

/** Their reason, code and words, where they give one. */
export function reasonIn(row: VisayasRow): Said[] {
  const code = row.cell('reason')
  const text = row.cell('text')
  if (code === '' && text === '') return []
  return [{ list: 'reason', ...(code === '' ? {} : { code }), ...(text === '' ? {} : { text }) }]
}
