import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROUTES } from '../../../api/routes/all.ts'
import { newId } from '../../../platform/ids.ts'
import type { ClaimWorkflows } from '../../../workflows/client/claimWorkflows.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, startApi, wordOf } from '../harness.ts'

let db: TestDatabase
let api: Api
/** Transactions of the application that were open while Temporal was asked. */
let open: number[] = []
beforeAll(async () => {
  db = await testDatabase()
  const reachable = async () => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and usename = 'claimhub_app' and xact_start is not null`.execute(db.owner)
    open.push(rows[0]?.n ?? -1)
    return false
  }
  api = await startApi(db, { workflows: { reachable } as ClaimWorkflows })
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const heard = { channel: 'phone', saidBy: 'Ms Cruz' }
/** What each act needs to be asked; the acts are on nothing that exists. */
const BODIES: Record<string, unknown> = {
  '/v1/claims/import': {
    patientId: newId(),
    providerId: 'harbor-health',
    clinicId: newId(),
    practitionerId: newId(),
    currency: 'PHP',
    lines: [{ code: 'D0120', serviceDate: '2026-03-10', amount: 100 }],
    status: 'SUBMITTED',
    submittedAt: '2026-03-19T08:00:00Z',
  },
  '/v1/claims/{claimId}/arrival': { arrived: true, ...heard, reason: 'asked' },
  '/v1/claims/{claimId}/cancel': { reason: 'asked' },
  '/v1/claims/{claimId}/events/{eventId}/undo': { reason: 'keyed by mistake' },
  '/v1/claims/{claimId}/filed': { filedOn: '2026-03-19', channel: 'portal' },
  '/v1/claims/{claimId}/lines/{lineNumber}/settlement': { action: 'write_off', reason: 'small' },
  '/v1/claims/{claimId}/overpayment': { action: 'refund', amount: 100, currency: 'PHP', reason: 'given back' },
  '/v1/claims/{claimId}/payments': { amount: 100, currency: 'PHP', paidOn: '2026-03-19' },
  '/v1/claims/{claimId}/packet/filed': { filedOn: '2026-03-19', channel: 'portal' },
  '/v1/claims/{claimId}/send-now': undefined,
  '/v1/claims/{claimId}/settlement': { action: 'write_off', reason: 'small' },
  '/v1/claims/{claimId}/status': { status: 'IN_REVIEW', ...heard, saidOn: '2026-03-19' },
  '/v1/claims/{claimId}/supplements': undefined,
  '/v1/connections/{connectionId}/batches/{interchangeId}/send': undefined,
  '/v1/remittances/{remittanceId}/merge': { keep: 'this', reason: 'the same' },
  '/v1/remittances/{remittanceId}/other-money': { reason: 'two checks' },
  '/v1/remittances/{remittanceId}/release': { reason: 'found' },
  '/v1/remittances/{remittanceId}/void': { reason: 'posted twice' },
  '/v1/suspense/{remittanceId}/{sequence}/allocation': { claimId: newId(), reason: 'found' },
}
/**
 * Its message starts the workflow; nothing but an audit row is stored before, and no row is locked.
 */
const ASKS_NOBODY = ['/v1/claims/{claimId}/submit']

it('lists every act that needs Temporal', () => {
  const needing = ROUTES.filter(({ problems }) => problems?.includes('temporal-unavailable')).map(({ path }) => path)
  expect(needing.toSorted()).toEqual([...Object.keys(BODIES), ...ASKS_NOBODY].toSorted())
})

it.each(Object.entries(BODIES))(
  '%s asks Temporal before a transaction is open, and stores nothing',
  async (path, json) => {
    open = []
    const address = path.replaceAll(/\{(lineNumber|sequence)\}/g, '1').replaceAll(/\{\w+\}/g, newId())
    const answer = await api.call('POST', address, { json })
    expect([answer.status, wordOf(answer)]).toEqual([503, 'temporal-unavailable'])
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(open).toEqual([0])
  },
)
