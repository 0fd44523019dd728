import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { makeServerIdentity, type ServerIdentity } from '../certificates.ts'
import { kept } from '../kept.ts'

export interface PostOfficeSecrets {
  username: string
  password: string
  identity: ServerIdentity
}

/**
 * Credentials and certificate of the twin: made once for a folder, so that a restart is the same
 * server to everybody.
 */
export function secretsIn(folder: string): PostOfficeSecrets {
  const make = (): PostOfficeSecrets => ({
    username: 'bright-smile',
    password: randomBytes(24).toString('base64url'),
    // Real time: TLS checks certificates against it, not against the business clock.
    identity: makeServerIdentity(new Date()),
  })
  return JSON.parse(kept(path.join(folder, 'secrets.json'), () => JSON.stringify(make()))) as PostOfficeSecrets
}
