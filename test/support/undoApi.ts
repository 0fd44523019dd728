import { expect } from 'vitest'
import { type Answered, type ClaimsApi, startClaimsApi } from './claimsApi.ts'
import { type Seeded, seedClaims } from './claimsSeed.ts'
import { type TestDatabase, testDatabase } from './database.ts'

export interface UndoApi {
  api: ClaimsApi
  db: TestDatabase
  seeded: Seeded
  /** A claim of one line of 160,000 (cleaning), submitted; with a filling, also one of 250,000. */
  submitted(names?: (keyof Seeded['procedures'])[]): Promise<string>
  claim(claimId: string): Promise<Answered['body']>
  say(claimId: string, body: Record<string, unknown>): Promise<Answered>
  pay(claimId: string, amount: number, more?: Record<string, unknown>): Promise<Answered>
  settle(claimId: string, action: string, lineNumber?: number): Promise<Answered>
  events(claimId: string): Promise<Answered['body'][]>
  /** Undoes the last event of a type that is not undone yet. */
  undo(claimId: string, type: string): Promise<Answered>
  ledger(claimId: string): Promise<Answered['body'][]>
  post(path: string, body: Record<string, unknown>): Promise<Answered>
  close(): Promise<void>
}

/** The API with one practice, and the acts of a person whom the tests of undoing play. */
export async function startUndoApi(): Promise<UndoApi> {
  const db = await testDatabase()
  const seeded = await seedClaims(db.owner, db.organisationId)
  const api = await startClaimsApi(db)
  const post = (path: string, body: Record<string, unknown>) => api.call('POST', path, body)
  const events = async (claimId: string) => {
    const { entries } = (await api.call('GET', `/v1/claims/${claimId}/timeline`)).body
    return entries.filter((entry: { kind: string }) => entry.kind === 'event')
  }
  return {
    api,
    db,
    seeded,
    post,
    events,
    submitted: async (names = ['cleaning']) => {
      const made = await post('/v1/claims', {
        patientId: seeded.patientId,
        providerId: 'harbor-health',
        lines: names.map((name) => ({ procedureId: seeded.procedures[name] })),
        overrideDuplicate: { reason: 'the same again' },
      })
      expect(made.status, JSON.stringify(made.body)).toBe(201)
      const { claimId } = made.body
      const sent = await api.call('POST', `/v1/claims/${claimId}/submit`)
      expect(sent.status, JSON.stringify(sent.body)).toBe(200)
      return claimId
    },
    claim: async (claimId) => (await api.call('GET', `/v1/claims/${claimId}`)).body,
    say: (claimId, body) =>
      post(`/v1/claims/${claimId}/status`, {
        channel: 'phone',
        saidBy: 'Ms. Santos',
        saidOn: '2026-03-20',
        reason: 'as they say',
        ...body,
      }),
    pay: (claimId, amount, more = {}) =>
      post(`/v1/claims/${claimId}/payments`, { amount, currency: 'PHP', paidOn: '2026-03-20', ...more }),
    settle: (claimId, action, lineNumber = 1) =>
      post(`/v1/claims/${claimId}/lines/${lineNumber}/settlement`, { action, reason: 'decided' }),
    undo: async (claimId, type) => {
      const done = (await events(claimId)).filter(
        (event: Answered['body']) => event.type === type && event.undoneBy === null,
      )
      const eventId = done.at(-1)?.eventId
      return post(`/v1/claims/${claimId}/events/${eventId}/undo`, { reason: 'keyed by mistake' })
    },
    ledger: async (claimId) => (await api.call('GET', `/v1/claims/${claimId}/ledger`)).body.entries,
    close: async () => {
      await api.close()
      await db.close()
    },
  }
}
