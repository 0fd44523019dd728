import type { Session, Transport } from '../transport.ts'
import { check } from './check.ts'
import { checkArrival } from './checkArrival.ts'
import { collect } from './collect.ts'
import { addressOf, destinations, type EmailEndpoint, emailEndpoint } from './endpoint.ts'
import { send } from './send.ts'

/**
 * Mail: out by SMTP, in by IMAP. That a server took a mail does not mean that the provider read it;
 * its answers come as mail too.
 */
export const emailTransport: Transport<EmailEndpoint> = {
  endpoint: emailEndpoint,
  destinations,
  address: addressOf,
  secrets: secretsFor,
  marks: true,
  send,
  checkArrival,
  collect,
  check,
}

function secretsFor(auth: Session['auth']): string[] {
  switch (auth) {
    case 'password':
      return ['username', 'password', 'imapUsername', 'imapPassword']
    case 'none':
    case 'basic':
    case 'bearer':
    case 'oauth2-client-credentials':
    case 'password-or-key':
      throw new Error(`${auth} is no way to sign in to a mail server`)
  }
}
