import { organisationOfKey } from '../../db/acrossTenants/lookups.ts'
import type { Role } from '../../db/schema/setupTables.ts'
import { type ApiKey, apiKeysOf, createApiKey, revokeApiKey } from '../../db/setup/apiKeys.ts'
import { audit } from '../../db/setup/audit.ts'
import { asOperator, print, requireOrganisation } from './operator.ts'

/** `claimhub key create`: shown this once; the database keeps its hash and its first letters. */
export async function create(options: {
  organisation: string
  name: string
  role: Role
  json?: boolean
}): Promise<void> {
  const { organisation: organisationId, name, role } = options
  const made = await asOperator(async (operator) => {
    await requireOrganisation(operator, organisationId)
    const { rows, actor, now } = operator
    return rows.within(organisationId, async (tx) => {
      const key = await createApiKey(tx, { organisationId, name, role })
      const detail = { name, role, prefix: key.prefix }
      await audit(tx, { organisationId, actor, action: 'key.create', subject: `key ${key.keyId}`, detail, now })
      return key
    })
  })
  print(
    options.json,
    { ...made, organisationId, name, role },
    `${made.key}\nkey ${made.keyId} of the role ${role}. It is shown this once: keep it now.`,
  )
}

/** `claimhub key list`: whose they are and since when, never the keys. */
export async function list(options: { organisation: string; json?: boolean }): Promise<void> {
  const { organisation: organisationId } = options
  const keys = await asOperator(async (operator) => {
    await requireOrganisation(operator, organisationId)
    return operator.rows.within(organisationId, (tx) => apiKeysOf(tx, organisationId))
  })
  print(options.json, { organisationId, keys }, keys.length === 0 ? 'no key yet' : keys.map(lineOf).join('\n'))
}

function lineOf({ keyId, prefix, role, name, createdAt, revokedAt }: ApiKey): string {
  const since = `since ${createdAt.toISOString()}`
  const until = revokedAt === null ? '' : `, revoked ${revokedAt.toISOString()}`
  return `${keyId}  ${prefix}…  ${role.padEnd(12)}  ${name}  (${since}${until})`
}

/** `claimhub key revoke ID`: the next request with it is answered 401. */
export async function revoke(keyId: string, options: { json?: boolean }): Promise<void> {
  const { organisationId, revoked } = await asOperator(async ({ rows, databases, actor, now }) => {
    const owner = await organisationOfKey(databases.across, keyId).catch(() => null)
    if (owner === null) throw new Error(`there is no key ${keyId}: \`claimhub key list\` says which there are`)
    const done = await rows.within(owner, async (tx) => {
      if (!(await revokeApiKey(tx, owner, keyId, now))) return false
      const entry = { organisationId: owner, actor, action: 'key.revoke', subject: `key ${keyId}`, detail: {}, now }
      await audit(tx, entry)
      return true
    })
    return { organisationId: owner, revoked: done }
  })
  print(
    options.json,
    { keyId, organisationId, revoked },
    `key ${keyId} ${revoked ? 'is revoked' : 'was revoked before'}`,
  )
}
