import { z } from 'zod'
import { unvisitedClaims, visitBalance, visitBalances } from '../../../db/money/readVisitBalance.ts'
import { patientOf } from '../../../db/practice/patients.ts'
import { owedVisits, visitOf } from '../../../db/practice/visits.ts'
import { SHOWN_STATUSES } from '../../../domain/claim.ts'
import { totalsByCurrency } from '../../../domain/money/visitBalance.ts'
import { ROLES } from '../../http/auth.ts'
import { notFound } from '../../http/problems.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { day, externalId, id } from '../../http/schemas.ts'
import { serviceDetailsView, visitDetailsView } from './viewsDental.ts'

const amount = z.int()

const totals = {
  currency: z.string(),
  fees: amount.meta({ description: 'list prices; of procedures on a submitted claim the claimed amount' }),
  unclaimed: amount.meta({ description: 'what of the fees is on no claim' }),
  receipts: amount.meta({ description: 'what the patient has paid already' }),
  paid: amount.meta({ description: 'by the HMO, also for claims that were cancelled or replaced since' }),
  contractual: amount,
  givenUp: amount.meta({ description: 'withheld tax, discounts, bank fees, write-offs' }),
  denied: amount.meta({ description: 'denied, and nobody has said yet what becomes of it' }),
  balance: amount.meta({ description: 'fees − receipts − paid − contractual − givenUp' }),
  patientShare: amount.meta({
    description: 'the patient’s part by the HMO’s decision, and what was billed to the patient',
  }),
  patientOwes: amount.meta({ description: 'what is left of the share after receipts' }),
}
const otherCurrencyClaimIds = z
  .array(id)
  .meta({ description: 'claims with procedures of the visit in another currency: not in these figures' })
const visitBalanceView = z.object({ ...totals, otherCurrencyClaimIds }).meta({ id: 'VisitBalance' })

const visit = z
  .object({
    visitId: id,
    externalId: z.string(),
    version: z.int(),
    patientId: id,
    clinicId: id,
    practitionerId: id,
    visitedOn: day,
    status: z.enum(['planned', 'completed', 'cancelled']),
    diagnoses: z.array(z.object({ system: z.string(), code: z.string() })),
    receipts: amount,
    currency: z.string(),
    details: visitDetailsView,
    billingPractitionerId: id.nullable(),
    procedures: z.array(
      z.object({
        procedureId: id,
        externalId: z.string(),
        code: z.string(),
        tooth: z.string().nullable(),
        surfaces: z.string().nullable(),
        area: z.string().nullable(),
        quantity: z.int(),
        fee: amount,
        details: serviceDetailsView,
        claims: z.array(
          z.object({
            claimId: id,
            claimNumber: z.string(),
            status: z.enum(SHOWN_STATUSES),
            lineNumber: z.int(),
            amount: amount.meta({ description: 'claimed, in the claim’s currency' }),
          }),
        ),
      }),
    ),
    balance: visitBalanceView,
  })
  .meta({ id: 'Visit' })

export const visitRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/visits/{visit}',
    tag: 'visits',
    summary: 'One visit with its procedures, receipts and balance',
    description:
      '`visit` is the hub’s id or the practice app’s external id. The balance falls by what the HMO paid and what is contractual; only the patient’s part and what was billed to the patient is in `patientOwes`.',
    roles: ROLES.read,
    params: z.object({ visit: externalId }),
    response: visit,
    handler: ({ organisationId, params, deps }) =>
      deps.databases.within(organisationId, async (tx) => {
        const found = await visitOf(tx, organisationId, params.visit)
        const balance = found === null ? null : await visitBalance(tx, organisationId, found.visitId)
        if (found === null || balance === null) throw notFound('visit')
        const { visitId: _ofVisit, ...figures } = balance
        return { ...found, balance: figures }
      }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/patients/{patient}/balance',
    tag: 'visits',
    summary: 'What a patient owes, over all completed visits and claims without a visit',
    description:
      '`patient` is the hub’s id or the practice app’s external id. One total per currency, never a sum of two. A cancelled visit is there as long as a provider’s money or ' +
      'a receipt stands on it; `claims` are those that were imported without a procedure of the practice app.',
    roles: ROLES.read,
    params: z.object({ patient: externalId }),
    response: z.object({
      patientId: id,
      totals: z.array(z.object(totals)),
      visits: z.array(visitBalanceView.extend({ visitId: id, externalId: z.string(), visitedOn: day })),
      claims: z.array(z.object({ ...totals, claimId: id, claimNumber: z.string(), serviceFrom: day })),
    }),
    handler: ({ organisationId, params, deps }) =>
      deps.databases.within(organisationId, async (tx) => {
        const patient = await patientOf(tx, organisationId, params.patient)
        if (patient === null) throw notFound('patient')
        const named = await owedVisits(tx, organisationId, patient.patientId)
        const ids = named.map(({ visitId }) => visitId)
        const balances = await visitBalances(tx, organisationId, ids)
        const byVisit = new Map(balances.map((balance) => [balance.visitId, balance]))
        const visits = named.flatMap((each) => {
          const balance = byVisit.get(each.visitId)
          return balance === undefined ? [] : [{ ...each, ...balance }]
        })
        const claims = await unvisitedClaims(tx, organisationId, patient.patientId)
        const totals = totalsByCurrency([...balances, ...claims])
        return { patientId: patient.patientId, totals, visits, claims }
      }),
  }),
]
