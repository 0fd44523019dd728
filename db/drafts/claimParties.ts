import type { Tx } from '../connect.ts'
import { type Refused, refused } from '../refused.ts'

/** A connection as drafting needs it. */
export interface DraftConnection {
  kind: 'connected'
  id: string
  providerId: string
  adapterId: string
  currency: string
  mode: 'test' | 'production'
  filingLimitDays: number
}

export interface ConnectionRequest {
  organisationId: string
  providerId: string
  /** Null: production where there is one, else test. */
  mode: 'test' | 'production' | null
  /** The adapter's own limit, for a connection that sets none. */
  filingLimitDays(adapterId: string): number
}

/**
 * The organisation's enabled connection with the provider; production first unless a mode is asked
 * for.
 */
export async function connectionOf(
  tx: Tx,
  { organisationId, providerId, mode, filingLimitDays }: ConnectionRequest,
): Promise<DraftConnection | Refused> {
  const provider = await tx.selectFrom('providers').select('adapter_id').where('id', '=', providerId).executeTakeFirst()
  if (provider === undefined) return refused('unknown-provider', `there is no provider ${providerId}`)
  let query = tx
    .selectFrom('connections')
    .select(['id', 'currency', 'mode', 'deadlines'])
    .where('organisation_id', '=', organisationId)
    .where('provider_id', '=', providerId)
    .where('enabled', '=', true)
    .orderBy('mode')
  if (mode !== null) query = query.where('mode', '=', mode)
  const row = await query.limit(1).executeTakeFirst()
  if (row === undefined) {
    return refused(
      'no-connection',
      `the organisation has no enabled ${mode === null ? '' : `${mode} `}connection with ${providerId}`,
    )
  }
  const own = row.deadlines.filingLimitDays
  return {
    kind: 'connected',
    id: row.id,
    providerId,
    adapterId: provider.adapter_id,
    currency: row.currency,
    mode: row.mode,
    filingLimitDays: typeof own === 'number' ? own : filingLimitDays(provider.adapter_id),
  }
}

/**
 * Locks the patient's row: two drafts for one patient go one after the other, so the second sees
 * the first. False: no such patient.
 */
export async function lockPatient(tx: Tx, organisationId: string, patientId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('patients')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', patientId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/** The enrolment that a claim is made under. */
export interface Enrolled {
  kind: 'enrolled'
  id: string
  plan: string | null
  priority: 'primary' | 'secondary'
}

function enrolled({ id, plan, priority }: Omit<Enrolled, 'kind'>): Enrolled {
  return { kind: 'enrolled', id, plan, priority }
}

/**
 * The enrolment that is asked for, else the one that holds on the first service date, primary
 * first.
 */
export async function enrolmentOf(
  tx: Tx,
  organisationId: string,
  request: { patientId: string; providerId: string; enrolmentId: string | null; ticked: { procedureId: string }[] },
  serviceDay: string | null,
): Promise<Enrolled | Refused> {
  const rows = await tx
    .selectFrom('enrolments')
    .select(['id', 'plan', 'priority', 'valid_from', 'valid_to'])
    .where('organisation_id', '=', organisationId)
    .where('patient_id', '=', request.patientId)
    .where('provider_id', '=', request.providerId)
    .orderBy('priority')
    .orderBy('valid_from', 'desc')
    .execute()
  if (rows.length === 0) return refused('not-enrolled', `the patient is not enrolled with ${request.providerId}`)
  if (request.enrolmentId !== null) {
    const asked = rows.find((row) => row.id === request.enrolmentId)
    if (asked !== undefined) return enrolled(asked)
    return refused('not-enrolled', `the patient has no enrolment ${request.enrolmentId} with ${request.providerId}`)
  }
  const day = serviceDay ?? (await firstDay(tx, organisationId, request.ticked))
  const holding = rows.find(
    (row) => day === null || (row.valid_from <= day && (row.valid_to === null || day <= row.valid_to)),
  )
  if (holding !== undefined) return enrolled(holding)
  return refused('not-enrolled', `the patient was not enrolled with ${request.providerId} on the service date ${day}`)
}

async function firstDay(tx: Tx, organisationId: string, ticked: { procedureId: string }[]): Promise<string | null> {
  if (ticked.length === 0) return null
  const row = await tx
    .selectFrom('visit_procedures as q')
    .innerJoin('visits as v', (join) =>
      join.onRef('v.organisation_id', '=', 'q.organisation_id').onRef('v.id', '=', 'q.visit_id'),
    )
    .select((eb) => eb.fn.min('v.visited_on').as('day'))
    .where('q.organisation_id', '=', organisationId)
    .where(
      'q.id',
      'in',
      ticked.map((tick) => tick.procedureId),
    )
    .executeTakeFirst()
  return row?.day ?? null
}
