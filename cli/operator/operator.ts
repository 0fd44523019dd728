import os from 'node:os'
import { connect, type Databases } from '../../db/connect.ts'
import { connectOperator, type OperatorDatabase } from '../../db/setup/operator.ts'
import { organisationName } from '../../db/setup/organisations.ts'
import { type AddressGuard, addressGuard } from '../../platform/addresses/guard.ts'
import { clockFrom } from '../../platform/clock.ts'
import type { SecretsKeys } from '../../platform/seal.ts'
import { storageFrom } from '../../platform/settings.ts'

/**
 * Who runs the deployment, as these commands work for them: whoever holds its environment. No API
 * key makes an operator.
 */
export interface Operator {
  /** Signed in as the database's owner. */
  rows: OperatorDatabase
  /** The application's own roles, for what they may do. */
  databases: Databases
  secretsKeys: SecretsKeys
  addresses: AddressGuard
  /** Goes into the logs: who, on which machine. */
  actor: string
  now: Date
}

/**
 * Runs `work` with the deployment's environment and closes what it opened. Throws one sentence when
 * the environment is not the deployment's.
 */
export async function asOperator<T>(
  work: (operator: Operator) => Promise<T>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  const { database, secretsKeys, clock, allowedAddresses } = storageFrom(env)
  const databases = connect(database)
  const rows = connectOperator(env['DATABASE_URL'] ?? '')
  try {
    const addresses = addressGuard({ allowed: allowedAddresses })
    const now = clockFrom(clock).now()
    return await work({ rows, databases, secretsKeys, addresses, actor: nameOfOperator(), now })
  } finally {
    await rows.close()
    await databases.close()
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Throws when the organisation is not there. */
export async function requireOrganisation({ rows }: Operator, organisationId: string): Promise<void> {
  const name = UUID.test(organisationId)
    ? await rows.within(organisationId, (tx) => organisationName(tx, organisationId))
    : null
  if (name === null)
    throw new Error(`there is no organisation ${organisationId}: \`claimhub org list\` says which there are`)
}

/** Prints one JSON object, or words for a person. */
export function print(json: boolean | undefined, report: Record<string, unknown>, words: string): void {
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${words}\n`)
}

/** Who holds the deployment's environment, for the logs. */
export function nameOfOperator(): string {
  return `operator ${userName()}@${os.hostname()}`
}

/** In a container the user may have a number only. */
function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}
