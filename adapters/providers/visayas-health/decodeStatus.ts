import type { Said } from '../../../domain/claim.ts'
import type { ProviderFact } from '../../../domain/claims/claimEvents.ts'
import type { Context, Notice } from '../../contract.ts'
import { denialFor } from '../../formats/denialFor.ts'
import type { Mail } from '../../formats/mail/mail.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { PAPERS, STATUSES } from './codes.ts'
import type { VisayasRow } from './lists.ts'
import { aboutClaim, reasonIn } from './notices.ts'

export const STATUS_COLUMNS = ['submission', 'claim', 'status', 'reason', 'text']

/** Where each claim of the list stands. A word that we don't know is kept, and a person looks. */
export function decodeStatus(rows: VisayasRow[], mail: Mail, ctx: Context<unknown>): Notice[] {
  return rows.map((row) => {
    const said: Said[] = [{ list: 'status', code: row.cell('status') }, ...reasonIn(row)]
    return aboutClaim({ row, fact: factOf(row), said }, mail, ctx)
  })
}

function factOf(row: VisayasRow): ProviderFact {
  const word = ourWord(STATUSES, row.cell('status'))
  switch (word) {
    case null:
      return { type: 'other' }
    case 'denied':
      return denialFor(row.cell('reason'))
    case 'documents_requested':
      return { type: word, documents: papersIn(row.cell('reason')) }
    case 'received':
    case 'in_review':
    case 'rejected_front_end':
      return { type: word }
  }
}

/** Which papers they want, in our words where we have one. */
function papersIn(reason: string): string[] {
  const words = reason.split(/\s+/).filter((word) => word !== '')
  return [...new Set(words.map((word) => ourWord(PAPERS, word) ?? word))]
}
