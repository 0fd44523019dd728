import type { Tx } from '../../connect.ts'
import { type Refused, refused } from '../../refused.ts'
import type { ActionContext, Saved } from '../createDraft.ts'
import { editDraft, lockDraft } from '../editDraft.ts'
import { ticksOf } from '../resubmitClaim.ts'
import { coveringEnrolment } from './compareWithVisit.ts'

/**
 * Takes the visits as they are now into a draft: its lines are read and priced again, lines whose
 * procedure is gone are taken off, diagnoses, practitioner and enrolment follow where no person has
 * chosen them. Amounts that a person set stay. Refused for a draft of another version, and when no
 * line would be left.
 */
export async function takeOverVisit(
  tx: Tx,
  claimId: string,
  { version }: { version: number },
  context: ActionContext,
): Promise<Saved | Refused> {
  const { organisationId } = context
  const draft = await lockDraft(tx, context, claimId)
  if (draft.kind === 'refused') return draft
  const there = await proceduresLeft(tx, organisationId, claimId)
  if (there.length === 0) return refused('no-lines', 'none of its procedures is in a visit any more: delete the draft')
  const days = there.map(({ visited_on }) => visited_on).sort()
  await followEnrolment(tx, context, claimId, { ...draft, first: days[0] ?? '', last: days.at(-1) ?? '' })
  const ticks = await ticksOf(tx, organisationId, claimId)
  const ids = new Set(there.map(({ id }) => id))
  const practitioners = new Set(there.map(({ practitioner_id }) => practitioner_id))
  const keepsPractitioner = draft.chosen.includes('practitioner') || practitioners.size > 1
  return editDraft(
    tx,
    claimId,
    {
      version,
      ticked: ticks
        .filter((tick) => tick !== null)
        .filter(({ procedureId }) => ids.has(procedureId))
        .map(({ details, ...tick }) =>
          details !== undefined && draft.chosen.includes('details') ? { ...tick, details } : tick,
        ),
      ...(draft.chosen.includes('diagnoses') ? { diagnoses: draft.diagnoses } : {}),
      ...(keepsPractitioner ? { practitionerId: draft.practitionerId } : {}),
      // They are on this draft already: what was overridden then is not asked again.
      overrideDuplicate: KEPT,
      overrideFilingLimit: KEPT,
      overrideOrder: null,
    },
    context,
  )
}

const KEPT = 'kept from the draft when its visit was taken over'

async function proceduresLeft(tx: Tx, organisationId: string, claimId: string) {
  return tx
    .selectFrom('claim_lines as l')
    .innerJoin('visit_procedures as q', (join) =>
      join.onRef('q.organisation_id', '=', 'l.organisation_id').onRef('q.id', '=', 'l.visit_procedure_id'),
    )
    .innerJoin('visits as v', (join) =>
      join.onRef('v.organisation_id', '=', 'q.organisation_id').onRef('v.id', '=', 'q.visit_id'),
    )
    .select(['q.id', 'v.visited_on', 'v.practitioner_id'])
    .where('l.organisation_id', '=', organisationId)
    .where('l.claim_id', '=', claimId)
    .where('q.removed', '=', false)
    .execute()
}

/** Only when the draft's own enrolment holds on the services no more, and another one does. */
async function followEnrolment(
  tx: Tx,
  { organisationId }: ActionContext,
  claimId: string,
  draft: { patientId: string; providerId: string; first: string; last: string },
): Promise<void> {
  const of = { organisationId, patient_id: draft.patientId, provider_id: draft.providerId }
  const other = await coveringEnrolment(tx, of, draft.first, draft.last)
  if (other === undefined) return
  await tx
    .updateTable('claims')
    .set({ enrolment_id: other.id })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .where('enrolment_id', 'in', (from) =>
      from
        .selectFrom('enrolments')
        .select('id')
        .where('organisation_id', '=', organisationId)
        .where((where) => where.or([where('valid_from', '>', draft.first), where('valid_to', '<', draft.last)])),
    )
    .execute()
}
