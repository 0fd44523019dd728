import type { z } from 'zod'
import type { ProviderAdapter } from '../../../adapters/contract.ts'
import { isReference } from '../../../platform/secretReferences.ts'
import type { ApiDeps } from '../../deps.ts'
import { Problem, type RequestError, requestErrors } from '../../http/problems.ts'

type Transports = Pick<ApiDeps, 'transportOf' | 'addresses'>

/**
 * Answers the settings as the adapter's schema reads them. Throws `invalid-settings` with the
 * places.
 */
export function checkSettings(adapter: ProviderAdapter, settings: unknown): Record<string, unknown> {
  return checked(adapter.declaration.settings, settings, '/settings')
}

/**
 * Answers the endpoint as the transport's schema reads it; its hosts must be ones that this
 * deployment connects to. Names are resolved at connect only.
 */
export function checkEndpoint(deps: Transports, adapter: ProviderAdapter, endpoint: unknown): Record<string, unknown> {
  const transport = deps.transportOf(adapter.declaration.transport)
  const read = checked(transport.endpoint, endpoint, '/endpoint')
  refuse(
    transport.destinations(read).flatMap(({ pointer, ...destination }) => {
      const refusal = deps.addresses.refusal(destination)
      return refusal === null ? [] : [{ pointer: `/endpoint${pointer}`, detail: refusal }]
    }),
  )
  return read
}

/**
 * The secrets must be those that signing in and pushes need, no more. Values never appear in what
 * is thrown.
 */
export function checkSecrets(deps: Transports, adapter: ProviderAdapter, secrets: Record<string, string>): void {
  const { auth, transport } = adapter.declaration
  const signIn = deps.transportOf(transport).secrets(auth)
  const known = [...signIn, ...(adapter.push === undefined ? [] : ['webhookSecret'])]
  const unknown = Object.keys(secrets).filter((name) => !known.includes(name))
  const missing = signIn.filter((name) => secrets[name] === undefined)
  const eitherOr = auth === 'password-or-key'
  const lacks = eitherOr ? signIn.length > 0 && missing.length === signIn.length : missing.length > 0
  refuse([
    ...unknown.map((name) => ({
      pointer: `/secrets/${name}`,
      detail: `no such secret; known are ${known.join(', ')}`,
    })),
    ...(lacks ? missing : []).map((name) => ({
      pointer: `/secrets/${name}`,
      detail: eitherOr ? `one of ${signIn.join(', ')} is needed` : 'is needed to sign in',
    })),
  ])
}

/**
 * A tenant's key gives secrets, never references: a reference would read the server's environment
 * for an address that the tenant chose. Nothing is read here, so that a variable that is set and
 * one that is not get the same answer.
 */
export function refuseReferences(secrets: Record<string, string | null>): void {
  const names = Object.entries(secrets).flatMap(([name, value]) => (value !== null && isReference(value) ? [name] : []))
  if (names.length === 0) return
  const detail = 'a value that begins with env: is a reference, which only the operator makes: give the secret itself'
  throw new Problem('reference-not-allowed', 'an API key makes no reference to the environment: see errors', {
    errors: names.map((name) => ({ pointer: `/secrets/${name}`, detail })),
  })
}

/**
 * What a reference stands for goes to the connection's endpoint: who may not make the one may not
 * move the other.
 */
export function refuseMovingReferences(secrets: Record<string, string>): void {
  if (!Object.values(secrets).some(isReference)) return
  const detail = 'the operator keeps secrets of this connection, so that only the operator changes where they go'
  throw new Problem('reference-not-allowed', 'the endpoint of this connection is the operator’s: see errors', {
    errors: [{ pointer: '/endpoint', detail }],
  })
}

function checked(schema: z.ZodType, value: unknown, pointer: string): Record<string, unknown> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data as Record<string, unknown>
  refuse(requestErrors(parsed.error, '').map((error) => ({ ...error, pointer: pointer + error.pointer })))
  throw parsed.error
}

function refuse(errors: RequestError[]): void {
  if (errors.length > 0)
    throw new Problem('invalid-settings', 'the connection does not fit its provider: see errors', { errors })
}
