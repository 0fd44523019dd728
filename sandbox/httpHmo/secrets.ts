import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { kept } from '../kept.ts'

export interface HmoSecrets {
  clientId: string
  clientSecret: string
  webhookSecret: string
}

/** The twin's credentials: made once for a folder, so that a restart takes the same ones. */
export function secretsIn(folder: string): HmoSecrets {
  const make = (): HmoSecrets => ({
    clientId: 'claimhub',
    clientSecret: randomBytes(24).toString('base64url'),
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
  })
  return JSON.parse(kept(path.join(folder, 'secrets.json'), () => JSON.stringify(make()))) as HmoSecrets
}
