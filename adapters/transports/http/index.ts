import type { Session, Transport } from '../transport.ts'
import { check } from './check.ts'
import { collect } from './collect.ts'
import { addressOf, destinations, type HttpEndpoint, httpEndpoint } from './endpoint.ts'
import { send } from './send.ts'
import { checkPushHeaders, verifyPush } from './verifyPush.ts'

/**
 * HTTP with JSON or anything else: one request, one answer; pages are polled, pushes are signed.
 */
export const httpTransport: Transport<HttpEndpoint> = {
  endpoint: httpEndpoint,
  destinations,
  address: addressOf,
  secrets: secretsFor,
  marks: false,
  send,
  collect,
  checkPushHeaders,
  verifyPush,
  check,
}

function secretsFor(auth: Session['auth']): string[] {
  switch (auth) {
    case 'none':
      return []
    case 'basic':
      return ['username', 'password']
    case 'bearer':
      return ['token']
    case 'oauth2-client-credentials':
      return ['clientId', 'clientSecret']
    case 'password':
    case 'password-or-key':
      throw new Error(`${auth} is no way to sign in over HTTP`)
  }
}
