import { sql } from 'kysely'
import type { Reference } from '../../domain/claim.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'

/** How a provider's word finds a claim: our own number first, the provider's references as a fallback. */
export interface ClaimMatch {
  submissionNumber?: string
  references: Reference[]
}

export interface Matched {
  claimId: string
  /** The sending that it is about; of a match by reference the claim's last one, null when it was never sent. */
  submissionId: string | null
}

/** References that name one claim. Batch, payment and authorisation numbers may be shared by claims: one hit today proves nothing. */
const NAMING: readonly Reference['type'][] = ['claim-number', 'clearinghouse-trace']

/**
 * Finds the claims that a connection's documents speak of, all in at most two statements. Our submission number decides, without regard to case;
 * only without it do references, and only if they hit exactly one claim. Null: no claim of ours, or more than one. Never a guess, never another
 * connection's claim.
 */
export async function matchSubmissions(
  tx: Tx,
  organisationId: string,
  connectionId: string,
  matches: ClaimMatch[],
): Promise<(Matched | null)[]> {
  const byNumber = await submissionsByNumber(tx, organisationId, connectionId, matches.flatMap(numberOf))
  const found = matches.map((match) => byNumber.get(numberOf(match)[0] ?? '') ?? null)
  const open = matches.filter((_, index) => found[index] === null).flatMap(namingReferences)
  if (open.length === 0) return found
  const byReference = await claimsByReference(tx, organisationId, connectionId, open)
  return matches.map((match, index) => found[index] ?? onlyClaim(match, byReference))
}

/** Keeps what the provider calls a claim, so that later documents find it. What is known already stays as it is. */
export async function rememberReferences(
  tx: Tx,
  learned: {
    organisationId: string
    connectionId: string
    claimId: string
    submissionId: string | null
    references: Reference[]
    now: Date
  },
): Promise<void> {
  const named = learned.references.filter((reference) => reference.value.trim() !== '')
  if (named.length === 0) return
  await pipelined(
    tx,
    tx
      .insertInto('claim_references')
      .values(
        named.map(({ type, value }) => ({
          organisation_id: learned.organisationId,
          connection_id: learned.connectionId,
          type,
          value: value.trim(),
          claim_id: learned.claimId,
          submission_id: learned.submissionId,
          learned_at: learned.now,
        })),
      )
      .onConflict((conflict) => conflict.doNothing()),
  )
}

function numberOf({ submissionNumber }: ClaimMatch): string[] {
  const number = submissionNumber?.trim().toUpperCase() ?? ''
  return number === '' ? [] : [number]
}

function namingReferences({ references }: ClaimMatch): Reference[] {
  return references
    .filter((reference) => NAMING.includes(reference.type) && reference.value.trim() !== '')
    .map(({ type, value }) => ({ type, value: value.trim() }))
}

async function submissionsByNumber(
  tx: Tx,
  organisationId: string,
  connectionId: string,
  numbers: string[],
): Promise<Map<string, Matched>> {
  if (numbers.length === 0) return new Map()
  const { rows } = await sql<{ submission_number: string; id: string; claim_id: string }>`
    select submission_number, id, claim_id from submissions
    where organisation_id = ${organisationId} and connection_id = ${connectionId}
      and submission_number = any(${[...new Set(numbers)]}::text[])`.execute(tx)
  return new Map(rows.map((row) => [row.submission_number, { claimId: row.claim_id, submissionId: row.id }]))
}

async function claimsByReference(
  tx: Tx,
  organisationId: string,
  connectionId: string,
  references: Reference[],
): Promise<Map<string, Matched[]>> {
  const { rows } = await sql<{ type: string; value: string; claim_id: string; submission_id: string | null }>`
    select f.type, f.value, f.claim_id, s.id as submission_id
    from (select distinct type, value from unnest(${references.map((each) => each.type)}::text[],
      ${references.map((each) => each.value)}::text[]) as asked(type, value)) asked
    join claim_references f on f.organisation_id = ${organisationId} and f.connection_id = ${connectionId}
      and f.type = asked.type and f.value = asked.value
    left join lateral (
      select s.id from submissions s
      where s.organisation_id = f.organisation_id and s.claim_id = f.claim_id and s.purpose not in ('void','supplement')
      order by s.id = f.submission_id desc nulls last, s.id desc limit 1) s on true`.execute(tx)
  const found = new Map<string, Matched[]>()
  for (const row of rows) {
    const key = keyOf(row)
    found.set(key, [...(found.get(key) ?? []), { claimId: row.claim_id, submissionId: row.submission_id }])
  }
  return found
}

/** All references that hit anything must hit the same one claim. */
function onlyClaim(match: ClaimMatch, byReference: Map<string, Matched[]>): Matched | null {
  const hits = namingReferences(match).flatMap((reference) => byReference.get(keyOf(reference)) ?? [])
  const claims = new Set(hits.map((hit) => hit.claimId))
  return claims.size === 1 ? (hits[0] ?? null) : null
}

function keyOf({ type, value }: { type: string; value: string }): string {
  return `${type} ${value}`
}

/** What the provider calls the claim, by its newest word; null while it has given no number. */
export async function claimNumberOf(tx: Tx, organisationId: string, claimId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('claim_references')
    .select('value')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('type', '=', 'claim-number')
    .orderBy('learned_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.value ?? null
}
