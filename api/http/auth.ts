import type { Request } from 'express'
import { findApiKey } from '../../db/acrossTenants/lookups.ts'
import type { Role } from '../../db/schema/setupTables.ts'
import { hashOfApiKey } from '../../db/setup/apiKeys.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem } from './problems.ts'
import { addressOf } from './rateLimits.ts'

/** Who calls: one organisation's API key. */
export interface Caller {
  organisationId: string
  role: Role
  /** Goes into events and the audit log: the key's name and id. */
  actor: string
}

/** The roles of a route, by what it does. */
export const ROLES = {
  read: ['owner', 'admin', 'billing', 'practice_app', 'read_only'],
  /** Claims, payments, attention items. */
  bill: ['owner', 'admin', 'billing', 'practice_app'],
  /**
   * Whole documents hold other patients' claims too when they were sent or answered in one batch.
   */
  documents: ['owner', 'admin', 'billing'],
  /** Patients, visits, practitioners and rates are the practice app's. */
  sync: ['owner', 'admin', 'practice_app'],
  /** Connections and their secrets. */
  manage: ['owner', 'admin'],
} as const satisfies Record<string, readonly Role[]>

const KEY = /^Bearer (chk_[A-Za-z0-9_-]{43})$/i

/**
 * The caller of a request. Throws `unauthenticated`, and `rate-limited` before anything is looked
 * up for an address that guesses keys; the key's row is read each time, so that a revoked key is
 * dead at once.
 */
export async function authenticate(req: Request, deps: ApiDeps): Promise<Caller> {
  const key = KEY.exec(req.get('authorization') ?? '')?.[1]
  if (key === undefined) throw unauthenticated()
  const keyHash = hashOfApiKey(key)
  const address = addressOf(req)
  await deps.rates.beforeKey(address, keyHash)
  const found = await findApiKey(deps.databases.across, keyHash)
  if (found === null) {
    await deps.rates.wrongKey(address)
    throw unauthenticated()
  }
  await deps.rates.rightKey(found.keyId, keyHash)
  return { organisationId: found.organisationId, role: found.role, actor: `${found.name} (key ${found.keyId})` }
}

function unauthenticated(): Problem {
  const words = 'send a valid API key: Authorization: Bearer chk_…'
  return new Problem('unauthenticated', words, {}, { 'www-authenticate': 'Bearer realm="claimhub"' })
}

export function authorise(caller: Caller, roles: readonly Role[]): void {
  if (roles.includes(caller.role)) return
  throw new Problem('forbidden', `the role ${caller.role} may not do this; it takes ${roles.join(', ')}`)
}
