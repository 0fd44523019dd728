import type { Session, Transport } from '../transport.ts'
import { check } from './check.ts'
import { checkArrival } from './checkArrival.ts'
import { collect } from './collect.ts'
import { addressOf, destinations, type SftpEndpoint, sftpEndpoint } from './endpoint.ts'
import { send } from './send.ts'

/**
 * Files over SFTP: a folder for ours, a folder for theirs. There is no immediate answer; the folder
 * itself can be looked at.
 */
export const sftpTransport: Transport<SftpEndpoint> = {
  endpoint: sftpEndpoint,
  destinations,
  address: addressOf,
  secrets: secretsFor,
  marks: true,
  send,
  checkArrival,
  collect,
  check,
}

/** One of them is enough: a password, or a private key with its passphrase if it has one. */
function secretsFor(auth: Session['auth']): string[] {
  switch (auth) {
    case 'password-or-key':
      return ['password', 'privateKey', 'passphrase']
    case 'none':
    case 'password':
    case 'basic':
    case 'bearer':
    case 'oauth2-client-credentials':
      throw new Error(`${auth} is no way to sign in over SFTP`)
  }
}
