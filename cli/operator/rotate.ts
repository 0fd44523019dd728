import { organisationIds } from '../../db/acrossTenants/lookups.ts'
import type { Tx } from '../../db/connect.ts'
import { lockSecrets, sealedConnections, storeSecrets } from '../../db/setup/connectionSecrets.ts'
import { logOperator } from '../../db/setup/operatorLog.ts'
import { keyIdOf, type SealedRow, type SecretsKeys, seal, unseal } from '../../platform/seal.ts'
import { asOperator, type Operator, print } from './operator.ts'

interface Rotation {
  /** The key that everything is sealed with afterwards. */
  keyId: string
  resealed: number
  /** Sealed with the current key already. */
  current: number
  /**
   * Left as they are: the key that they need is not in the environment, or their bytes are not as
   * they were sealed.
   */
  unopened: { connectionId: string; because: string }[]
}

/**
 * `claimhub secrets rotate`: seals every connection's secrets with the current key, each in a
 * transaction of its own: an interrupted run is simply run again. Exit code 1 when something could
 * not be opened.
 */
export async function rotate(options: { dryRun?: boolean; json?: boolean }): Promise<void> {
  const dryRun = options.dryRun ?? false
  const rotation = await asOperator((operator) => rotateAll(operator, dryRun))
  const ok = rotation.unopened.length === 0
  if (!ok) process.exitCode = 1
  print(options.json, { ok, dryRun, ...rotation }, wordsOf(rotation, dryRun))
}

async function rotateAll({ databases, rows, secretsKeys, actor, now }: Operator, dryRun: boolean): Promise<Rotation> {
  const rotation: Rotation = { keyId: secretsKeys.current.id, resealed: 0, current: 0, unopened: [] }
  for (const organisationId of await organisationIds(databases.across)) {
    for (const connectionId of await databases.within(organisationId, (tx) => sealedConnections(tx, organisationId))) {
      const row = { organisationId, connectionId }
      const outcome = await databases.within(organisationId, (tx) => rotateOne(tx, secretsKeys, row, dryRun))
      if (outcome.kind === 'unopened') rotation.unopened.push({ connectionId, because: outcome.because })
      else rotation[outcome.kind] += 1
    }
  }
  const { keyId, resealed } = rotation
  if (!dryRun && resealed > 0) {
    const entry = { actor, action: 'secrets.rotate', subject: `key ${keyId}`, detail: { resealed }, now }
    await rows.above((tx) => logOperator(tx, entry))
  }
  return rotation
}

type Outcome = { kind: 'resealed' | 'current' } | { kind: 'unopened'; because: string }

/** A value under the current key is opened too: after a clean run the other keys may be deleted. */
async function rotateOne(tx: Tx, keys: SecretsKeys, row: SealedRow, dryRun: boolean): Promise<Outcome> {
  const sealed = await lockSecrets(tx, row)
  if (sealed === null) return { kind: 'current' }
  let secrets: Record<string, string>
  try {
    secrets = unseal(keys, row, sealed)
  } catch (error) {
    return { kind: 'unopened', because: (error as Error).message }
  }
  if (keyIdOf(sealed) === keys.current.id) return { kind: 'current' }
  if (!dryRun) await storeSecrets(tx, row, seal(keys, row, secrets))
  return { kind: 'resealed' }
}

function wordsOf({ keyId, resealed, current, unopened }: Rotation, dryRun: boolean): string {
  return [
    `${resealed} connections ${dryRun ? 'would be' : 'were'} sealed anew with the key ${keyId}; ${current} had it already`,
    ...unopened.map(({ because }) => `left as it is: ${because}`),
    ...(unopened.length === 0 && !dryRun ? ['nothing needs CLAIMHUB_SECRETS_OTHER_KEYS any more'] : []),
  ].join('\n')
}
