import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { cancelClaim } from '../../activities/claims/cancelClaim.ts'
import { openClaim } from '../../activities/claims/openClaim.ts'
import { recordNotices } from '../../activities/claims/recordNotices.ts'
import type { Deps } from '../../activities/deps.ts'
import type { ProviderAdapter } from '../../adapters/contract.ts'
import type { ProviderDeclaration } from '../../adapters/declaration.ts'
import type { ClaimWorkflows } from '../../workflows/client/claimWorkflows.ts'
import { type ApiServer, serveApi } from './apiServer.ts'
import { NOW } from './claimsSeed.ts'
import type { TestDatabase } from './database.ts'

/**
 * What an HMO of the claims' tests asks for: an X-ray and a LOA for crowns, a tooth for fillings.
 */
export const DECLARATION: ProviderDeclaration = {
  id: 'harbor-health',
  name: 'Harbor Health',
  transport: 'http',
  format: 'fhir',
  version: 1,
  settings: z.unknown(),
  auth: 'none',
  purposes: ['new', 'replacement'],
  delivery: {
    keyWindowHours: 24,
    lookup: true,
    lookupLagSeconds: 60,
    dedupes: true,
    acks: true,
    unknownPolicy: 'resend',
  },
  requirements: {
    attachments: [{ when: { codes: ['D2700-D2799'] }, kind: 'xray', per: 'tooth' }],
    authorisations: [],
    fields: [{ when: { codes: ['D2392'] }, field: 'surfaces' }],
  },
  deadlines: {
    ackDays: 3,
    decisionDays: 20,
    documentsDays: 10,
    paymentDays: 30,
    resubmissionDays: 30,
    filingLimitDays: 90,
    levelDays: 3,
    workingDays: false,
  },
  limits: { linesPerClaim: 50, messageBytes: 50_000_000, attachmentBytes: 5_000_000 },
  toothNotation: 'universal',
  batching: { claimsPerInterchange: 1 },
  diagnosisRequired: false,
}

/**
 * The claims' workflows without Temporal: the real activities, run at once. `mode` plays a missing
 * worker or an outage.
 */
export interface MemoryWorkflows extends ClaimWorkflows {
  mode: 'answered' | 'pending' | 'unavailable'
  woken: string[]
  /** Batches that were let go. */
  departed: string[]
}

export interface Answered {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
}

export interface ClaimsApi extends Pick<ApiServer, 'base' | 'key' | 'logged' | 'close'> {
  workflows: MemoryWorkflows
  declaration: ProviderDeclaration
  call(
    method: string,
    path: string,
    body?: unknown,
    options?: { key?: string; headers?: Record<string, string>; keyless?: true },
  ): Promise<Answered>
}

/** The API over real HTTP on a real database, at one business time. */
export async function startClaimsApi(db: TestDatabase): Promise<ClaimsApi> {
  const { settings, ...plain } = DECLARATION
  const declaration: ProviderDeclaration = { ...structuredClone(plain), settings }
  const clock = { scale: 1, now: () => NOW, realMsUntil: (at: Date) => Math.max(0, at.getTime() - NOW.getTime()) }
  // It writes whatever it is given: what a format refuses is another test's.
  const writes = { encode: () => ({ submissionNumber: '', content: null }), assemble: () => [] }
  const adapterOf = () => ({ declaration, ...writes }) as unknown as ProviderAdapter
  const workflows = memoryWorkflows({ databases: db.databases, clock, adapterOf })
  const { base, key, logged, close } = await serveApi(db, NOW, {
    workflows,
    wakeInbox: async () => undefined,
    adapterOf,
    transportOf: () => ({
      endpoint: z.unknown(),
      destinations: () => [],
      address: () => '',
      secrets: () => [],
      check: async () => [],
    }),
    readMail: async () => ({ kind: 'unreadable', because: 'no mail is read here' }),
    seal: () => Buffer.alloc(0),
    unseal: () => ({}),
  })
  const usual = await key('billing')
  return {
    workflows,
    declaration,
    base,
    key,
    call: async (method, path, body, options = {}) => {
      const raw = Buffer.isBuffer(body)
      const response = await fetch(base + path, {
        method,
        headers: {
          // As any good client does; a test that says nothing twice means nothing by it.
          ...(method === 'POST' && options.keyless === undefined ? { 'idempotency-key': randomUUID() } : {}),
          authorization: `Bearer ${options.key ?? usual}`,
          ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(body === undefined ? {} : { body: raw ? new Uint8Array(body) : JSON.stringify(body) }),
      })
      const bytes = Buffer.from(await response.arrayBuffer())
      const json = /json/.test(response.headers.get('content-type') ?? '')
      return { status: response.status, headers: response.headers, body: json ? JSON.parse(bytes.toString()) : bytes }
    },
    logged,
    close,
  }
}

function memoryWorkflows(parts: Pick<Deps, 'databases' | 'clock' | 'adapterOf'>): MemoryWorkflows {
  const deps = { ...parts, failpoint: () => undefined, timings: {} } as unknown as Deps
  const memory: MemoryWorkflows = {
    mode: 'answered',
    woken: [],
    departed: [],
    reachable: async () => memory.mode !== 'unavailable',
    submit: (claim) =>
      reach(async () => {
        const opened = await openClaim(deps, claim)
        if (opened.kind === 'refused') return { kind: 'refused', problems: opened.problems }
        return opened.submitted === null
          ? { kind: 'not_a_draft', status: opened.claim.status }
          : { kind: 'submitted', ...opened.submitted }
      }),
    recordActions: (claim, noticeIds) =>
      reach(async () => {
        const { status, effects } = await recordNotices(deps, claim, noticeIds)
        return { status, effects }
      }),
    cancel: (claim, noticeId) =>
      reach(async () => {
        const { claim: now } = await cancelClaim(deps, claim, noticeId)
        return { status: now.status, effects: now.effects }
      }),
    wake: (claim) =>
      reach(async () => {
        memory.woken.push(claim.claimId)
        return null
      }),
    dispatchNow: (batch) =>
      reach(async () => {
        memory.departed.push(batch.interchangeId)
        return null
      }),
  }
  const reach = async <T>(work: () => Promise<T>) => {
    if (memory.mode !== 'answered') return { kind: memory.mode }
    return { kind: 'answered' as const, result: await work() }
  }
  return memory
}
