import { z } from 'zod'
import { patientOf, searchPatients } from '../../../db/practice/patients.ts'
import { adapterIds } from '../../../db/setup/providers.ts'
import { RECENT_DAYS } from '../../../domain/practice/billable.ts'
import type { ApiDeps } from '../../deps.ts'
import { ROLES } from '../../http/auth.ts'
import { notFound } from '../../http/problems.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { address, day, externalId, flag, id, limit, sex } from '../../http/schemas.ts'
import { missingTeethView } from './viewsDental.ts'

const summary = z
  .object({
    patientId: id,
    externalId: z.string(),
    family: z.string(),
    given: z.string(),
    birthDate: day,
    sex,
    providers: z.array(z.string()).meta({ description: 'Who covers the patient today' }),
    billableVisits: z.int().nullable().meta({ description: 'Only with billable=true' }),
    notBillable: z
      .string()
      .nullable()
      .meta({ description: 'why completed visits cannot be claimed, such as their currency; only with billable=true' }),
  })
  .meta({ id: 'PatientSummary' })

const enrolment = z
  .object({
    enrolmentId: id,
    externalId: z.string(),
    providerId: z.string(),
    memberId: z.string(),
    cardNumber: z.string().nullable(),
    plan: z.string().nullable(),
    groupNumber: z.string().nullable(),
    relationship: z.enum(['self', 'spouse', 'child', 'other']),
    priority: z.enum(['primary', 'secondary']),
    validFrom: day,
    validTo: day.nullable(),
    assignment: z.enum(['clinic', 'patient']),
    signedOn: day.nullable(),
  })
  .meta({ id: 'PatientEnrolment' })

const patient = z
  .object({
    patientId: id,
    externalId: z.string(),
    version: z.int(),
    family: z.string(),
    given: z.string(),
    birthDate: day,
    sex,
    address: address.nullable(),
    phone: z.string().nullable(),
    missingTeeth: missingTeethView.nullable(),
    enrolments: z.array(enrolment),
  })
  .meta({ id: 'Patient' })

export const patientRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/patients',
    tag: 'patients',
    summary: 'Find patients',
    description:
      'Words of `search` are beginnings of words of the name or of the external id, in any order. With `billable=true` only patients with a completed, recent visit that an HMO covers and that is on no claim.',
    roles: ROLES.read,
    query: z.strictObject({
      search: z.string().max(200).default(''),
      billable: flag.default(false),
      recentDays: z.coerce.number().int().min(1).max(3_650).default(RECENT_DAYS),
      limit: limit(100, 25),
      cursor: id.optional(),
    }),
    response: z.object({ patients: z.array(summary), next: id.nullable() }),
    handler: async ({ organisationId, query, deps, now }) => {
      const found = await deps.databases.within(organisationId, async (tx) =>
        searchPatients(tx, {
          organisationId,
          words: query.search.split(/\s+/).filter((word) => word !== ''),
          billable: query.billable,
          recentDays: query.recentDays,
          now,
          filingLimitDays: filingLimits(deps, await adapterIds(tx)),
          after: query.cursor ?? null,
          limit: query.limit + 1,
        }),
      )
      const patients = found.slice(0, query.limit)
      return { patients, next: found.length > query.limit ? (patients.at(-1)?.patientId ?? null) : null }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/patients/{patient}',
    tag: 'patients',
    summary: 'One patient with enrolments',
    description: '`patient` is the hub’s id or the practice app’s external id.',
    roles: ROLES.read,
    params: z.object({ patient: externalId }),
    response: patient,
    handler: async ({ organisationId, params, deps }) => {
      const found = await deps.databases.within(organisationId, (tx) => patientOf(tx, organisationId, params.patient))
      if (found === null) throw notFound('patient')
      return found
    },
  }),
]

function filingLimits(deps: ApiDeps, adapters: string[]): Record<string, number> {
  return Object.fromEntries(adapters.map((id) => [id, deps.adapterOf(id).declaration.deadlines.filingLimitDays]))
}
