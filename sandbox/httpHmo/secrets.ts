import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface HmoSecrets {
  clientId: string
  clientSecret: string
  webhookSecret: string
}

/** The twin's credentials: made once for a folder, so that a restart takes the same ones. */
export function secretsIn(folder: string): HmoSecrets {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as HmoSecrets
  const secrets = {
    clientId: 'claimhub',
    clientSecret: randomBytes(24).toString('base64url'),
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
  }
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}
