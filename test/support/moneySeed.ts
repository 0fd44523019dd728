import type { Kysely } from 'kysely'
import type { Database } from '../../db/schema/database.ts'
import type { ClaimStatus } from '../../domain/claim.ts'
import { newId, newSubmissionNumber } from '../../platform/ids.ts'
import type { Seeded } from './claimsSeed.ts'

export interface SubmittedClaim {
  claimId: string
  claimNumber: string
  submissionId: string
  submissionNumber: string
}

export interface ClaimWish {
  /** Charge by line, with the procedure of a visit behind it where it matters. */
  lines: { charge: number; code?: string; procedure?: { id: string; visitId: string } }[]
  status?: ClaimStatus
  connectionId?: string
  currency?: string
}

/**
 * Claims as they are after submit, written by the owner of the database: rows only, nothing is
 * charged yet.
 */
export async function seedSubmitted(
  owner: Kysely<Database>,
  seeded: Seeded,
  wishes: ClaimWish[],
): Promise<SubmittedClaim[]> {
  const org = { organisation_id: seeded.organisationId }
  const now = new Date('2026-03-12T08:00:00Z')
  const interchangeId = newId()
  const made = wishes.map(claimOf)
  await insertClaims(owner, seeded, made, now)
  await owner
    .insertInto('interchanges')
    .values({
      ...org,
      id: interchangeId,
      connection_id: seeded.connectionId,
      kind: 'submission',
      control_number: Math.floor(Math.random() * 900_000_000) + 1,
      adapter_version: 1,
      created_at: now,
    })
    .execute()
  await owner
    .insertInto('submissions')
    .values(
      made.map(({ wish, lines, claim }) => ({
        ...org,
        id: claim.submissionId,
        claim_id: claim.claimId,
        interchange_id: interchangeId,
        connection_id: wish.connectionId ?? seeded.connectionId,
        submission_number: claim.submissionNumber,
        purpose: 'new' as const,
        frozen: JSON.stringify({ lines: lines.map(({ procedure: _procedure, ...line }) => line) }),
        created_at: now,
      })),
    )
    .execute()
  return made.map(({ claim }) => claim)
}

type MadeClaim = ReturnType<typeof claimOf>

function claimOf(wish: ClaimWish) {
  const claimId = newId()
  const lines = wish.lines.map(({ charge, code = 'D1110', procedure }, index) => ({
    lineNumber: index + 1,
    controlNumber: String(index + 1),
    code,
    charge,
    procedure,
  }))
  const claim = { claimId, claimNumber: `T-${claimId}`, submissionId: newId(), submissionNumber: newSubmissionNumber() }
  return { wish, lines, claim }
}

async function insertClaims(owner: Kysely<Database>, seeded: Seeded, made: MadeClaim[], now: Date): Promise<void> {
  const org = { organisation_id: seeded.organisationId }
  await owner
    .insertInto('claims')
    .values(
      made.map(({ wish, lines, claim }) => ({
        ...org,
        id: claim.claimId,
        claim_number: claim.claimNumber,
        clinic_id: seeded.clinicId,
        patient_id: seeded.patientId,
        enrolment_id: seeded.enrolmentId,
        provider_id: 'harbor-health',
        connection_id: wish.connectionId ?? seeded.connectionId,
        practitioner_id: seeded.practitionerId,
        currency: wish.currency ?? 'PHP',
        total: lines.reduce((total, line) => total + line.charge, 0),
        service_from: '2026-03-10',
        service_to: '2026-03-10',
        diagnoses: '[]',
        status: wish.status ?? ('SUBMITTED' as const),
        lineage_id: claim.claimId,
        created_at: now,
        submitted_at: now,
        updated_at: now,
        created_by: 'test',
      })),
    )
    .execute()
  await owner
    .insertInto('claim_lines')
    .values(
      made.flatMap(({ lines, claim }) =>
        lines.map((line) => ({
          ...org,
          claim_id: claim.claimId,
          line_number: line.lineNumber,
          visit_procedure_id: line.procedure?.id ?? null,
          visit_id: line.procedure?.visitId ?? null,
          code: line.code,
          service_date: '2026-03-10',
          quantity: 1,
          amount: line.charge,
          priced_by: 'rate' as const,
        })),
      ),
    )
    .execute()
}
