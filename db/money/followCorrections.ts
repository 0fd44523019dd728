import { sql } from 'kysely'
import type { SubmissionLine } from '../../domain/claim.ts'
import type { RemittanceClaim } from '../../domain/money/remittance.ts'
import { keptNumbers, type SentLine } from '../../domain/money/remittanceLines.ts'
import type { Tx } from '../connect.ts'

/**
 * A correction that is meant instead of the claim that was found, with its lines by kept numbers.
 */
export interface Followed {
  claimId: string
  submissionId: string
  lines: SentLine[]
}

/**
 * For formats whose corrections keep the numbers of the first sending: the newest correction that
 * has every service which the remittance's claim names, by place; null where the first sending
 * itself is meant. A reversal takes back what was posted to the claim that was found.
 */
export async function followCorrections(
  tx: Tx,
  organisationId: string,
  claims: RemittanceClaim[],
  matches: ({ submissionId: string | null } | null)[],
): Promise<(Followed | null)[]> {
  const keeping = claims.map((claim, index) => (follows(claim) && matches[index] ? matches[index] : null))
  const submissionIds = keeping.flatMap((match) => match?.submissionId ?? [])
  if (submissionIds.length === 0) return claims.map(() => null)
  const corrections = await correctionsOf(tx, organisationId, [...new Set(submissionIds)])
  return claims.map((claim, index) => {
    const later = corrections.get(keeping[index]?.submissionId ?? '') ?? []
    return later.find(({ lines }) => hasAll(lines, claim)) ?? null
  })
}

function follows(claim: RemittanceClaim): boolean {
  return claim.keepsNumbers === true && claim.kind === 'payment' && claim.lines.length > 0
}

function hasAll(lines: SentLine[], claim: RemittanceClaim): boolean {
  return claim.lines.every((line) => lines.some((each) => each.controlNumber === line.controlNumber))
}

/** The corrections of first sendings that were frozen and not cancelled, newest first. */
async function correctionsOf(tx: Tx, organisationId: string, openings: string[]): Promise<Map<string, Followed[]>> {
  const { rows } = await sql<{
    opening: string
    id: string
    claim_id: string
    number: string
    lines: SubmissionLine[]
  }>`
    select o.id as opening, s.id, s.claim_id, s.submission_number as number, s.frozen -> 'lines' as lines
    from submissions o
    join claims first on first.organisation_id = o.organisation_id and first.id = o.claim_id
    join claims c on c.organisation_id = o.organisation_id and c.lineage_id = first.lineage_id and c.status <> 'CANCELLED'
    join submissions s on s.organisation_id = o.organisation_id and s.claim_id = c.id and s.id > o.id
      and s.purpose in ('replacement', 'appeal')
    where o.organisation_id = ${organisationId} and o.id = any(${openings}::uuid[]) and o.purpose = 'new'
    order by s.id desc`.execute(tx)
  const found = new Map<string, Followed[]>()
  for (const { opening, id, claim_id, number, lines } of rows) {
    const followed = { claimId: claim_id, submissionId: id, lines: keptNumbers(lines, number) }
    found.set(opening, [...(found.get(opening) ?? []), followed])
  }
  return found
}
