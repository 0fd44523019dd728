import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Agent, request } from 'undici'
import type { BatchContext, Notice } from '../../adapters/contract.ts'
import { gulfDental } from '../../adapters/providers/gulf-dental/index.ts'
import type { GulfSettings } from '../../adapters/providers/gulf-dental/settings.ts'
import { httpTransport } from '../../adapters/transports/http/index.ts'
import type { CollectedDocument, Sent } from '../../adapters/transports/transport.ts'
import type { Submission } from '../../domain/claim.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Faults } from '../../sandbox/faults.ts'
import { startXmlHmo } from '../../sandbox/xmlHmo/main.ts'
import { options, sessionTo } from '../adapters/http/session.ts'

const CLAIM = path.join(import.meta.dirname, '../../adapters/providers/gulf-dental/fixtures/claim.json')

/** A crown and a filling of a member whose first letters choose what the HMO does. */
export function claimOf(scenario: string, over: Partial<Submission> = {}): Submission {
  const { submission } = JSON.parse(readFileSync(CLAIM, 'utf8')) as { submission: Submission }
  return { ...submission, enrolment: { ...submission.enrolment, memberId: `${scenario}-300001` }, ...over }
}

/** The twin in a folder of its own, and the product's adapter and transport on its line. */
export async function twinLine(settings: { clock: Clock; faults?: Faults }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'claimhub-xml-twin-'))
  const start = (port: number) => startXmlHmo({ port, folder, ...settings })
  let twin = await start(0)
  const session = sessionTo(twin.port, {
    auth: 'basic',
    secrets: twin.connection.secrets,
    over: { ...twin.connection.endpoint, requestTimeoutMs: 1_000 },
  })
  const ctx: BatchContext<GulfSettings> = {
    settings: twin.connection.settings,
    mode: 'production',
    currency: 'AED',
    now: '2026-11-24T00:00:00.000Z',
    zone: 'Asia/Dubai',
    attachment: () => new Uint8Array([1, 2, 3]),
    interchangeId: 'i-1',
    controlNumber: 1,
  }
  /** By a connection of its own: a kept one would be closed by a restart. */
  const control = async (init?: object): Promise<unknown> => {
    const agent = new Agent({ connect: { ca: twin.connection.endpoint.caCertificate } })
    const answered = await request(`https://127.0.0.1:${twin.port}/control`, { dispatcher: agent, ...init })
    const shown = await answered.body.json()
    await agent.close()
    return shown
  }
  return {
    folder,
    session,
    connection: twin.connection,
    async send(submission: Submission): Promise<Sent> {
      const [message] = await gulfDental.assemble([await gulfDental.encode(submission, ctx)], ctx)
      if (!message) throw new Error('nothing to send')
      return httpTransport.send(message, session, options('key'))
    },
    readAnswer: (sent: Sent) => (sent.kind === 'answered' ? gulfDental.readAnswer(sent.answer, ctx) : sent),
    /** What the search says of a submission: the fact, or how the inquiry failed. */
    async ask(submission: Submission): Promise<string> {
      const [message] = (await gulfDental.ask?.([{ submission, references: [] }], ctx)) ?? []
      if (!message) throw new Error('nothing to ask')
      const sent = await httpTransport.send(message, session, options('inquiry'))
      if (sent.kind !== 'answered') return sent.kind
      const [notice] = await gulfDental.decode(sent.answer, ctx)
      return notice?.kind === 'claim' ? notice.fact.type : 'nothing'
    },
    async collect(found: CollectedDocument[] = []): Promise<{ found: CollectedDocument[]; notices: Notice[] }> {
      await httpTransport.collect(gulfDental, { cursor: null, ctx }, session, async (each) => void found.push(each))
      const notices = await Promise.all(found.map((each) => gulfDental.decode(each.message, ctx)))
      return { found, notices: notices.flat() }
    },
    async control(): Promise<{
      effects: number
      duplicates: number
      refused: number
      undelivered: number
      claims: { submissionNumber: string; fate: string; said: string[]; paid: number; claimNumber: string }[]
    }> {
      return (await control()) as never
    },
    async authorise(authorisation: object) {
      const headers = { 'content-type': 'application/json' }
      await control({ method: 'POST', headers, body: JSON.stringify({ authorisation }) })
    },
    /** As after a kill: the process is gone, the folder stays. */
    async restart() {
      await twin.stop()
      twin = await start(twin.port)
    },
    async stop() {
      await twin.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
