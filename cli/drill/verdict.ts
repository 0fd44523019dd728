import { existsSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/schema/database.ts'
import { readEffects } from '../../sandbox/effectLedger.ts'
import { withOwner } from '../chaos/audit.ts'
import type { Stack } from '../stack/stack.ts'

export interface DrillVerdict {
  claims: number
  /** Claims that an HMO has more than once, or not at all. */
  doubled: number
  lost: number
  /** Claims of which more or less is posted than their HMO paid. */
  postedOtherwise: number
  /** Control numbers that two different interchanges went out with. */
  numbersTwice: number
  findings: string[]
}

/** Each control number that was given out, by connection and number: the interchange's id. */
export async function numbersUsed(owner: Kysely<Database>): Promise<Map<string, string>> {
  const rows = await owner.selectFrom('interchanges').select(['connection_id', 'control_number', 'id']).execute()
  return new Map(rows.map((row) => [`${row.connection_id} ${row.control_number}`, row.id]))
}

/** Believes the twins' own ledgers more than the database. */
export async function judgeDrill(
  stack: Stack,
  { promised, usedBefore }: { promised: string[]; usedBefore: Map<string, string> },
): Promise<DrillVerdict> {
  const entries = stack.ledgers.filter((file) => existsSync(file)).flatMap((file) => readEffects(file))
  const effects = entries.filter((entry) => entry.kind === 'effect')
  return withOwner(stack, async (owner) => {
    const { rows } = await sql<{ claim: string; number: string; paid: number }>`
      select c.claim_number as claim, s.submission_number as number, coalesce((select sum(e.amount)::integer from ledger_entries e
        where e.organisation_id = c.organisation_id and e.claim_id = c.id and e.account = 'paid'), 0) as paid
      from claims c join submissions s on s.organisation_id = c.organisation_id and s.claim_id = c.id
      where c.id = any(${promised}::uuid[])`.execute(owner)
    const copies = (number: string) => effects.filter((effect) => effect.submissionNumber === number).length
    const paidBy = (number: string) =>
      entries.reduce((sum, entry) => sum + (entry.kind === 'said' && entry.about === number ? (entry.paid ?? 0) : 0), 0)
    const doubled = rows.filter(({ number }) => copies(number) > 1)
    const lost = rows.filter(({ number }) => copies(number) === 0)
    const otherwise = rows.filter(({ number, paid }) => paid !== paidBy(number))
    const used = await numbersUsed(owner)
    const twice = [...used].filter(([place, id]) => usedBefore.has(place) && usedBefore.get(place) !== id)
    const findings = [
      ...doubled.map(({ claim, number }) => `${claim} is at its HMO ${copies(number)} times`),
      ...lost.map(({ claim }) => `${claim} is not at its HMO`),
      ...otherwise.map(({ claim, number, paid }) => `${claim}: ${paid} posted, ${paidBy(number)} paid`),
      ...twice.map(([place]) => `control number ${place} went out twice`),
      ...(rows.length < promised.length ? [`${promised.length - rows.length} claims have no submission`] : []),
    ]
    const counts = { doubled: doubled.length, lost: lost.length, postedOtherwise: otherwise.length }
    return { claims: rows.length, ...counts, numbersTwice: twice.length, findings }
  })
}
