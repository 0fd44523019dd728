import { randomUUID } from 'node:crypto'
import { readMail } from '../../adapters/formats/mail/read.ts'
import { adapterOf } from '../../adapters/registry.ts'
import { transportOf } from '../../adapters/transports/index.ts'
import type { ApiDeps, InboxAddress } from '../../api/deps.ts'
import { newId } from '../../platform/ids.ts'
import { seal, secretsKey, unseal } from '../../platform/seal.ts'
import type { ClaimWorkflows } from '../../workflows/client/claimWorkflows.ts'
import { type ApiServer, serveApi } from '../support/apiServer.ts'
import type { TestDatabase } from '../support/database.ts'

/** Business time of the API's tests. */
export const NOW = new Date('2026-03-20T09:00:00Z')
/** The key that the tests' secrets are sealed with. */
export const SECRETS_KEY = Buffer.alloc(32, 7)
const KEYS = { current: secretsKey(SECRETS_KEY), others: [] }

export interface Answered {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
}

export interface Api extends ApiServer {
  /** Inboxes that were woken. */
  wokenInboxes: InboxAddress[]
  call(method: string, path: string, options?: CallOptions): Promise<Answered>
}

export interface CallOptions {
  /** An owner's key of the test organisation unless said otherwise; null: none. */
  key?: string | null
  json?: unknown
  raw?: string | Uint8Array
  headers?: Record<string, string>
  /** Without the Idempotency-Key that a POST gets otherwise. */
  keyless?: true
}

/**
 * The API over real HTTP, with the real adapters, transports and seals, at one business time.
 * Temporal is the caller's.
 */
export async function startApi(db: TestDatabase, other: Partial<ApiDeps> = {}): Promise<Api> {
  const woken: InboxAddress[] = []
  const served = await serveApi(db, NOW, {
    workflows: { reachable: async () => true } as ClaimWorkflows,
    wakeInbox: async (mailbox) => {
      woken.push(mailbox)
    },
    adapterOf,
    transportOf,
    readMail,
    seal: (row, secrets) => seal(KEYS, row, secrets),
    unseal: (row, sealed) => unseal(KEYS, row, sealed),
    ...other,
  })
  const { base, key } = served
  const owner = await key('owner')
  return {
    ...served,
    wokenInboxes: woken,
    call: async (method, path, { key: mine = owner, json, raw, headers = {}, keyless } = {}) => {
      const body = raw ?? (json === undefined ? undefined : JSON.stringify(json))
      const response = await fetch(base + path, {
        // fetch sends `patch` as it is written, and servers refuse that.
        method: method.toUpperCase(),
        headers: {
          ...(method.toUpperCase() === 'POST' && keyless === undefined ? { 'idempotency-key': randomUUID() } : {}),
          ...(mine === null ? {} : { authorization: `Bearer ${mine}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
      })
      const text = await response.text()
      const isJson = /json/.test(response.headers.get('content-type') ?? '')
      return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null }
    },
  }
}

/** Another organisation in the same database. */
export async function otherOrganisation(db: TestDatabase): Promise<string> {
  const id = newId()
  await db.owner.insertInto('organisations').values({ id, name: 'Other Dental', tooth_notation: 'universal' }).execute()
  return id
}

export async function seedProviders(db: TestDatabase): Promise<void> {
  await db.owner
    .insertInto('providers')
    .values([
      { id: 'harbor-health', adapter_id: 'harbor-health', name: 'Harbor Health' },
      { id: 'summit-dental', adapter_id: 'summit-dental', name: 'Summit Dental' },
    ])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The last word of a problem's type. */
export const wordOf = (answer: Answered): string => String(answer.body?.type).split('/').at(-1) ?? ''

/** What the practice app would sync, each valid; `n` tells them apart. */
export const items = {
  clinic: (n: number) => ({
    externalId: `clinic-${n}`,
    version: 1,
    name: 'Makati',
    address: { line1: '1 Ayala Avenue', city: 'Makati', country: 'PH' },
    zone: 'Asia/Manila',
  }),
  practitioner: (n: number) => ({ externalId: `dr-${n}`, version: 1, family: 'Reyes', given: 'Ana', licence: 'L-1' }),
  patient: (n: number) => ({
    externalId: `pat-${n}`,
    version: 1,
    family: "O'Brien",
    given: `Zöe ${n}`,
    birthDate: '1990-05-01',
    sex: 'female',
  }),
  enrolment: (n: number) => ({
    externalId: `enr-${n}`,
    version: 1,
    patientExternalId: `pat-${n}`,
    providerId: 'harbor-health',
    memberId: `PF-${n}`,
    relationship: 'self',
    validFrom: '2025-01-01',
  }),
  visit: (n: number) => ({
    externalId: `visit-${n}`,
    version: 1,
    patientExternalId: `pat-${n}`,
    clinicExternalId: 'clinic-1',
    practitionerExternalId: 'dr-1',
    visitedOn: '2026-03-10',
    status: 'completed',
    receipts: 5_000,
    currency: 'PHP',
    procedures: [
      { externalId: 'p1', code: 'D0120', fee: 80_000 },
      { externalId: 'p2', code: 'd2392', tooth: '14', surfaces: 'OM', fee: 250_000 },
    ],
  }),
}
