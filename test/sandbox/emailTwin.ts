import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { BatchContext, Notice } from '../../adapters/contract.ts'
import { visayasHealth } from '../../adapters/providers/visayas-health/index.ts'
import type { VisayasSettings } from '../../adapters/providers/visayas-health/settings.ts'
import { emailTransport } from '../../adapters/transports/email/index.ts'
import type { CollectedDocument, Sent, Session } from '../../adapters/transports/transport.ts'
import type { Submission } from '../../domain/claim.ts'
import type { Clock } from '../../platform/clock.ts'
import { readEffects } from '../../sandbox/effectLedger.ts'
import { startEmailHmo } from '../../sandbox/emailHmo/main.ts'
import type { Faults } from '../../sandbox/faults.ts'
import { sampleSubmission } from '../adapters/fhir/sampleSubmission.ts'
import { TWIN_ADDRESSES } from '../support/addresses.ts'

/** The twin in a folder of its own, and the product's adapter and transport on its line. */
export async function emailLine({ clock, faults }: { clock: Clock; faults?: Faults }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'claimhub-email-twin-'))
  const start = (ports: number[]) => startEmailHmo({ ports, folder, clock, ...(faults ? { faults } : {}) })
  let twin = await start([0, 0])
  let controlNumber = 100
  let cursor: string | null = null
  const session = (): Session<never> => ({
    connectionId: 'c-1',
    endpoint: emailTransport.endpoint.parse(twin.connection.endpoint) as never,
    secrets: twin.connection.secrets,
    auth: 'password',
    addresses: TWIN_ADDRESSES,
    signal: new AbortController().signal,
    heartbeat: () => undefined,
  })
  const context = (attachment: Uint8Array = new Uint8Array(100).fill(7)): BatchContext<VisayasSettings> => ({
    settings: twin.connection.settings,
    mode: 'production',
    currency: 'PHP',
    now: clock.now().toISOString(),
    zone: 'Asia/Manila',
    attachment: () => attachment,
    interchangeId: `0190a000-0000-7000-8000-${String(controlNumber).padStart(12, '0')}`,
    controlNumber,
  })
  return {
    clinicMails: () => twin.connection.endpoint.imap.port,
    async send(submissions: Submission[], attachment?: Uint8Array): Promise<Sent[]> {
      controlNumber += 1
      const ctx = context(attachment)
      const parts = await Promise.all(submissions.map((submission) => visayasHealth.encode(submission, ctx)))
      const sent: Sent[] = []
      for (const message of await visayasHealth.assemble(parts, ctx))
        sent.push(await emailTransport.send(message, session(), { idempotencyKey: 'k', mark: async () => undefined }))
      return sent
    },
    /** What has come since the last time, document by document. */
    async news(): Promise<Notice[]> {
      const found: CollectedDocument[] = []
      const result = await emailTransport.collect(
        visayasHealth as never,
        { cursor, ctx: context() },
        session(),
        async (each) => void found.push(each),
      )
      cursor = result.cursor
      const notices: Notice[] = []
      for (const { message } of found) notices.push(...(await visayasHealth.decode(message, context())))
      return notices
    },
    check: () => emailTransport.check(session()),
    ledger: () => readEffects(path.join(folder, 'effects.jsonl')),
    async restart() {
      const { smtp, imap } = twin.connection.endpoint
      await twin.stop()
      twin = await start([smtp.port, imap.port])
    },
    async stop() {
      await twin.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A claim of a member whose id says what becomes of it. */
export function claimOf(scenario: string, number: string, change: Partial<Submission> = {}): Submission {
  const sample = sampleSubmission()
  return sampleSubmission({
    submissionNumber: number,
    enrolment: { ...sample.enrolment, memberId: `${scenario}-100200` },
    ...change,
  })
}
