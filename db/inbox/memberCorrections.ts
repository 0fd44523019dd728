import { sql } from 'kysely'
import type { Said } from '../../domain/claim.ts'
import type { ClaimEvent, MemberPart } from '../../domain/claims/claimEvents.ts'
import type { MemberCorrection } from '../../domain/inbox/marks.ts'
import { changedParts, type KnownMember } from '../../domain/inbox/memberParts.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { raiseItem } from '../worklist/worklistItems.ts'

/** What a document says that we have wrong of a claim's member. */
export interface LearnedCorrection {
  organisationId: string
  claimId: string
  documentId: string | null
  correction: MemberCorrection
  /** ISO 8601 UTC */
  at: string
  now: Date
}

/**
 * Keeps a correction for the next draft and puts it on the worklist. Answers the claim's event;
 * null when the member stands with us as the provider says already.
 */
export async function learnCorrection(tx: Tx, learned: LearnedCorrection): Promise<ClaimEvent | null> {
  const { organisationId, claimId, documentId, correction, at, now } = learned
  const known = await memberOf(tx, organisationId, claimId)
  const changed = known === null ? [] : changedParts(correction, known)
  if (known === null || changed.length === 0) return null
  const { family = null, given = null, birthDate = null, memberId = null } = correction
  await tx
    .insertInto('member_corrections')
    .values({
      organisation_id: organisationId,
      id: newId(),
      claim_id: claimId,
      enrolment_id: known.enrolmentId,
      document_id: documentId,
      family,
      given,
      birth_date: birthDate,
      member_id: memberId,
      learned_at: now,
    })
    .execute()
  const words = { claimNumber: known.claimNumber, provider: known.provider, changed }
  await raiseItem(tx, { organisationId, documentId, now }, { kind: 'member-corrected', ids: { claimId }, words })
  return { fact: { type: 'member_corrected', changed }, at, said: saidOf(correction), references: [] }
}

/**
 * What the newest correction of an enrolment says otherwise than the practice app does now; empty
 * once the practice has taken it over.
 */
export async function openCorrection(
  tx: Tx,
  organisationId: string,
  claimId: string,
): Promise<{ provider: string; changed: MemberPart[] } | null> {
  const known = await memberOf(tx, organisationId, claimId)
  if (known === null) return null
  const row = await tx
    .selectFrom('member_corrections')
    .select(['family', 'given', 'birth_date', 'member_id'])
    .where('organisation_id', '=', organisationId)
    .where('enrolment_id', '=', known.enrolmentId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  const { family, given, birth_date: birthDate, member_id: memberId } = row
  const correction = {
    ...(family === null ? {} : { family }),
    ...(given === null ? {} : { given }),
    ...(birthDate === null ? {} : { birthDate }),
    ...(memberId === null ? {} : { memberId }),
  }
  const changed = changedParts(correction, known)
  return changed.length === 0 ? null : { provider: known.provider, changed }
}

async function memberOf(
  tx: Tx,
  organisationId: string,
  claimId: string,
): Promise<(KnownMember & { enrolmentId: string; claimNumber: string; provider: string }) | null> {
  const { rows } = await sql<KnownMember & { enrolmentId: string; claimNumber: string; provider: string }>`
    select p.family, p.given, p.birth_date::text as "birthDate", e.member_id as "memberId", e.id as "enrolmentId",
      c.claim_number as "claimNumber", v.name as provider
    from claims c
    join patients p on p.organisation_id = c.organisation_id and p.id = c.patient_id
    join enrolments e on e.organisation_id = c.organisation_id and e.id = c.enrolment_id
    join providers v on v.id = c.provider_id
    where c.organisation_id = ${organisationId} and c.id = ${claimId}`.execute(tx)
  return rows[0] ?? null
}

function saidOf({ family, given, birthDate, memberId }: MemberCorrection): Said[] {
  const name = [family, given].filter((part) => part !== undefined).join(', ')
  const text = [name, birthDate ?? '', memberId ?? ''].filter((part) => part !== '').join('; ')
  return [{ list: 'member as the provider knows it', text }]
}
