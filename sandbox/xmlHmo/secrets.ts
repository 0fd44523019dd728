import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeServerIdentity, type ServerIdentity } from '../certificates.ts'

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
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as PostOfficeSecrets
  const secrets = {
    username: 'bright-smile',
    password: randomBytes(24).toString('base64url'),
    // Real time: TLS checks certificates against it, not against the business clock.
    identity: makeServerIdentity(new Date()),
  }
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}
