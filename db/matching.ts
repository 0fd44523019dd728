import { sql } from 'kysely'
import type { Reference } from '../domain/claim.ts'
import type { Tx } from './connect.ts'

/** How a notice names its claim: our number first, the provider's references only as a fallback. */
export interface MatchWish {
  submissionNumber?: string
  references: Reference[]
}

export interface Match {
  claimId: string
  submissionId: string | null
}

/**
 * Finds the submissions that notices of one connection are about. A number of ours matches without regard to case and only within the connection; a
 * reference only when it names exactly one claim. Null: nobody is guessed.
 */
export async function matchSubmissions(tx: Tx, organisationId: string, connectionId: string, wishes: MatchWish[]): Promise<(Match | null)[]> {
  const byNumber = await numbers(tx, organisationId, connectionId, wishes)
  const found = wishes.map((wish) => byNumber.get(wish.submissionNumber?.toUpperCase() ?? '') ?? null)
  if (found.every((match) => match !== null)) return found
  const byReference = await references(tx, organisationId, connectionId, wishes.filter((_wish, index) => found[index] === null))
  return found.map((match, index) => match ?? onlyOne(wishes[index]?.references ?? [], byReference))
}

async function numbers(tx: Tx, organisationId: string, connectionId: string, wishes: MatchWish[]): Promise<Map<string, Match>> {
  const wanted = wishes.flatMap((wish) => (wish.submissionNumber === undefined ? [] : [wish.submissionNumber.toUpperCase()]))
  if (wanted.length === 0) return new Map()
  const rows = await tx
    .selectFrom('submissions')
    .select(['id', 'claim_id', 'submission_number'])
    .where('organisation_id', '=', organisationId)
    .where('connection_id', '=', connectionId)
    .where(sql<boolean>`submission_number = any(${wanted}::text[])`)
    .execute()
  return new Map(rows.map((row) => [row.submission_number, { claimId: row.claim_id, submissionId: row.id }]))
}

async function references(tx: Tx, organisationId: string, connectionId: string, wishes: MatchWish[]): Promise<Map<string, Match[]>> {
  const values = wishes.flatMap((wish) => wish.references.map((reference) => reference.value))
  if (values.length === 0) return new Map()
  const rows = await tx
    .selectFrom('claim_references')
    .select(['type', 'value', 'claim_id', 'submission_id'])
    .where('organisation_id', '=', organisationId)
    .where('connection_id', '=', connectionId)
    .where(sql<boolean>`value = any(${values}::text[])`)
    .execute()
  const found = new Map<string, Match[]>()
  for (const row of rows) {
    const key = `${row.type}:${row.value}`
    found.set(key, [...(found.get(key) ?? []), { claimId: row.claim_id, submissionId: row.submission_id }])
  }
  return found
}

/** Batch and payment numbers name many claims; only a claim's own numbers are looked at, and only a single hit counts. */
function onlyOne(said: Reference[], known: Map<string, Match[]>): Match | null {
  const hits = said
    .filter(({ type }) => type === 'claim-number' || type === 'clearinghouse-trace')
    .flatMap(({ type, value }) => known.get(`${type}:${value}`) ?? [])
  const claims = new Set(hits.map((hit) => hit.claimId))
  return claims.size === 1 ? (hits[0] ?? null) : null
}

/** Keeps the numbers that the provider gave a claim; one that is known stays as it is. */
export async function rememberReferences(
  tx: Tx,
  learned: { organisationId: string; connectionId: string; claimId: string; submissionId: string | null; references: Reference[]; now: Date },
): Promise<void> {
  if (learned.references.length === 0) return
  await tx
    .insertInto('claim_references')
    .values(
      learned.references.map(({ type, value }) => ({
        organisation_id: learned.organisationId,
        connection_id: learned.connectionId,
        type,
        value,
        claim_id: learned.claimId,
        submission_id: learned.submissionId,
        learned_at: learned.now,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
