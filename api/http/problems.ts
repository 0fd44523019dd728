import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Refused } from '../../db/refused.ts'
import { isUnavailable } from './isUnavailable.ts'
import { isProblemType, PROBLEMS, type ProblemType, problemUri } from './problemTypes.ts'

/**
 * What well-formed JSON is refused for: Postgres cannot store it, or it would reach our objects.
 */
export const HALF_TEXT = 'text must not hold NUL or half a character (a lone surrogate)'
export const PROTO_MEMBER = 'a member must not be named __proto__'
const OWN_REFUSALS = [HALF_TEXT, PROTO_MEMBER]

/**
 * A refusal on its way to the caller: thrown anywhere below a route, it rolls back the route's
 * transaction and becomes RFC 9457 problem details. `detail` is a sentence without patient data;
 * `more` are further members of the body.
 */
export class Problem extends Error {
  readonly type: ProblemType
  readonly more: Record<string, unknown>
  /** Sent with the answer (`Retry-After`, `Allow`). */
  readonly headers: Record<string, string>

  constructor(
    type: ProblemType,
    detail: string,
    more: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(detail)
    this.type = type
    this.more = more
    this.headers = headers
  }
}

/**
 * A refusal of the database layer as a problem: `throw refusal(refused)`. Its type must be in
 * problemTypes.ts.
 */
export function refusal(refused: Refused): Problem {
  if (!isProblemType(refused.type)) throw new Error(`the problem type ${refused.type} is not in problemTypes.ts`)
  return new Problem(refused.type, refused.detail, refused.more)
}

export const notFound = (what: string) => new Problem('not-found', `there is no such ${what}`)

/**
 * One thing that is wrong with a request: where (RFC 6901 pointer into the body, or `?name` of the
 * query), and what.
 */
export interface RequestError {
  pointer: string
  detail: string
}

/** All that is wrong, the first 50. `prefix` is '' for the body and '?' for the query. */
export function requestErrors(error: z.ZodError, prefix: '' | '?'): RequestError[] {
  return error.issues.flatMap((issue) => flatten(issue, prefix)).slice(0, 50)
}

export function invalidRequest(error: z.ZodError, prefix: '' | '?'): Problem {
  const errors = requestErrors(error, prefix)
  return new Problem('invalid-request', 'something in the request is missing or wrong: see errors', { errors })
}

/**
 * An error of the caller's or ours as a problem; an error that is not recognised is ours, and its
 * message stays here.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const http = error as { type?: unknown; status?: unknown } | null
  if (typeof http?.type === 'string' && typeof http.status === 'number') {
    if (http.type === 'entity.too.large')
      return new Problem('body-too-large', 'the body is larger than this address takes')
    if (http.type === 'encoding.unsupported' || http.type === 'charset.unsupported')
      return new Problem('unsupported-media-type', 'the body must be UTF-8, uncompressed or gzip')
    if (error instanceof Error && OWN_REFUSALS.some((own) => own === error.message))
      return new Problem('malformed-body', error.message)
    if (http.status >= 400 && http.status < 500)
      return new Problem(
        'malformed-body',
        'the body is not what its headers say (well-formed JSON, complete, of the stated length)',
      )
  }
  // Express: an escape in the address that is no UTF-8.
  if (error instanceof URIError) return new Problem('not-found', 'there is nothing at this address')
  if (isUnavailable(error))
    return new Problem('unavailable', 'try the same request again in a moment', {}, { 'retry-after': '5' })
  return new Problem('internal-error', 'the request could not be completed; its id is in `instance`')
}

export function sendProblem(problem: Problem, req: Request, res: Response): void {
  const { status, title } = PROBLEMS[problem.type]
  res
    .status(status)
    .set(problem.headers)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: problemUri(problem.type),
        title,
        status,
        detail: problem.message,
        instance: `urn:uuid:${String(req.id)}`,
        ...problem.more,
      }),
    )
}

/** What every problem looks like, for the OpenAPI document. */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({ example: problemUri('invalid-request') }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'the id of the request, also in X-Request-Id' }),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' })

/**
 * A union's issue hides the issues of its branches: those of the nearest branch say more than
 * "invalid input".
 */
function flatten(issue: z.core.$ZodIssue, prefix: '' | '?'): RequestError[] {
  const at = issue.path
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? []
    return nearest.flatMap((inner) => flatten({ ...inner, path: [...at, ...inner.path] } as z.core.$ZodIssue, prefix))
  }
  return [{ pointer: pointerOf(at, prefix), detail: issue.message }]
}

function pointerOf(path: PropertyKey[], prefix: '' | '?'): string {
  if (prefix === '?') return `?${path.map(String).join('.')}`
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
