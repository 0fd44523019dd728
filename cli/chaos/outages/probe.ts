import { randomUUID } from 'node:crypto'
import type { Deployment } from '../deployment.ts'

/** How often each status was answered. */
export type Answers = Record<string, number>

const EVERY_MS = 500
const PATIENCE_MS = 30_000

/** A list that needs Postgres, the readiness that needs Temporal too, and a row that is written. */
const ASKED: readonly { path: string; body?: (version: number) => object }[] = [
  { path: '/readyz' },
  { path: '/v1/claims?limit=1' },
  {
    path: '/v1/clinics/clinic-of-the-probe',
    body: (version) => ({
      ...{ name: 'Probe', externalId: 'clinic-of-the-probe', version, zone: 'UTC' },
      address: { line1: '1 Ayala Avenue', city: 'Makati', country: 'PH' },
    }),
  },
]

/** Asks every API again and again until it is stopped; answers how they have answered. */
export function askAllTheTime({ apiUrls, stack }: Deployment): { stop(): Promise<Answers> } {
  const answers: Answers = {}
  let over = false
  const ask = async (url: string, { path, body }: (typeof ASKED)[number]): Promise<number> => {
    const headers: Record<string, string> = { authorization: `Bearer ${stack.state.apiKey}` }
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const write = body && {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(body(Date.now())),
    }
    return (await fetch(`${url}${path}`, { headers, signal, ...write })).status
  }
  const asking = apiUrls.flatMap((url) =>
    ASKED.map(async (asked) => {
      while (!over) {
        const status = await ask(url, asked).catch(() => 0)
        answers[status] = (answers[status] ?? 0) + 1
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
      }
    }),
  )
  return {
    stop: async () => {
      over = true
      await Promise.all(asking)
      return answers
    },
  }
}
