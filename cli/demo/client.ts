import { randomUUID } from 'node:crypto'

/** The parts of the API's answers that the guide looks at. Amounts in minor units. */
export interface ClaimShown {
  claimId: string
  claimNumber: string
  status: string
  paymentStatus: string
  rejectedAt: string | null
  closed: string | null
  attention: boolean
  waitingFor: string | null
  delivery: string | null
  connectionId: string
  submissions: { submissionNumber: string; purpose: string; delivery: string }[]
  total: number
  currency: string
  lines: { lineNumber: number; visitId: string | null; code: string; amount: number; decision: string | null }[]
  references: { type: string; value: string }[]
  firstClaim: { claimId: string } | null
  balances: Record<string, number | string>
}

export interface PublicApi {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  patch<T>(path: string, body: unknown): Promise<T>
  upload(path: string, mediaType: string, bytes: Uint8Array): Promise<void>
  download(path: string): Promise<Uint8Array>
  claim(claimId: string): Promise<ClaimShown>
}

/** An answer that was not 2xx: the problem's type word and sentence. */
export class ApiProblem extends Error {
  readonly type: string
  readonly status: number
  constructor(
    method: string,
    path: string,
    status: number,
    problem: { type?: string; title?: string; detail?: string; errors?: unknown },
  ) {
    super(
      `${method} ${path}: ${status} ${problem.type ?? ''} ${problem.detail ?? problem.title ?? ''} ${problem.errors ? JSON.stringify(problem.errors) : ''}`,
    )
    this.type = problem.type?.split('/').at(-1) ?? ''
    this.status = status
  }
}

/** Between two tries of a call that was answered 503, or not at all. */
const AGAIN_MS = 500

/**
 * The practice app's side: everything goes through the public API. A 503 is waited out, as any
 * client would, for about so many seconds.
 */
export function publicApi(base: string, key: string, patienceSeconds = 30): PublicApi {
  async function call<T>(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer<ArrayBuffer>,
  ): Promise<T> {
    const more: Record<string, string> = method !== 'GET' ? { 'idempotency-key': randomUUID() } : {}
    return read<T>(method, path, await answered(method, path, { ...headers, ...more }, body))
  }

  async function answered(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer<ArrayBuffer>,
  ): Promise<Response> {
    for (let patience = (patienceSeconds * 1_000) / AGAIN_MS; ; patience -= 1) {
      const answer = await attempt(method, path, headers, body)
      if (answer !== null && answer.status !== 503) return answer
      if (patience <= 0) throw new Error(`${method} ${path}: the API does not answer`)
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }

  async function attempt(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer<ArrayBuffer>,
  ): Promise<Response | null> {
    try {
      return await fetch(`${base}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...headers },
        ...(body === undefined ? {} : { body }),
      })
    } catch {
      return null
    }
  }

  return {
    get: (path) => call('GET', path, {}),
    post: (path, body = {}) => call('POST', path, { 'content-type': 'application/json' }, JSON.stringify(body)),
    patch: (path, body) => call('PATCH', path, { 'content-type': 'application/json' }, JSON.stringify(body)),
    upload: (path, mediaType, bytes) => call('POST', path, { 'content-type': mediaType }, Buffer.from(bytes)),
    download: async (path) => {
      const answer = await answered('GET', path, {})
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : read<never>('GET', path, answer)
    },
    claim: (claimId) => call('GET', `/v1/claims/${claimId}`, {}),
  }
}

async function read<T>(method: string, path: string, answer: Response): Promise<T> {
  const text = await answer.text()
  const value = text === '' ? {} : JSON.parse(text)
  if (!answer.ok) throw new ApiProblem(method, path, answer.status, value)
  return value as T
}
