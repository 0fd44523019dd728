import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { managed } from '../../../cli/stack/managed.ts'
import { connect } from '../../../db/connect.ts'
import { migrate } from '../../../db/migrate.ts'
import { ensureCluster, ensureDatabase, serverArguments } from '../../../platform/embeddedPostgres.ts'
import { newId } from '../../../platform/ids.ts'
import { freePort } from '../../../platform/ports.ts'
import { postgresProgram } from '../../../platform/postgresProgram.ts'
import { ownerOf, type TestDatabase } from '../../support/database.ts'
import { TEST_ROLES } from '../../support/roles.ts'

/** A Postgres of one test's own, which can be stopped, restored and started again. */
export interface OwnServer {
  /** Where the cluster's files are. */
  folder: string
  /** A folder for backups. */
  parent: string
  start(): Promise<void>
  stop(): Promise<void>
  /** New connections to the database, which is migrated the first time. */
  open(organisationId?: string): Promise<TestDatabase>
  end(): Promise<void>
}

export async function ownServer(): Promise<OwnServer> {
  const parent = mkdtempSync(path.join(os.tmpdir(), 'claimhub-own-pg-'))
  chmodSync(parent, 0o755)
  const folder = path.join(parent, 'cluster')
  const port = await freePort()
  const password = TEST_ROLES.appPassword
  const program = postgresProgram()
  const server = managed({
    name: 'a Postgres of the test’s own',
    command: program.postgres,
    args: serverArguments(folder, port, { fsync: 'off' }),
    env: process.env,
    user: program.user,
    stopSignal: 'SIGINT',
    logFile: path.join(parent, 'postgres.log'),
    prepare: () => ensureCluster(program, { folder, password }, ['--no-sync']),
    ready: async (aborted) => {
      await ensureDatabase(port, password, aborted)
      return {}
    },
  })
  return {
    folder,
    parent,
    start: async () => void (await server.start()),
    stop: () => server.stop(),
    open: async (known) => {
      const owner = ownerOf(port, password, 'claimhub')
      await migrate(owner as unknown as Kysely<unknown>, TEST_ROLES)
      const address = {
        host: '127.0.0.1',
        port,
        database: 'claimhub',
        password,
        acrossPassword: TEST_ROLES.acrossPassword,
        poolSize: 4,
      }
      const databases = connect(address)
      const organisationId = known ?? newId()
      const row = {
        id: organisationId,
        name: 'Test Dental',
        tax_id: '123456789',
        npi: '1234567893',
        tooth_notation: 'universal' as const,
      }
      if (known === undefined) await owner.insertInto('organisations').values(row).execute()
      const close = async () => {
        await databases.close()
        await owner.destroy()
      }
      return { databases, owner, address, organisationId, close }
    },
    end: async () => {
      await server.stop()
      rmSync(parent, { recursive: true, force: true })
    },
  }
}
