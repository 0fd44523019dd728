import type { Deployment } from '../deployment.ts'

/** How often each status was answered. */
export type Answers = Record<string, number>

const EVERY_MS = 500
const PATIENCE_MS = 30_000
/** A list that needs Postgres, and the readiness that needs Temporal too. */
const PATHS = ['/readyz', '/v1/claims?limit=1']

/** Asks every API again and again until it is stopped; answers how they have answered. */
export function askAllTheTime({ apiUrls, stack }: Deployment): { stop(): Promise<Answers> } {
  const answers: Answers = {}
  let over = false
  const headers = { authorization: `Bearer ${stack.state.apiKey}` }
  const asking = apiUrls.flatMap((url) =>
    PATHS.map(async (path) => {
      while (!over) {
        const status = await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(PATIENCE_MS) }).then(
          (answer) => answer.status,
          () => 0,
        )
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
