import type { ProblemType } from './problemTypes.ts'
import type { Route } from './route.ts'

/** Every problem that a route may answer: its own and those that come with having a key, parameters or a body. */
export function problemsOf(route: Route): ReadonlySet<ProblemType> {
  const words: ProblemType[] = [...(route.problems ?? []), 'unavailable', 'internal-error']
  if (route.roles !== null) words.push('unauthenticated', 'forbidden', 'rate-limited')
  if (route.params !== undefined) words.push('not-found')
  if (route.query !== undefined || route.body !== undefined) words.push('invalid-request', 'malformed-body')
  if (route.body !== undefined) words.push('body-too-large', 'unsupported-media-type')
  if (route.movesMoney === true) words.push('idempotency-key-missing')
  if (route.idempotent) words.push('idempotency-key-reused', 'invalid-request')
  return new Set(words)
}
