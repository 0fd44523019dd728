import { vi } from 'vitest'
import { SECRETS_KEY } from '../api/harness.ts'
import type { TestDatabase } from './database.ts'

/** The environment of the deployment that `db` belongs to, with its owner's address, as the operator has it. */
export function deploymentOf(db: TestDatabase, owner = 'owner'): Record<string, string> {
  const { host, port, database, password } = db.address
  return {
    DATABASE_URL: `postgres://${owner}:${password}@${host}:${port}/${database}`,
    CLAIMHUB_DB_PASSWORD: password,
    CLAIMHUB_DB_ACROSS_PASSWORD: db.address.acrossPassword,
    CLAIMHUB_SECRETS_KEY: SECRETS_KEY.toString('base64'),
    CLAIMHUB_LOG_LEVEL: 'silent',
    CLAIMHUB_ALLOWED_ADDRESSES: '127.0.0.1',
  }
}

/** From now on this process has that environment; `vi.unstubAllEnvs()` takes it back. */
export function actAsOperator(db: TestDatabase): void {
  for (const [name, value] of Object.entries(deploymentOf(db))) vi.stubEnv(name, value)
}
