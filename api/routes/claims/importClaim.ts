import { z } from 'zod'
import { type FiledClaim, importClaim } from '../../../db/claims/importClaim.ts'
import { STATUSES } from '../../../domain/claim.ts'
import { connectionRules } from '../../../domain/claims/deadlines.ts'
import { completeDecisions } from '../../../domain/claims/manualDecision.ts'
import { parseCode } from '../../../domain/practice/procedures.ts'
import { parseArea, parseSurfaces, parseTooth } from '../../../domain/practice/tooth.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffectThen, type Route } from '../../http/route.ts'
import { currency, day, id, instant, minor, providerId, words } from '../../http/schemas.ts'
import { actionContext, unlessRefused } from './actionContext.ts'
import { requireTemporal } from './byHand/manualActions.ts'
import { decision } from './byHand/manualStatus.ts'
import { claimView } from './claimViews.ts'
import { diagnoses, mode, reason } from './draftSchemas.ts'
import { shown } from './drafts.ts'

const read = (parse: (text: string) => string | null, what: string) =>
  z.string().transform((text, context) => {
    const value = parse(text)
    if (value !== null) return value
    context.addIssue(`must be ${what}`)
    return z.NEVER
  })

const filedLine = z.strictObject({
  procedureId: id.optional().meta({ description: "the practice app's procedure, so that it isn't claimed again" }),
  code: read(parseCode, 'a CDT code: D and four digits'),
  serviceDate: day,
  tooth: read(parseTooth, 'a tooth in universal notation: 1 to 32 or A to T').optional(),
  surfaces: read(parseSurfaces, 'surfaces out of M O D B F L I').optional(),
  area: read(parseArea, 'an area: 00 01 02 10 20 30 40').optional(),
  quantity: z.int().min(1).max(100).default(1),
  amount: minor,
})

const filedClaim = z
  .strictObject({
    patientId: id,
    providerId,
    mode: mode.optional(),
    enrolmentId: id.optional(),
    clinicId: id,
    practitionerId: id,
    currency,
    lines: z.array(filedLine).min(1).max(200),
    diagnoses: diagnoses.default([]),
    note: words(1000).optional(),
    status: z.enum(STATUSES).exclude(['DRAFT', 'CANCELLED']),
    decisions: z.array(decision).max(200).default([]),
    submittedAt: instant,
    statusAt: instant.optional().meta({ description: 'when the provider said what `status` says' }),
    submissionNumber: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,20}$/, '1 to 20 letters, digits and hyphens')
      .optional()
      .meta({ description: 'the number under which it went out: its remittance comes back with it' }),
    references: z
      .array(
        z.strictObject({
          type: z.enum(['claim-number', 'clearinghouse-trace', 'batch', 'authorisation', 'payment']),
          value: words(80),
        }),
      )
      .max(10)
      .default([])
      .meta({ description: "the provider's own numbers of the claim" }),
    overrideDuplicate: reason.optional(),
  })
  .meta({ id: 'FiledClaim' })

export const importingRoutes: Route[] = [
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/import',
    movesMoney: true,
    tag: 'claims',
    summary: 'Take in a claim that was filed elsewhere; nothing is sent',
    roles: ROLES.bill,
    body: filedClaim,
    response: claimView,
    status: 201,
    problems: [
      'unknown-patient',
      'unknown-provider',
      'unknown-clinic',
      'unknown-practitioner',
      'unknown-procedure',
      'no-connection',
      'not-enrolled',
      'visit-not-completed',
      'wrong-currency',
      'wrong-amount',
      'unknown-line',
      'procedure-already-claimed',
      'submission-number-taken',
      'temporal-unavailable',
    ],
    before: requireTemporal,
    effect: async ({ tx, body, ...context }) => {
      const saved = await importClaim(tx, filed(body, context.now), {
        ...actionContext(context),
        adapterVersion: (adapterId) => context.deps.adapterOf(adapterId).declaration.version,
        record: {
          now: context.now,
          rulesOf: ({ adapterId, connectionDeadlines }) =>
            connectionRules(context.deps.adapterOf(adapterId).declaration.deadlines, connectionDeadlines),
          providerName: (claim) => context.deps.adapterOf(claim.adapterId).declaration.name,
        },
      }).catch(takenElsewhere)
      const { claimId } = unlessRefused(saved)
      return { claimId, providerId: body.providerId }
    },
    finish: async ({ deps, organisationId }, { claimId, providerId }) => {
      // The clocks run once the workflow does; when Temporal went away just now, `claimhub
      // reconcile` starts it.
      await deps.workflows.wake({ organisationId, claimId, providerId })
      return deps.databases.within(organisationId, async (tx) => reply(201, await shown(tx, organisationId, claimId)))
    },
  }),
]

function filed(body: z.output<typeof filedClaim>, now: Date): FiledClaim {
  const submittedAt = utc(body.submittedAt)
  const statusAt = utc(body.statusAt ?? body.submittedAt)
  if (submittedAt > now.toISOString()) throw wrongTime('/submittedAt', 'must not be in the future')
  if (statusAt > now.toISOString()) throw wrongTime('/statusAt', 'must not be in the future')
  if (statusAt < submittedAt) throw wrongTime('/statusAt', 'must not be before submittedAt')
  const charges = new Map(body.lines.map((line, index) => [index + 1, line.amount]))
  // What an earlier system took in may have no reason with it.
  const keyed = { status: body.status, lines: body.decisions, said: [{ text: 'imported without a reason' }] }
  const decided = completeDecisions(keyed, charges, body.currency)
  if (decided.kind === 'refused') throw new Problem(decided.type, decided.detail)
  return {
    patientId: body.patientId,
    providerId: body.providerId,
    mode: body.mode ?? null,
    enrolmentId: body.enrolmentId ?? null,
    clinicId: body.clinicId,
    practitionerId: body.practitionerId,
    currency: body.currency,
    lines: body.lines.map((line) => ({
      procedureId: line.procedureId ?? null,
      code: line.code,
      serviceDate: line.serviceDate,
      tooth: line.tooth ?? null,
      surfaces: line.surfaces ?? null,
      area: line.area ?? null,
      quantity: line.quantity,
      amount: line.amount,
    })),
    diagnoses: body.diagnoses,
    note: body.note ?? null,
    status: body.status,
    decisions: decided.lines,
    submittedAt,
    statusAt,
    submissionNumber: body.submissionNumber ?? null,
    references: body.references,
    overrideDuplicate: body.overrideDuplicate?.reason ?? null,
  }
}

/** Instants are compared as text, so they all have milliseconds. */
function utc(instantText: string): string {
  return new Date(instantText).toISOString()
}

function wrongTime(pointer: string, detail: string): Problem {
  return new Problem('invalid-request', 'something in the request is missing or wrong: see errors', {
    errors: [{ pointer, detail }],
  })
}

/**
 * A submission number is unique in the deployment: another organisation's shows only as the key
 * that it breaks.
 */
function takenElsewhere(error: unknown): never {
  const constraint = (error as { constraint?: unknown } | null)?.constraint
  if (constraint !== 'submissions_submission_number_key') throw error
  throw new Problem('submission-number-taken', 'the submission number is in use')
}
