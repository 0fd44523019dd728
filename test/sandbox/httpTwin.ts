import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { BatchContext, Notice } from '../../adapters/contract.ts'
import type { HarborSettings } from '../../adapters/providers/harbor-health/declaration.ts'
import { harborHealth } from '../../adapters/providers/harbor-health/index.ts'
import { httpTransport } from '../../adapters/transports/http/index.ts'
import type { CollectedDocument, Sent } from '../../adapters/transports/transport.ts'
import type { Submission } from '../../domain/claim.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Faults } from '../../sandbox/faults.ts'
import { type HttpHmo, startHttpHmo } from '../../sandbox/httpHmo/main.ts'
import { options, sessionTo } from '../adapters/http/session.ts'

export interface SteppedClock extends Clock {
  advanceDays(days: number): void
  /** Lets time pass and waits until the twin has done all that is due then. */
  passDays(days: number): Promise<void>
}

/** A business clock that the test moves; what waits for it wakes at once (10 ms) and looks. */
export function steppedClock(start = '2026-11-24T00:00:00.000Z'): SteppedClock {
  let now = Date.parse(start)
  let looks = 0
  /**
   * Until when the twin sleeps, and its look at the clock before that; null when it waits for
   * nothing.
   */
  let sleep: { until: number; look: number } | null = null
  /**
   * A turn of the twin looks at the clock, does what is due, and goes to sleep again unless nothing
   * is left.
   */
  const turnOver = (look: number) => {
    if (sleep !== null && sleep.until <= now && sleep.look < look) sleep = null
  }
  return {
    scale: 1,
    now: () => {
      looks += 1
      setImmediate(turnOver, looks)
      return new Date(now)
    },
    realMsUntil: (instant) => {
      sleep = { until: instant.getTime(), look: looks }
      return instant.getTime() <= now ? 0 : 10
    },
    advanceDays(days) {
      now += days * 86_400_000
    },
    async passDays(days) {
      now += days * 86_400_000
      await until(
        () => sleep,
        (sleeping) => sleeping === null || sleeping.until > now,
      )
    },
  }
}

/** Faults that strike in the order of a list, each name once per entry. */
export function scripted(...names: string[]): Faults & { left: string[] } {
  const left = [...names]
  return {
    left,
    next(name) {
      const at = left.indexOf(name)
      if (at < 0) return false
      left.splice(at, 1)
      return true
    },
  }
}

/** The twin in a folder of its own, and the product's adapter and transport on its line. */
export async function twinLine(settings: {
  clock: Clock
  faults?: Faults
  pushUrl?: string
  requestTimeoutMs?: number
}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'claimhub-http-twin-'))
  const start = (port: number) =>
    startHttpHmo({
      port,
      folder,
      clock: settings.clock,
      ...(settings.faults ? { faults: settings.faults } : {}),
      ...(settings.pushUrl ? { pushUrl: settings.pushUrl } : {}),
    })
  let twin = await start(0)
  const session = sessionTo(twin.port, {
    auth: 'oauth2-client-credentials',
    secrets: twin.connection.secrets,
    over: { ...twin.connection.endpoint, requestTimeoutMs: settings.requestTimeoutMs ?? 2_000 },
  })
  const ctx: BatchContext<HarborSettings> = {
    settings: twin.connection.settings,
    mode: 'test',
    currency: 'PHP',
    now: '2026-11-24T00:00:00.000Z',
    zone: 'Asia/Manila',
    attachment: () => new Uint8Array([1, 2, 3]),
    interchangeId: 'i-1',
    controlNumber: 1,
  }
  return {
    folder,
    ctx,
    connection: twin.connection,
    ...productOn(session, ctx),
    async control(): Promise<{
      effects: number
      duplicates: number
      refused: number
      unpushed: number
      underway: number
      claims: { fate: string; said: string[]; paid: number; claimNumber: string }[]
    }> {
      return (await fetch(`http://127.0.0.1:${twin.port}/control`)).json() as never
    },
    /** A POST whose body does not end: the HMO works on its key until `end`. */
    halfRequest(key: string): { begun: Promise<void>; end(): void } {
      const end = new AbortController()
      const begun = openPost(twin, key, end.signal)
      return { begun, end: () => end.abort() }
    },
    async pushTo(pushUrl: string) {
      await fetch(`http://127.0.0.1:${twin.port}/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ pushUrl }),
      })
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

/** What the product does over the line: sends, reads answers, asks and collects. */
function productOn(session: ReturnType<typeof sessionTo>, ctx: BatchContext<HarborSettings>) {
  return {
    async send(submission: Submission, key: string): Promise<Sent> {
      const part = await harborHealth.encode(submission, ctx)
      const [message] = await harborHealth.assemble([part], ctx)
      if (!message) throw new Error('nothing to send')
      return httpTransport.send(message, session, options(key))
    },
    readAnswer: (sent: Sent) => (sent.kind === 'answered' ? harborHealth.readAnswer(sent.answer, ctx) : sent),
    async ask(submission: Submission): Promise<Notice[]> {
      const [message] = (await harborHealth.ask?.([{ submission, references: [] }], ctx)) ?? []
      if (!message) throw new Error('nothing to ask')
      const sent = await httpTransport.send(message, session, options('inquiry'))
      if (sent.kind !== 'answered') throw new Error(`the inquiry is ${sent.kind}`)
      return harborHealth.decode(sent.answer, ctx)
    },
    async collect(
      cursor: string | null,
    ): Promise<{ cursor: string | null; found: CollectedDocument[]; notices: Notice[] }> {
      const found: CollectedDocument[] = []
      const result = await httpTransport.collect(
        harborHealth,
        { cursor, ctx },
        session,
        async (each) => void found.push(each),
      )
      const notices = await Promise.all(found.map((each) => harborHealth.decode(each.message, ctx)))
      return { ...result, found, notices: notices.flat() }
    },
  }
}

async function openPost(twin: HttpHmo, key: string, signal: AbortSignal): Promise<void> {
  const { tokenUrl, baseUrl } = twin.connection.endpoint
  const { clientId, clientSecret } = twin.connection.secrets
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  const answer = await fetch(tokenUrl, { method: 'POST', headers: { authorization: `Basic ${basic}` }, body })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': key, 'content-length': '1000' }
  const open = request(`${baseUrl}/Claim`, { method: 'POST', headers, signal })
  open.on('error', () => undefined)
  await new Promise<void>((resolve) => open.write('{', () => resolve()))
}

/** Waits until something holds; fails after half a minute with what it saw last. */
export async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const end = Date.now() + 30_000
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (Date.now() > end) throw new Error(`it never held; last seen: ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
